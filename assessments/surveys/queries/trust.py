"""The trust pack: everything a works council, a data protection officer or somebody who is asked wants to check, on one page.

Before the launch as it would be launched today; afterwards what the launch froze.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings

from assessments.surveys import suppression
from assessments.surveys.contact_requests import KEEP_REQUESTS_FOR
from assessments.surveys.models import Campaign, Form, Item, Sharing
from assessments.surveys.models.campaigns import SUBMIT_GRACE
from assessments.surveys.queries import audience, campaigns
from assessments.surveys.queries.campaigns import CampaignDetail
from assessments.surveys.queries.counts import counts_to_show
from assessments.surveys.queries.questions import Question, filled, question
from assessments.surveys.vectors import COMMENT_LENGTH, NA
from core.constructs import Construct
from people.access import EVERYONE, INSIDE, PUBLIC, AccessRow, Role
from people.queries import matrix

# Where results, participation and what leads to people can be read, in plain words. The access stands in the URL map.
DOORS = {
    "campaign": "Set-up, and how many have taken part",
    "campaign_trust": "This page",
    "codes": "Codes on paper for people without e-mail",
    "results": "The newest results",
    "campaign_results": "Results of one survey",
    "team_results": "Results of the own team",
    "team_preview": "Results of a team as HR looks ahead",
    "unit_results": "Results of one unit",
    "unit_print": "Results of one unit, to print",
    "export_csv": "Results of one unit as a CSV file",
    "export_xlsx": "Results of one unit as an XLSX file",
    "export_json": "Results of one unit as a JSON file",
    "heat_map_csv": "All units side by side, as a CSV file",
    "unit_comments": "Comments of one unit to one question",
    "comment": "One comment, and answering it",
    "tagging": "Subjects put on comments",
    "tags": "List of subjects",
    "tag": "One subject",
    "sharing": "Who reads from when",
    "reliability": "How far the numbers carry",
    "desired": "How each C should stand",
}
DOORS_OF_CUSTOMERS = {
    "contacts": "Customers to write to, until the close",
    "contacts_file": "A file of customers to write to",
    "links": "Public addresses, and links that count once",
    "contact_requests": "Customers who asked to be contacted, after the close",
}


@dataclass(frozen=True)
class AskedPage:
    """One page of the questionnaire: what is asked, in the words of who is asked, and how it is answered."""

    number: int
    construct: Construct | None
    questions: tuple[tuple[str, str], ...]  # code and words
    how: tuple[str, ...]


@dataclass(frozen=True)
class CountedUnit:
    """A unit and the best that can become of it: what is shown if everybody answers."""

    name: str
    depth: int
    invited: int
    is_shown: bool
    scores: str
    comments: str


@dataclass(frozen=True)
class Door:
    """An address that reads from the survey; who may open it is read off the running program."""

    what: str
    path: str
    who: str
    shows: str


@dataclass(frozen=True)
class TrustPack:
    """The facts of one campaign. `comment_group` also holds for spreads and splits."""

    organisation: str
    detail: CampaignDetail
    purpose: str
    is_frozen: bool
    pages: tuple[AskedPage, ...]
    units: tuple[CountedUnit, ...]
    invited: int
    minimum_group: int
    comment_group: int
    minimum_comments: int
    attributes: tuple[tuple[str, str], ...]  # name and values
    reminder_days: tuple[date, ...]
    answers_until: datetime
    grace_minutes: int
    requests_days: int
    sharing: Sharing | None
    doors: tuple[Door, ...]

    @property
    def questions(self) -> int:
        return sum(len(page.questions) for page in self.pages)

    @property
    def hidden(self) -> int:
        return sum(not unit.is_shown for unit in self.units)


def pack(campaign: Campaign, *, on: date) -> TrustPack:
    """Gather the facts. `on`: the day on which a draft would be launched."""
    invited, units = _units(campaign, on)
    return TrustPack(
        organisation=settings.ORGANISATION_NAME,
        detail=campaigns.campaign_detail(campaign),
        purpose=filled(campaign.form.version.texts.get(_purpose(campaign), "")),
        is_frozen=not campaign.is_draft,
        pages=_pages(campaign.form),
        units=units,
        invited=invited,
        minimum_group=campaign.minimum_group,
        comment_group=campaign.comment_group,
        minimum_comments=campaign.minimum_comments,
        attributes=_attributes(campaign, on),
        reminder_days=campaigns.reminder_days(campaign),
        answers_until=campaign.closes_at + SUBMIT_GRACE,
        grace_minutes=SUBMIT_GRACE // timedelta(minutes=1),
        requests_days=KEEP_REQUESTS_FOR.days,
        sharing=Sharing.objects.filter(campaign=campaign).first(),
        doors=_doors(DOORS | DOORS_OF_CUSTOMERS if campaign.is_for_customers else DOORS),
    )


def _purpose(campaign: Campaign) -> str:
    return "customer_intro" if campaign.is_for_customers else "employee_intro"


def _pages(form: Form) -> tuple[AskedPage, ...]:
    pages: dict[int, list[Item]] = {}
    for placement in form.placements.select_related("item").order_by("order"):
        pages.setdefault(placement.page, []).append(placement.item)
    return tuple(_page(number, items, form) for number, (_, items) in enumerate(sorted(pages.items()), start=1))


def _page(number: int, items: Sequence[Item], form: Form) -> AskedPage:
    asked = [question(item, form.version.scales, {}, audience=form.audience) for item in items]
    return AskedPage(
        number=number,
        construct=Construct(items[0].construct) if items[0].construct else None,
        questions=tuple((item.code, one.text) for item, one in zip(items, asked, strict=True)),
        how=tuple(dict.fromkeys(_how(one) for one in asked)),
    )


def _how(asked: Question) -> str:
    """How one question is answered, in words."""
    if asked.kind == Item.Kind.COMMENT:
        return f"Own words, up to {COMMENT_LENGTH} characters"
    if asked.kind == Item.Kind.SLIDER:
        words = "Two markers between the poles: today, and wanted"
    else:
        labels = [option.label for option in asked.options if option.value != NA]
        words = f"One of {len(labels)} answers, “{labels[0]}” to “{labels[-1]}”" if labels else "One answer"
    return f"{words}, or “{asked.not_applicable}”" if asked.not_applicable else words


def _units(campaign: Campaign, on: date) -> tuple[int, tuple[CountedUnit, ...]]:
    """How many are asked, and in which units they count; customers count in none."""
    if campaign.is_for_customers:
        return 0, ()
    if campaign.is_draft:
        seating = audience.seating(campaign, on=on)
        here, parents = seating.invited_here, seating.parents
        named = [(node.name, node.depth) for node in seating.nodes]
    else:
        found = list(
            campaign.units_at_launch.order_by("place").values_list("name", "depth", "parent_place", "invited_here")
        )
        here, parents = [row[3] for row in found], [(row[2] or 0) - 1 for row in found]
        named = [(row[0], row[1]) for row in found]
    k = campaign.minimum_group
    shown, invited = counts_to_show(parents, here, k)
    nearest = suppression.nearest_shown(parents, shown)
    units = []
    for place, (name, depth) in enumerate(named):
        people, is_shown = int(invited[place]), bool(shown[place])
        above = named[nearest[place]][0] if nearest[place] >= 0 else ""
        units.append(
            CountedUnit(
                name=name,
                depth=depth,
                invited=people,
                is_shown=is_shown,
                scores=f"From {k} answers on" if is_shown else _never(people, k, above),
                comments=_comments(people, is_shown, campaign.comment_group),
            )
        )
    return sum(here), tuple(units)


def _never(people: int, k: int, above: str) -> str:
    why = f"fewer than {k} people" if people < k else "to protect a small group beside it"
    return f"Never by itself, {why}" + (f"; its people count in {above}" if above else "")


def _comments(people: int, is_shown: bool, least: int) -> str:  # noqa: FBT001 - a row's facts
    return f"From {least} answers on" if is_shown and people >= least else "Only with those of a larger unit"


def _attributes(campaign: Campaign, on: date) -> tuple[tuple[str, str], ...]:
    """What results are split by, with the values that a launch freezes."""
    if not campaign.cut_by:
        return ()
    bands = campaign.bands
    if campaign.is_draft:
        bands = list(audience.bands_of(campaign, audience.seating(campaign, on=on)))
    return tuple((campaign.name_of(cut), ", ".join(audience.values_of(bands, cut))) for cut in campaign.attributes)


def _doors(names: dict[str, str]) -> tuple[Door, ...]:
    found = {name.removeprefix("surveys:"): (path, row) for name, path, row in matrix.entries() if "surveys:" in name}
    results = [name for name, (path, row) in found.items() if path.startswith("/results/") and "GET" in row.methods]
    every = names | {name: "" for name in results if name not in names}  # a new one without words is not left out
    rows = [(what, *found[name]) for name, what in every.items() if name in found]
    return tuple(Door(what, path, _who(row), row.scope.value) for what, path, row in rows)


def _who(row: AccessRow) -> str:
    if row.who == PUBLIC:
        return "Everyone, without a sign-in"
    if row.who == EVERYONE:
        return "Everyone who is signed in"
    if row.who == INSIDE:
        return "Everyone but auditors"
    return ", ".join(role.label for role in Role if role in row.who)
