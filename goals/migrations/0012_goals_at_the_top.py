from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("goals", "0011_corrected_readings")]

    operations = [
        migrations.AddIndex(
            model_name="goal",
            index=models.Index(condition=models.Q(("parent", None)), fields=["cycle"], name="goals_at_the_top"),
        ),
    ]
