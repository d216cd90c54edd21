"""Further languages of a questionnaire. A published one never changes, as a published version does not."""

import django.db.models.deletion
from django.db import migrations, models

FREEZE = """
CREATE FUNCTION surveys_refuse_frozen_language() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    old_row jsonb := CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE to_jsonb(OLD) END;
    new_row jsonb := CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE to_jsonb(NEW) END;
    is_frozen boolean;
BEGIN
    IF TG_TABLE_NAME = 'surveys_versionlanguage' THEN
        is_frozen := old_row->>'state' <> 'draft';
    ELSE
        is_frozen := EXISTS (
            SELECT FROM surveys_versionlanguage l
            WHERE l.id IN ((old_row->>'language_id')::bigint, (new_row->>'language_id')::bigint) AND l.state <> 'draft');
    END IF;
    IF is_frozen THEN
        RAISE EXCEPTION 'A published language of a questionnaire cannot be changed. Make a new version.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER frozen_language BEFORE UPDATE OR DELETE ON surveys_versionlanguage
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse_frozen_language();
CREATE TRIGGER frozen_language BEFORE INSERT OR UPDATE OR DELETE ON surveys_translation
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse_frozen_language();
"""
THAW = """
DROP TRIGGER frozen_language ON surveys_translation;
DROP TRIGGER frozen_language ON surveys_versionlanguage;
DROP FUNCTION surveys_refuse_frozen_language();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('surveys', '0011_participation_by_day'),
    ]

    operations = [
        migrations.AddField(
            model_name='campaign',
            name='languages',
            field=models.JSONField(blank=True, default=list, help_text="Offered beside the questionnaire's own"),
        ),
        migrations.AddField(
            model_name='campaign',
            name='translations',
            field=models.JSONField(blank=True, default=dict, help_text="By language: its name and its mails' words"),
        ),
        migrations.CreateModel(
            name='VersionLanguage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(help_text='Such as de', max_length=10)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published')], default='draft', max_length=10)),
                ('is_validated', models.BooleanField(default=False, help_text='Tested on a real sample (method.md, section 0)')),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='languages', to='surveys.instrumentversion')),
            ],
            options={
                'ordering': ['version', 'language'],
            },
        ),
        migrations.CreateModel(
            name='Translation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(help_text='As in assessments.surveys.languages, such as item:STR1:text', max_length=80)),
                ('original', models.TextField()),
                ('text', models.TextField()),
                ('language', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='translations', to='surveys.versionlanguage')),
            ],
            options={
                'ordering': ['language', 'key'],
            },
        ),
        migrations.AddConstraint(
            model_name='versionlanguage',
            constraint=models.UniqueConstraint(fields=('version', 'language'), name='a_language_once_in_a_version'),
        ),
        migrations.AddConstraint(
            model_name='versionlanguage',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'draft'), ('published_at__isnull', False), _connector='OR'), name='published_language_has_a_date'),
        ),
        migrations.AddConstraint(
            model_name='translation',
            constraint=models.UniqueConstraint(fields=('language', 'key'), name='one_translation_per_text'),
        ),
        migrations.RunSQL(FREEZE, THAW),
    ]
