from django.db import migrations, models

CUTS = [
    ("", "No split"),
    ("tenure", "Years of service"),
    ("site", "Site"),
    ("both", "Years of service, and site, each on its own"),
]


class Migration(migrations.Migration):
    dependencies = [("surveys", "0009_contacts_and_leaders_first")]

    operations = [
        migrations.AddField(
            model_name="bandrelease",
            name="attribute",
            field=models.CharField(blank=True, choices=CUTS, db_default="", default="", max_length=6),
        ),
        migrations.AlterField(
            model_name="campaign",
            name="bands",
            field=models.JSONField(
                default=list,
                editable=False,
                help_text="Values of the attribute `cut_by`, at launch; of both, their pairs",
            ),
        ),
        migrations.AlterField(
            model_name="campaign",
            name="cut_by",
            field=models.CharField(
                blank=True,
                choices=CUTS,
                default="",
                help_text="For the whole organisation, shown only where it cannot give anybody away",
                max_length=6,
                verbose_name="split results by",
            ),
        ),
    ]
