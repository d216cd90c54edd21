import uuid

import django.contrib.postgres.functions
import django.db.models.deletion
from django.db import migrations, models

APPEND_ONLY = """
CREATE FUNCTION goals_reading_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A reading is never changed. Correct it with a new one.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'reading_append_only';
END $$;
CREATE TRIGGER goals_reading_append_only BEFORE UPDATE OF guardrail_id, by_id, read_on, made_at, value
    ON goals_guardrailreading FOR EACH ROW EXECUTE FUNCTION goals_reading_append_only();
"""
APPEND_ONLY_BACK = (
    "DROP TRIGGER goals_reading_append_only ON goals_guardrailreading; DROP FUNCTION goals_reading_append_only();"
)


class Migration(migrations.Migration):
    dependencies = [
        ("goals", "0010_shared_goals"),
    ]

    operations = [
        migrations.AddField(
            model_name="guardrailreading",
            name="corrects",
            field=models.OneToOneField(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="correction",
                to="goals.guardrailreading",
            ),
        ),
        migrations.AddField(
            model_name="guardrailreading",
            name="key",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                default=uuid.uuid4,
                editable=False,
                help_text="One form sent twice counts once",
                unique=True,
            ),
        ),
        migrations.AddField(
            model_name="guardrailreading",
            name="replaced_at",
            field=models.DateTimeField(editable=False, help_text="When a correction took its place", null=True),
        ),
        migrations.RunSQL(APPEND_ONLY, APPEND_ONLY_BACK),
    ]
