from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0004_action_key"),
    ]

    operations = [
        migrations.AddField(
            model_name="workshop",
            name="key",
            field=models.UUIDField(editable=False, help_text="One form sent twice counts once", null=True, unique=True),
        ),
    ]
