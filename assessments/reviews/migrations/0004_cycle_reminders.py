import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0003_summaries_and_spreads'),
    ]

    operations = [
        migrations.CreateModel(
            name='CycleReminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(choices=[('self', 'Self-assessments'), ('manager', 'Manager reviews'), ('raters', 'Answers of raters')], max_length=7)),
                ('reminded_on', models.DateField()),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='reviews.reviewcycle')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('cycle', 'stage'), name='one_reminder_row_per_cycle_and_stage')],
            },
        ),
    ]
