"""Who would be asked, and in which unit each person counts: the seating that a launch freezes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone

from assessments.surveys import segments
from assessments.surveys.models import Campaign
from assessments.surveys.models.campaigns import LEADERS_DEPTH
from people.models import Employee, EmployeeQuerySet, Unit

TENURE_BANDS = ((1, "Under 1 year"), (3, "1 to 2 years"), (6, "3 to 5 years"), (11, "6 to 10 years"))
LONGEST_TENURE, UNKNOWN = "Over 10 years", "Not known"
TENURE_ORDER = (*(name for _, name in TENURE_BANDS), LONGEST_TENURE, UNKNOWN)
_DAYS_IN_YEAR = 365.25


@dataclass(frozen=True)
class Node:
    """A unit of the seating; `parent` is a place in the list of nodes, -1 for the top."""

    unit_pk: int
    key: str
    name: str
    parent: int
    depth: int


@dataclass(frozen=True)
class Seat:
    """A person and the node they count in."""

    employee_pk: int
    home: int
    tenure_band: str
    site: str


@dataclass(frozen=True)
class Seating:
    """The unit tree in pre-order, only branches with people, and everybody's seat in it."""

    nodes: tuple[Node, ...]
    seats: tuple[Seat, ...]

    @property
    def parents(self) -> list[int]:
        return [node.parent for node in self.nodes]

    @property
    def invited_here(self) -> list[int]:
        counts = [0] * len(self.nodes)
        for seat in self.seats:
            counts[seat.home] += 1
        return counts


def seating(campaign: Campaign, *, on: date) -> Seating:
    """Seat the audience of a draft campaign as of today's people and units. Three queries.

    The head of a unit who sits in it counts one level up: a manager's own answer is no part of "my team". So do the few
    people (below the smallest group) who sit in a unit beside its sub-units, such as an assistant: left where they are,
    they would be what subtracting the sub-units leaves, and a sub-unit would be hidden to protect them.
    """
    if campaign.is_for_customers:
        return Seating((Node(0, "customers", "Customers", -1, 0),), ())
    chosen = list(campaign.units.all())
    units = list(_units_under(chosen))
    if not units:
        return Seating((), ())
    position = {unit.pk: place for place, unit in enumerate(units)}
    scope = [(unit.position, unit.last_position) for unit in chosen] or [(units[0].position, units[0].last_position)]
    heads = dict(Unit.objects.active().exclude(head=None).values_list("pk", "head"))
    seats = []
    for person in _audience(campaign, scope, on):
        unit = units[position[person.unit_id]] if person.unit_id in position else units[0]
        if heads.get(unit.pk) == person.pk and unit.parent_id in position:
            unit = units[position[unit.parent_id]]
        seats.append(Seat(person.pk, position[unit.pk], _tenure_band(person.hired_on, on), person.site))
    nodes = [
        Node(unit.pk, unit.key, unit.name, position.get(unit.parent_id or 0, -1), unit.depth - units[0].depth)
        for unit in units
    ]
    return _without_empty_branches(nodes, few_one_level_up(nodes, seats, campaign.minimum_group))


Band = str | list[str]  # a value; of two attributes the pair, as JSON keeps it


def bands_of(campaign: Campaign, seating: Seating) -> Sequence[Band]:
    """The values of the campaign's attribute that a launch freezes: of the people seated, or as customers are asked."""
    if campaign.cut_by == Campaign.Cut.ASKED:
        return segments.values(campaign.segment_choices)
    return bands(seating, campaign.cut_by)


def bands(seating: Seating, cut: str) -> Sequence[Band]:
    """What a launch freezes of the campaign's attribute: its values in order, of two the pairs that there are.

    A person's band is a place in this list.
    """
    if cut != Campaign.Cut.BOTH:
        return band_labels(seating, cut)
    return [list(pair) for pair in sorted({(seat.tenure_band, seat.site or UNKNOWN) for seat in seating.seats})]


def values_of(frozen: Sequence[Band], cut: str) -> list[str]:
    """The values of one attribute among a launch's bands, in their order."""
    if cut == Campaign.Cut.ASKED:
        return list(map(str, frozen))
    present = {value_in(band, cut) for band in frozen}
    return [label for label in TENURE_ORDER if label in present] if cut == Campaign.Cut.TENURE else sorted(present)


def value_in(band: Band, cut: str) -> str:
    """What one band says of one attribute."""
    return band if isinstance(band, str) else band[0 if cut == Campaign.Cut.TENURE else 1]


