"""How the hot tables are stored, and the rules that Django's constraints cannot say.

goals_goal keeps half of each page free, so that the roll-up's updates stay heap-only. Its rules are triggers of named
columns: a CHECK would be paid on every roll-up write (13 to 30 %), these only when one of the columns is written.
"""

from django.db import migrations

STORAGE = """
ALTER TABLE goals_goal SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE goals_goal ALTER COLUMN parent_id SET (n_distinct = -0.13);
ALTER TABLE goals_rollupmark SET (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_analyze_scale_factor = 0.5);
"""
STORAGE_BACK = """
ALTER TABLE goals_goal RESET (fillfactor, autovacuum_vacuum_scale_factor);
ALTER TABLE goals_goal ALTER COLUMN parent_id RESET (n_distinct);
ALTER TABLE goals_rollupmark RESET (
    autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold, autovacuum_analyze_scale_factor);
"""

SAME_CYCLE = """
ALTER TABLE goals_goal ADD CONSTRAINT goal_parent_in_same_cycle FOREIGN KEY (cycle_id, parent_id)
    REFERENCES goals_goal (cycle_id, id) DEFERRABLE INITIALLY DEFERRED;
"""
SAME_CYCLE_BACK = "ALTER TABLE goals_goal DROP CONSTRAINT goal_parent_in_same_cycle;"

GOAL_RULES = """
CREATE FUNCTION goals_goal_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.due_on < NEW.starts_on THEN
        RAISE EXCEPTION 'A goal is due on its first day or later.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'goal_due_after_start';
    END IF;
    IF NEW.weight NOT BETWEEN 0 AND 1000 THEN
        RAISE EXCEPTION 'A weight lies between 0 and 1000.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'goal_weight_0_to_1000';
    END IF;
    IF NEW.parent_id = NEW.id THEN
        RAISE EXCEPTION 'A goal cannot support itself.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'goal_not_its_own_parent';
    END IF;
    IF NEW.visibility = 3 AND NEW.parent_id IS NOT NULL THEN
        RAISE EXCEPTION 'A private goal supports no other goal.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'private_goal_stands_alone';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER goals_goal_rules BEFORE INSERT OR UPDATE OF cycle_id, parent_id, starts_on, due_on, weight, visibility
    ON goals_goal FOR EACH ROW EXECUTE FUNCTION goals_goal_rules();
"""
GOAL_RULES_BACK = "DROP TRIGGER goals_goal_rules ON goals_goal; DROP FUNCTION goals_goal_rules();"

APPEND_ONLY = """
CREATE FUNCTION goals_checkin_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A check-in is never changed. Make a new one.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'check_in_append_only';
END $$;
CREATE TRIGGER goals_checkin_append_only BEFORE UPDATE OF goal_id, by_id, measured_on, made_at, value, progress_ppm
    ON goals_checkin FOR EACH ROW EXECUTE FUNCTION goals_checkin_append_only();
"""
APPEND_ONLY_BACK = (
    "DROP TRIGGER goals_checkin_append_only ON goals_checkin; DROP FUNCTION goals_checkin_append_only();"
)


class Migration(migrations.Migration):
    dependencies = [("goals", "0001_initial")]

    operations = [
        migrations.RunSQL(STORAGE, STORAGE_BACK),
        migrations.RunSQL(SAME_CYCLE, SAME_CYCLE_BACK),
        migrations.RunSQL(GOAL_RULES, GOAL_RULES_BACK),
        migrations.RunSQL(APPEND_ONLY, APPEND_ONLY_BACK),
    ]
