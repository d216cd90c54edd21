from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0002_mail")]

    operations = [
        migrations.CreateModel(
            name="DayOff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(unique=True)),
                ("name", models.CharField(max_length=80)),
            ],
            options={"verbose_name_plural": "days off", "ordering": ["on"]},
        ),
    ]
