"""Questionnaires for those who own the questions: list, one version with its forms, what a draft changes, what is missing."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from django.db.models import Count

from assessments.surveys.instrument_pages import Pages, advice, mixed, trend_holds
from assessments.surveys.models import Campaign, Form, Instrument, InstrumentVersion, Item, Placement
from core.constructs import Construct
from people.access import Viewer

State = InstrumentVersion.State
WORDS = ("text", "leader_text", "customer_text", "left", "right", "left_short", "right_short")


@dataclass(frozen=True)
class VersionRow:
    number: int
    state: str
    state_words: str
    published_at: datetime | None
    change_note: str
    campaigns: int


@dataclass(frozen=True)
class InstrumentRow:
    """One questionnaire: its newest version first."""

    key: str
    name: str
    newest: VersionRow
    in_use: VersionRow | None
    forms: tuple[str, ...]
    items: int
    versions: tuple[VersionRow, ...]


@dataclass(frozen=True)
class ItemLine:
    """One item of a form. `remark` says what the draft did to it; `is_first_on_page` that a page begins with it."""

    item: Item
    text: str
    remark: str
    is_first_on_page: bool
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class FormPage:
    number: int
    construct: Construct | None
    lines: tuple[ItemLine, ...]
    is_mixed: bool


@dataclass(frozen=True)
class VersionPage:
    """One version with one of its forms opened."""

    version: InstrumentVersion
    before: InstrumentVersion | None
    forms: tuple[Form, ...]
    form: Form | None
    minutes: int
    pages: tuple[FormPage, ...]
    others: tuple[Item, ...]
    campaigns: int


@dataclass(frozen=True)
class Trend:
    """What a draft does to the trend of one construct in one form."""

    form: str
    construct: Construct
    common: int
    before: int
    after: int

    @property
    def holds(self) -> bool:
        return trend_holds(self.common, max(self.before, self.after))

    @property
    def words(self) -> str:
        if self.holds:
            return f"goes on, based on {self.common} items asked both times"
        return f"starts anew: only {self.common} of {max(self.before, self.after)} items are asked both times"


@dataclass(frozen=True)
class Difference:
    """One item that a draft adds, removes, corrects or asks anew under another code."""

    kind: str
    code: str
    old: str
    new: str


@dataclass(frozen=True)
class Changes:
    differences: tuple[Difference, ...]
    trends: tuple[Trend, ...]
    advice: tuple[tuple[str, tuple[str, ...]], ...]
    problems: tuple[str, ...]


def rows(viewer: Viewer) -> tuple[InstrumentRow, ...]:
    """All questionnaires the viewer may read, each with its versions. Three queries."""
    instruments = Instrument.objects.visible_to(viewer).prefetch_related("versions__forms")
    items = dict(Item.objects.values_list("version").annotate(Count("pk")).values_list("version", "pk__count"))
    used = Counter(Campaign.objects.values_list("form__version", flat=True))
    found = []
    for instrument in instruments:
        versions = list(instrument.versions.all())
        lines = [_version_row(version, used[version.pk]) for version in versions]
        in_use = next((line for line in lines if line.state == State.PUBLISHED), None)
        forms = tuple(form.name for form in versions[0].forms.all())
        held = items.get(versions[0].pk, 0)
        found.append(InstrumentRow(instrument.key, instrument.name, lines[0], in_use, forms, held, tuple(lines)))
    return tuple(found)


def version_page(version: InstrumentVersion, form_key: str) -> VersionPage:
    """One form opened: the named one, else the first. A fixed number of queries whatever it holds."""
    forms = tuple(version.forms.order_by("pk"))
    form = next((one for one in forms if one.key == form_key), forms[0] if forms else None)
    pinned = pinned_items(version)
    placed = list(form.placements.select_related("item").order_by("order")) if form else []
    codes = {placement.item.code for placement in placed}
    is_workbook = any(placement.item.kind == Item.Kind.PROMPT for placement in placed) if placed else None
    others = [
        item
        for item in version.items.all()
        if form and item.code not in codes and _could_join(item, form, is_workbook=is_workbook)
    ]
    return VersionPage(
        version=version,
        before=predecessor(version),
        forms=forms,
        form=form,
        minutes=ceil(form.minutes) if form else 0,
        pages=_pages(placed, pinned, form.audience if form else ""),
        others=tuple(others),
        campaigns=Campaign.objects.filter(form__version=version).count(),
    )


def predecessor(version: InstrumentVersion) -> InstrumentVersion | None:
    """The version whose answers this one's are compared with: the one before it, for a copy the one copied."""
    earlier = version.instrument.versions.exclude(state=State.DRAFT).filter(number__lt=version.number)
    return earlier.order_by("-number").first() or version.based_on


