"""The wiring: settings, site map, Celery app, content and demo company. Imported by nobody; no business rule lives here."""

from culture.celery import app as celery_app

__all__ = ["celery_app"]
