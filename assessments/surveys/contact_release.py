"""Open the requests of customers who asked to be contacted, in the transaction of the seal."""

from __future__ import annotations

from datetime import date

from assessments.surveys import ballot_keys, contact_requests
from assessments.surveys.contact_requests import Given, Split, Told
from assessments.surveys.models import Campaign, ContactRequest, Item
from assessments.surveys.models.campaigns import MINIMUM_SOURCES
from assessments.surveys.queries.questions import answer_words, fields_of, question_text
from assessments.surveys.vectors import Layout


def open_requests(
    campaign: Campaign, layout: Layout, everyone: Given, split: Split | None, *, is_anything_shown: bool, on: date
) -> None:
    """Write in words what may stand beside a name, and keep no more of it. `everyone`: what all ballots hold; `split`: their
    groups, where results are shown by group."""
    sealed = list(ContactRequest.objects.filter(campaign=campaign).exclude(payload=b""))
    if not sealed:
        return
    private = ballot_keys.load(campaign.key).private
    told = [contact_requests.unseal(bytes(one.payload), private) for one in sealed]
    fields = _fields(campaign, layout, everyone, told, split) if is_anything_shown else set(layout.fields)
    items = list(campaign.form.items.order_by("placements__order"))
    for one, said in zip(sealed, told, strict=True):
        one.payload, one.opened_on = b"", on
        one.name, one.reach_by = said.asked.name, said.asked.reach_by
        one.answers = _in_words(campaign, items, said, fields)
        one.is_cut = any(field not in fields for field in said.answers)
    ContactRequest.objects.bulk_update(sealed, ["payload", "opened_on", "name", "reach_by", "answers", "is_cut"])


def _fields(campaign: Campaign, layout: Layout, everyone: Given, told: list[Told], split: Split | None) -> set[str]:
    """What leaves enough others, by number and by organisation; nothing of what HR reads here gives them away."""
    sources = list(campaign.invitations.filter(answered=True).values_list("source", flat=True))
    if not contact_requests.enough_others(sources, [said.source for said in told], MINIMUM_SOURCES):
        return set()
    limit = contact_requests.limits(campaign.minimum_group, campaign.minimum_comments)
    theirs = contact_requests.given(layout, told)
    shown = contact_requests.fields_to_show(layout, everyone, theirs, limit)
    if split is None:
        return shown
    return shown & contact_requests.fields_beside_groups(layout, everyone, theirs, told, split, limit)


def _in_words(campaign: Campaign, items: list[Item], told: Told, fields: set[str]) -> list[list[str]]:
    form, lines = campaign.form, []
    for item in items:
        given = [
            answer_words(item, form.version.scales, told.answers[field])
            for field in fields_of(item)
            if field in fields and told.answers.get(field) is not None
        ]
        if given:
            lines.append([question_text(item, form.audience), " · ".join(given)])
    return lines
