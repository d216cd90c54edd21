"""Waiting lists of sessions; plan items are shared with a named manager; usefulness is counted in blocks of five."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Avg, Count, F, Q

BLOCK = 5


def name_the_reader(apps, schema_editor):
    """Who is the manager today keeps reading what was shared."""
    items = apps.get_model("development", "PlanItem").objects.filter(is_shared=True)
    for item in items.select_related("owner").iterator():
        item.shared_with_id = item.owner.manager_id
        item.save(update_fields=["shared_with"])


def share_again(apps, schema_editor):
    items = apps.get_model("development", "PlanItem").objects
    items.filter(shared_with=F("owner__manager")).exclude(shared_with=None).update(is_shared=True)


def count_ratings(apps, schema_editor):
    rated = Q(enrolments__usefulness__isnull=False)
    activities = apps.get_model("development", "Activity").objects.annotate(
        ratings=Count("enrolments", filter=rated), mean=Avg("enrolments__usefulness", filter=rated)
    )
    for activity in activities.filter(ratings__gte=BLOCK):
        activity.useful_mean, activity.useful_ratings = activity.mean, activity.ratings
        activity.save(update_fields=["useful_mean", "useful_ratings"])


class Migration(migrations.Migration):
    dependencies = [("development", "0001_learning_and_plans"), ("people", "0003_large_imports_wait")]

    operations = [
        migrations.AddField(
            model_name="activity",
            name="useful_mean",
            field=models.FloatField(editable=False, help_text="Of the ratings at the last count, 1 to 5", null=True),
        ),
        migrations.AddField(
            model_name="activity",
            name="useful_ratings",
            field=models.PositiveIntegerField(default=0, editable=False, help_text="How many were in that count"),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="waits_since",
            field=models.DateTimeField(
                blank=True, help_text="Set while the session has no place for them", null=True
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=Q(("waits_since", None))
                | Q(("completed_on", None), ("session__isnull", False)),
                name="only_a_session_is_waited_for",
            ),
        ),
        migrations.AddField(
            model_name="planitem",
            name="version",
            field=models.PositiveIntegerField(
                default=1, editable=False, help_text="Counted up by each edit of the words"
            ),
        ),
        migrations.AddField(
            model_name="planitem",
            name="shared_with",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="people.employee",
            ),
        ),
        migrations.RunPython(name_the_reader, share_again),
        migrations.RunPython(count_ratings, migrations.RunPython.noop),
        migrations.RemoveField(model_name="planitem", name="is_shared"),
    ]
