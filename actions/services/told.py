"""Writing what customers are told after their survey, publishing it, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from actions.models import Action, CustomerReport, ToldPromise
from actions.queries import told as queries
from assessments.surveys.models import Campaign
from core import audit
from core.errors import DomainError
from people.models import User


class CannotTell(DomainError):
    """Customers cannot be told this; the sentence says why."""


@transaction.atomic
def write(campaign: Campaign, *, told: str, changed: str, statements: Sequence[str], by: User) -> CustomerReport:
    """Write or change the page of a survey. What is published changes at once. Raises CannotTell."""
    campaign = Campaign.objects.select_for_update(of=("self",)).select_related("form__version").get(pk=campaign.pk)
    if not campaign.is_for_customers or not campaign.is_published:
        raise CannotTell("Customers are told after the results of their survey are out.")
    if set(statements) - {row.code for row in queries.figures_to_choose(campaign)}:
        raise CannotTell("Only figures that the results show can be told. Choose among those offered.")
    words = {"told": told, "changed": changed, "statements": list(statements)}
    before = CustomerReport.objects.filter(campaign=campaign).first()
    report, is_new = CustomerReport.objects.update_or_create(campaign=campaign, defaults=words)
    changes = {name: {"old": getattr(before, name, None), "new": value} for name, value in words.items()}
    kept = {name: change for name, change in changes.items() if is_new or change["old"] != change["new"]}
    audit.record("wrote to customers about", campaign, by=by, changes=kept)
    return report


@transaction.atomic
def add_promise(report: CustomerReport, *, action: Action, words: str, by: User) -> ToldPromise:
    """Tell of one action, in words for customers. Raises CannotTell for one that stands there."""
    try:
        with transaction.atomic():
            promise = ToldPromise.objects.create(report=report, action=action, words=words)
    except IntegrityError:
        raise CannotTell("Customers are told of this action already.") from None
    audit.record("added a promise for customers of", report.campaign, by=by, changes={"promise": {"new": words}})
    return promise


@transaction.atomic
def remove_promise(promise: ToldPromise, *, by: User) -> None:
    campaign = promise.report.campaign
    audit.record("removed a promise for customers of", campaign, by=by, changes={"promise": {"old": promise.words}})
    promise.delete()


@transaction.atomic
def publish(report: CustomerReport, *, by: User, at: datetime) -> CustomerReport:
    """Let anybody read it by its address. Raises CannotTell while the results are still with leaders or managers."""
    report = CustomerReport.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=report.pk)
    if report.is_published:
        return report
    if not queries.may_be_told(report.campaign):
        raise CannotTell("Not everyone here reads these results yet. Tell customers after that day.")
    report.published_at = at
    report.save(update_fields=["published_at"])
    audit.record("told customers about", report.campaign, by=by)
    return report


@transaction.atomic
def withdraw(report: CustomerReport, *, by: User) -> CustomerReport:
    """Take it back. The words stay, to be published again."""
    report = CustomerReport.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=report.pk)
    if report.is_published:
        report.published_at = None
        report.save(update_fields=["published_at"])
        audit.record("took back what customers were told about", report.campaign, by=by)
    return report