def pinned_items(version: InstrumentVersion) -> dict[str, Item]:
    """Items by code that have been asked before, so that a change of theirs touches a trend."""
    before = predecessor(version)
    return {item.code: item for item in before.items.all()} if before else {}


def codes_ever(instrument: Instrument) -> set[str]:
    """Every code that any questionnaire of this family has used: none is given to another question."""
    family = {instrument.pk, *instrument.versions.exclude(based_on=None).values_list("based_on__instrument", flat=True)}
    return set(Item.objects.filter(version__instrument__in=family).values_list("code", flat=True))


def pages_of(form: Form) -> Pages:
    found: dict[int, list[str]] = {}
    for page, code in form.placements.order_by("order").values_list("page", "item__code"):
        found.setdefault(page, []).append(code)
    return [found[number] for number in sorted(found)]


def trend_of(item: Item) -> tuple[Trend, ...]:
    """What giving this item a new code would do to the trends of its construct, form by form."""
    return tuple(trend for trend in _trends(item.version, renamed=item.code) if trend.construct == item.construct)


def changes(version: InstrumentVersion) -> Changes:
    """What a draft changes against the version before it, what that does to trends, and what is still missing."""
    pinned, items = pinned_items(version), list(version.items.all())
    now = {item.code: item for item in items}
    replaced = {item.replaces for item in items if item.replaces}
    found = []
    for item in items:
        before = pinned.get(item.code)
        if item.replaces in pinned and item.code not in pinned:
            found.append(
                Difference("asked anew", f"{item.replaces} → {item.code}", _text(pinned[item.replaces]), _text(item))
            )
        elif before is None and pinned:
            found.append(Difference("new", item.code, "", _text(item)))
        elif before and _text(before) != _text(item):
            found.append(Difference("corrected", item.code, _text(before), _text(item)))
    gone = [code for code in pinned if code not in now and code not in replaced]
    found += [Difference("removed", code, _text(pinned[code]), "") for code in gone]
    new = [item for item in items if item.code not in pinned or _text(pinned[item.code]) != _text(item)]
    hints = [(item.code, advice(item.text)) for item in new if item.kind == Item.Kind.LIKERT]
    return Changes(
        tuple(found),
        tuple(trend for trend in _trends(version) if trend.before != trend.common or trend.after != trend.common),
        tuple((code, words) for code, words in hints if words),
        problems(version),
    )


def problems(version: InstrumentVersion) -> tuple[str, ...]:
    """What keeps a draft from being published, in sentences."""
    found = []
    forms = list(version.forms.all())
    if not forms:
        found.append("Add a form: a selection of items that a campaign can send.")
    for form in forms:
        placed = list(form.placements.select_related("item").order_by("order"))
        kinds = {placement.item.code: placement.item.kind for placement in placed}
        if not placed:
            found.append(f"“{form.name}” asks nothing yet. Add items to it, or remove the form.")
        for number, page in enumerate(pages_of(form), start=1):
            if mixed(page, kinds):
                found.append(f"Page {number} of “{form.name}” mixes kinds of questions. Give each a page of its own.")
    before = predecessor(version)
    if before and before.instrument_id == version.instrument_id and _same(before, version):
        found.append(f"The draft asks the same as version {before.number}. Change something, or discard it.")
    return tuple(found)


