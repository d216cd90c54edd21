"""A published questionnaire never changes: campaigns pin it, and answer vectors mean positions of it."""

from django.db import migrations

FREEZE = """
CREATE FUNCTION surveys_refuse_frozen_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    old_row jsonb := CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE to_jsonb(OLD) END;
    new_row jsonb := CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE to_jsonb(NEW) END;
    is_frozen boolean;
BEGIN
    IF TG_TABLE_NAME = 'surveys_instrumentversion' THEN  -- only the step from published to retired is left
        is_frozen := old_row->>'state' <> 'draft' AND (
            new_row IS NULL OR new_row->>'state' = 'draft' OR (new_row - 'state') <> (old_row - 'state'));
    ELSIF TG_TABLE_NAME = 'surveys_placement' THEN
        is_frozen := EXISTS (
            SELECT FROM surveys_form f JOIN surveys_instrumentversion v ON v.id = f.version_id
            WHERE f.id IN ((old_row->>'form_id')::bigint, (new_row->>'form_id')::bigint) AND v.state <> 'draft');
    ELSE
        is_frozen := EXISTS (
            SELECT FROM surveys_instrumentversion v
            WHERE v.id IN ((old_row->>'version_id')::bigint, (new_row->>'version_id')::bigint) AND v.state <> 'draft');
    END IF;
    IF is_frozen THEN
        RAISE EXCEPTION 'A published version of a questionnaire cannot be changed. Make a new version.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER frozen_version BEFORE UPDATE OR DELETE ON surveys_instrumentversion
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse_frozen_version();
CREATE TRIGGER frozen_version BEFORE INSERT OR UPDATE OR DELETE ON surveys_item
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse_frozen_version();
CREATE TRIGGER frozen_version BEFORE INSERT OR UPDATE OR DELETE ON surveys_form
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse_frozen_version();
CREATE TRIGGER frozen_version BEFORE INSERT OR UPDATE OR DELETE ON surveys_placement
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse_frozen_version();
"""
THAW = """
DROP TRIGGER frozen_version ON surveys_placement;
DROP TRIGGER frozen_version ON surveys_form;
DROP TRIGGER frozen_version ON surveys_item;
DROP TRIGGER frozen_version ON surveys_instrumentversion;
DROP FUNCTION surveys_refuse_frozen_version();
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial")]
    operations = [migrations.RunSQL(FREEZE, THAW)]