def band_labels(seating: Seating, cut: str) -> list[str]:
    """The values of one attribute, in order."""
    if cut == Campaign.Cut.TENURE:
        present = {seat.tenure_band for seat in seating.seats}
        return [label for label in TENURE_ORDER if label in present]
    if cut == Campaign.Cut.SITE:
        return sorted({seat.site or UNKNOWN for seat in seating.seats})
    return []


def band_of(cut: str, tenure_band: str, site: str) -> Band:
    if cut == Campaign.Cut.BOTH:
        return [tenure_band, site or UNKNOWN] if tenure_band else ""
    return {Campaign.Cut.TENURE.value: tenure_band, Campaign.Cut.SITE.value: site or UNKNOWN}.get(cut, "")


def _units_under(chosen: list[Unit]) -> Iterable[Unit]:
    """Units from the lowest one that holds everything chosen down to all that lies below the chosen ones."""
    everything = Unit.objects.order_by("position")
    if not chosen:
        return everything
    first, last = min(unit.position for unit in chosen), max(unit.last_position for unit in chosen)
    above = Q()
    below = Q()
    for unit in chosen:
        above |= Q(position__lte=unit.position, last_position__gte=unit.last_position)
        below |= Q(position__range=(unit.position, unit.last_position))
    found = list(everything.filter(above | below))
    top = [unit for unit in found if unit.position <= first and unit.last_position >= last][-1]
    return [unit for unit in found if top.contains(unit)]


def _audience(campaign: Campaign, scope: list[tuple[int, int]], on: date) -> Iterable[Employee]:
    leaders = Unit.objects.active().filter(depth__lte=LEADERS_DEPTH).exclude(head=None)
    where = Q()
    field = "position" if campaign.audience == Campaign.Audience.LEADERS else "unit__position"
    for bounds in scope:
        where |= Q(**{f"{field}__range": bounds})
    people = _without_excluded(campaign, on).order_by("pk").only("pk", "unit_id", "hired_on", "site")
    if campaign.audience == Campaign.Audience.LEADERS:
        return people.filter(pk__in=leaders.filter(where).values("head"))
    if campaign.audience == Campaign.Audience.STAFF:
        people = people.exclude(pk__in=leaders.values("head"))
    return people.filter(where)


def _without_excluded(campaign: Campaign, on: date) -> EmployeeQuerySet:
    """Everybody active but those whom the set-up leaves out."""
    people = Employee.objects.active()
    if campaign.new_joiners_days:
        people = people.exclude(hired_on__gt=on - timedelta(days=campaign.new_joiners_days))
    if campaign.without_leavers:
        people = people.exclude(left_on__lte=timezone.localdate(campaign.closes_at))
    if campaign.without_sites:
        people = people.exclude(site__in=campaign.without_sites)
    return people.exclude(job_role__in=campaign.without_roles.all())


def _tenure_band(hired_on: date | None, on: date) -> str:
    if hired_on is None:
        return UNKNOWN
    years = (on - hired_on).days / _DAYS_IN_YEAR
    return next((label for limit, label in TENURE_BANDS if years < limit), LONGEST_TENURE)


def few_one_level_up(nodes: list[Node], seats: list[Seat], k: int) -> list[Seat]:
    """Bottom-up, so that the few of several levels gather further up until they are enough."""
    here = [0] * len(nodes)
    for seat in seats:
        here[seat.home] += 1
    below = [0] * len(nodes)
    for place in range(len(nodes) - 1, 0, -1):
        below[nodes[place].parent] += here[place] + below[place]
    counts_at = list(range(len(nodes)))
    for place in range(len(nodes) - 1, 0, -1):
        if below[place] and 0 < here[place] < k:
            counts_at[place] = nodes[place].parent
            here[nodes[place].parent] += here[place]
    for place in range(1, len(nodes)):
        counts_at[place] = counts_at[counts_at[place]]
    return [replace(seat, home=counts_at[seat.home]) for seat in seats]


def _without_empty_branches(nodes: list[Node], seats: list[Seat]) -> Seating:
    people = [0] * len(nodes)
    for seat in seats:
        people[seat.home] += 1
    for place in range(len(nodes) - 1, 0, -1):
        people[nodes[place].parent] += people[place]
    kept = [place for place in range(len(nodes)) if people[place] or place == 0]
    moved = {old: new for new, old in enumerate(kept)}
    return Seating(
        tuple(replace(nodes[place], parent=moved.get(nodes[place].parent, -1)) for place in kept),
        tuple(replace(seat, home=moved[seat.home]) for seat in seats),
    )
