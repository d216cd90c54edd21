"""Where the leadership wants each C to stand."""

from django.db import migrations, models

import core.constructs


class Migration(migrations.Migration):
    dependencies = [("surveys", "0005_campaigns_links_series")]

    operations = [
        migrations.CreateModel(
            name="DesiredLevel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("construct", core.constructs.ConstructField(unique=True)),
                ("index", models.PositiveSmallIntegerField(verbose_name="desired index")),
            ],
            options={"ordering": ["construct"]},
        ),
        migrations.AddConstraint(
            model_name="desiredlevel",
            constraint=models.CheckConstraint(
                condition=models.Q(index__lte=100),
                name="desired_index_to_100",
                violation_error_message="An index is between 0 and 100.",
            ),
        ),
    ]
