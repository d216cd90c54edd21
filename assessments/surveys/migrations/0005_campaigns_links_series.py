"""Exclusions, mails, links for customers, series; the staff survey opens when the leaders' has closed."""

import datetime

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

LEADERS_FIRST = """
CREATE FUNCTION surveys_leaders_go_first() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'draft' AND EXISTS (
        SELECT FROM surveys_campaign leaders WHERE leaders.id = NEW.leaders_campaign_id
        AND (leaders.state = 'draft' OR leaders.closes_at > NEW.opens_at)
    ) OR EXISTS (
        SELECT FROM surveys_campaign staff WHERE staff.leaders_campaign_id = NEW.id
        AND staff.state <> 'draft' AND staff.opens_at < NEW.closes_at
    ) THEN
        RAISE EXCEPTION 'Leaders go first: the staff survey opens when the leaders'' survey has closed.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'leaders_go_first';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER leaders_go_first AFTER INSERT OR UPDATE OF state, opens_at, closes_at, leaders_campaign_id
    ON surveys_campaign FOR EACH ROW EXECUTE FUNCTION surveys_leaders_go_first();
"""
NO_ORDER = """
DROP TRIGGER leaders_go_first ON surveys_campaign;
DROP FUNCTION surveys_leaders_go_first();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_large_imports_wait"),
        ("surveys", "0004_what_a_release_says"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SurveyLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("organisation", "One customer organisation"),
                            ("channel", "A channel, customers of many organisations"),
                            ("consumers", "A channel, private customers"),
                        ],
                        default="channel",
                        max_length=12,
                        verbose_name="who comes in here",
                    ),
                ),
                (
                    "name",
                    models.CharField(help_text="Such as: mail after a repair, or the customer's name", max_length=80),
                ),
                (
                    "token",
                    models.CharField(editable=False, help_text="In the public address", max_length=43, unique=True),
                ),
                ("is_public", models.BooleanField(default=True, help_text="Whether the one address is open to many")),
                ("made_at", models.DateTimeField(editable=False)),
            ],
            options={
                "ordering": ["campaign", "name", "pk"],
            },
        ),
        migrations.AddField(
            model_name="campaign",
            name="invited_at",
            field=models.DateTimeField(editable=False, help_text="When the invitations were written", null=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="new_joiners_days",
            field=models.PositiveSmallIntegerField(
                default=0,
                help_text="People who have been here for fewer days are not asked. 0: everybody is.",
                validators=[django.core.validators.MaxValueValidator(366)],
                verbose_name="leave out new joiners of the last … days",
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="reminded_on",
            field=models.DateField(editable=False, help_text="Day of the last reminder", null=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="reminds",
            field=models.BooleanField(
                default=True,
                help_text="Half-way, then every four days, and two days before the end; never at weekends",
                verbose_name="remind those who have not answered",
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="texts",
            field=models.JSONField(
                blank=True, default=dict, help_text="Words of the mails, where they differ from the usual"
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="thanked_at",
            field=models.DateTimeField(editable=False, help_text="When the thanks were written", null=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="wave",
            field=models.PositiveIntegerField(editable=False, help_text="Number in its series, from 0", null=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="without_leavers",
            field=models.BooleanField(
                default=True,
                help_text="By the leaving date in the directory",
                verbose_name="leave out people who leave before it closes",
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="without_roles",
            field=models.ManyToManyField(
                blank=True, help_text="Job roles that are not asked", related_name="+", to="people.jobrole"
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="without_sites",
            field=models.JSONField(blank=True, default=list, help_text="Sites that are not asked"),
        ),
        migrations.AddField(
            model_name="invitation",
            name="secret_digest",
            field=models.CharField(
                help_text="Keyed hash of the code or link that opens this seat", max_length=64, null=True, unique=True
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="source",
            field=models.CharField(
                blank=True,
                help_text="Customers: what tells their organisation from others, as a keyed hash",
                max_length=64,
            ),
        ),
        migrations.AlterField(
            model_name="campaign",
            name="audience",
            field=models.CharField(
                choices=[
                    ("staff", "Staff: everyone but the leaders"),
                    ("leaders", "Leaders: heads of the organisation and of its departments"),
                    ("everyone", "Everyone, leaders included"),
                    ("customers", "Customers: by link, without an account"),
                ],
                default="staff",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="employee",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="survey_invitations",
                to="people.employee",
            ),
        ),
        migrations.CreateModel(
            name="CampaignSeries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "title",
                    models.CharField(
                        help_text="The wave's month is added, such as: Pulse, October 2026", max_length=100
                    ),
                ),
                (
                    "rotates",
                    models.BooleanField(
                        default=False,
                        help_text="Ask one statement of each C, another one each time, until all have been asked",
                        verbose_name="rotate statements",
                    ),
                ),
                (
                    "months",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "Every month"),
                            (3, "Every three months"),
                            (6, "Every six months"),
                            (12, "Every year"),
                        ],
                        default=3,
                        verbose_name="how often",
                    ),
                ),
                (
                    "first_on",
                    models.DateField(
                        help_text="Later waves open on the same day of the month", verbose_name="first wave opens on"
                    ),
                ),
                ("opens_at_time", models.TimeField(default=datetime.time(9, 0), verbose_name="opens at")),
                (
                    "days_open",
                    models.PositiveSmallIntegerField(
                        default=14,
                        validators=[
                            django.core.validators.MinValueValidator(3),
                            django.core.validators.MaxValueValidator(60),
                        ],
                        verbose_name="days open",
                    ),
                ),
                ("audience", models.CharField(default="everyone", max_length=10)),
                (
                    "minimum_group",
                    models.PositiveSmallIntegerField(
                        default=5,
                        validators=[
                            django.core.validators.MinValueValidator(5),
                            django.core.validators.MaxValueValidator(20),
                        ],
                        verbose_name="smallest group shown",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, help_text="Stopped series open no further wave")),
                ("next_wave", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "problem",
                    models.CharField(
                        blank=True, editable=False, help_text="Why the last launch was refused", max_length=300
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="surveys.form"),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("units", models.ManyToManyField(blank=True, related_name="+", to="people.unit")),
            ],
            options={
                "verbose_name_plural": "campaign series",
                "ordering": ["title", "pk"],
            },
        ),
        migrations.AddField(
            model_name="campaign",
            name="series",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="waves",
                to="surveys.campaignseries",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("audience", "customers"), _negated=True), ("minimum_group__gte", 10), _connector="OR"
                ),
                name="ten_customers_or_more",
                violation_error_message="Customers' answers are shown from 10 people on, or more.",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.UniqueConstraint(fields=("series", "wave"), name="one_campaign_per_wave"),
        ),
        migrations.AddField(
            model_name="surveylink",
            name="campaign",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="links", to="surveys.campaign"
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="link",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="seats", to="surveys.surveylink"
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("employee__isnull", False), ("link", None)),
                    models.Q(("employee", None), ("link__isnull", False)),
                    _connector="OR",
                ),
                name="seat_of_an_employee_or_of_a_link",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaignseries",
            constraint=models.CheckConstraint(
                condition=models.Q(("audience__in", ("staff", "everyone"))), name="series_ask_people_inside"
            ),
        ),
        migrations.AddConstraint(
            model_name="surveylink",
            constraint=models.UniqueConstraint(
                fields=("campaign", "name"),
                name="one_link_per_name",
                violation_error_message="This survey has a link of that name already.",
            ),
        ),
        migrations.RunSQL(LEADERS_FIRST, NO_ORDER),
    ]
