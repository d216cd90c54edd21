from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0003_obstacles"),
    ]

    operations = [
        migrations.AddField(
            model_name="action",
            name="key",
            field=models.UUIDField(editable=False, help_text="One form sent twice counts once", null=True, unique=True),
        ),
    ]