def _version_row(version: InstrumentVersion, campaigns: int) -> VersionRow:
    words = {State.PUBLISHED: "In use", State.DRAFT: "Draft", State.RETIRED: "Retired"}[State(version.state)]
    return VersionRow(version.number, version.state, words, version.published_at, version.change_note, campaigns)


def _pages(placed: Iterable[Placement], pinned: dict[str, Item], audience: str) -> tuple[FormPage, ...]:
    by_page: dict[int, list[Item]] = {}
    for placement in placed:
        by_page.setdefault(placement.page, []).append(placement.item)
    last = len(by_page)
    return tuple(
        FormPage(
            number=number,
            construct=Construct(items[0].construct) if items[0].construct else None,
            lines=tuple(
                ItemLine(
                    item,
                    _shown(item, audience),
                    _remark(item, pinned),
                    place == 0,
                    place == 0 and number == 1,
                    place == len(items) - 1 and number == last,
                )
                for place, item in enumerate(items)
            ),
            is_mixed=mixed([item.code for item in items], {item.code: item.kind for item in items}),
        )
        for number, items in enumerate((by_page[page] for page in sorted(by_page)), start=1)
    )


def _shown(item: Item, audience: str) -> str:
    return f"{item.left} / {item.right}" if item.kind == Item.Kind.SLIDER else item.asked_of(audience)


def _remark(item: Item, pinned: dict[str, Item]) -> str:
    before = pinned.get(item.code)
    if before:
        return "Corrected" if _text(before) != _text(item) else ""
    if item.replaces:
        return f"Takes the place of {item.replaces}"
    return "New" if pinned else ""


def _text(item: Item) -> str:
    return " / ".join(words for name in WORDS if (words := getattr(item, name)))


def _could_join(item: Item, form: Form, *, is_workbook: bool | None) -> bool:
    """Whether an item may be offered for a form (None: one that is still empty); the service has the last word."""
    if is_workbook is not None and is_workbook != (item.kind == Item.Kind.PROMPT):
        return False
    if form.audience == Item.Audience.CUSTOMER:
        return item.audience == Item.Audience.CUSTOMER or bool(item.customer_text)
    return item.audience != Item.Audience.CUSTOMER


def _trends(version: InstrumentVersion, renamed: str = "") -> list[Trend]:
    """Per form and construct the items asked before, now and both times; `renamed` is thought of as a new one."""
    before = predecessor(version)
    if before is None:
        return []
    now, then = _scored(version), _scored(before)
    names = dict(version.forms.values_list("key", "name"))
    found = []
    for (form, construct), codes in now.items():
        earlier = then.get((form, construct))
        if earlier and (not renamed or renamed in codes):
            common = (codes - {renamed}) & earlier
            found.append(Trend(names[form], Construct(construct), len(common), len(earlier), len(codes)))
    return found


def _scored(version: InstrumentVersion) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    rows = Placement.objects.filter(form__version=version, item__kind=Item.Kind.LIKERT).exclude(item__construct="")
    for form, construct, code in rows.values_list("form__key", "item__construct", "item__code"):
        found.setdefault((form, construct), set()).add(code)
    return {key: codes for key, codes in found.items() if len(codes) > 1}


def _same(one: InstrumentVersion, other: InstrumentVersion) -> bool:
    return one.texts == other.texts and _content(one) == _content(other)


def _content(version: InstrumentVersion) -> tuple[object, ...]:
    kept = ("code", "kind", "construct", "is_reversed", "allows_na", "referent", *WORDS)
    placed = Placement.objects.filter(form__version=version).order_by("form__key", "order")
    return (
        sorted(version.items.values_list(*kept)),
        list(placed.values_list("form__key", "item__code", "page")),
        sorted(version.forms.values_list("key", "name", "audience")),
    )
