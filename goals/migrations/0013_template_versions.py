from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("goals", "0012_goals_at_the_top")]

    operations = [
        migrations.AddField(
            model_name="goaltemplate",
            name="version",
            field=models.PositiveIntegerField(
                db_default=1, default=1, help_text="Counts changes, so that two editors cannot overwrite"
            ),
        ),
    ]
