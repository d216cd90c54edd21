import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TOPICS = [
    ("check_ins", "Check-ins on my goals that are due"),
    ("status", "Goals that are doing worse"),
    ("promises", "Actions and obstacles that I answer for"),
    ("answers", "Answers to what I reported, and what my team does after a survey"),
]
HOWS = [
    ("now", "At once"),
    ("weekly", "Once a week, all in one mail"),
    ("never", "Not by mail; it stands on my home page"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_days_off"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="mail",
            name="is_held",
            field=models.BooleanField(db_default=False, default=False, help_text="Waits for the mail of the week"),
        ),
        migrations.CreateModel(
            name="MailChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("topic", models.CharField(choices=TOPICS, max_length=12)),
                ("how", models.CharField(choices=HOWS, max_length=6)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "topic"), name="one_choice_per_person_and_topic")
                ],
            },
        ),
    ]
