"""The Celery app and the one table of what the clock does.

A task is only a wake-up: the database says what is due, so a lost message costs seconds and a repeated one nothing.
"""

import os

from celery import Celery

from culture import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "culture.settings")
broker.install()

app = Celery("wheelhouse")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(related_name="schedule")


def every(seconds: float, task: str) -> dict[str, object]:
    """One clock job; a beat message that waited longer than its period is dropped, the next one does the work."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


app.conf.beat_schedule = {
    "core: deliver mail": every(30, "core.schedule.deliver_mail"),
    "core: send the mail of the week": every(600, "core.schedule.send_week"),
    "surveys: close what is due": every(20, "assessments.surveys.schedule.close_due_campaigns"),
    "surveys: open recurring waves": every(60, "assessments.surveys.schedule.open_waves"),
    "surveys: note participation": every(3600, "assessments.surveys.schedule.note_participation"),
    "surveys: invite, remind, thank": every(60, "assessments.surveys.schedule.write_mails"),
    "surveys: tell what writers of comments answered": every(600, "assessments.surveys.schedule.announce_messages"),
    "goals: sweep what is marked": every(5, "goals.schedule.sweep_all"),
    "people: import what was agreed": every(3, "people.schedule.apply_agreed_imports"),
    "people: forget ended sessions": every(3600, "people.schedule.forget_ended_sessions"),
    "people: forget old imports": every(3600, "people.schedule.forget_old_imports"),
    "competencies: forget old imports": every(3600, "assessments.competencies.schedule.forget_old_imports"),
    "reviews: make the reports of raters": every(600, "assessments.reviews.schedule.make_reports"),
    "reviews: close and follow the line": every(600, "assessments.reviews.schedule.keep_cycles"),
    "reviews: remind of what is due": every(600, "assessments.reviews.schedule.remind"),
    "reviews: count levels": every(600, "assessments.reviews.schedule.count_levels"),
    "goals: remind of check-ins": every(600, "goals.schedule.remind_owners"),
    "goals: tell what has worsened": every(600, "goals.schedule.tell_worsened"),
    "development: count uptake": every(3600, "development.schedule.count_uptake"),
    "development: take over learning of the library": every(600, "development.schedule.take_over_library"),
    "development: give on places of leavers": every(3600, "development.schedule.free_places"),
    "development: forget drafts of notes": every(3600, "development.schedule.forget_drafts"),
    "recognition: count praise": every(3600, "recognition.schedule.count_praise"),
    "actions: keep promises": every(600, "actions.schedule.keep_promises"),
    "goals: check and import large files": every(3, "goals.schedule.work_off_files"),
    "goals: forget old files": every(3600, "goals.schedule.forget_old_files"),
    "goals: recompute after midnight": every(600, "goals.schedule.roll_up_new_day"),
}
