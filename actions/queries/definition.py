"""What was agreed, for everyone: the definition, the strategy in eight answers, the seven Cs, the critical moments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from actions.models import AgreedText, CriticalMoment, Workshop
from assessments.competencies.models import CompetencyVersion
from assessments.surveys.models import Form, InstrumentVersion, Item
from assessments.surveys.queries.questions import filled
from core.constructs import Construct
from people.access import Viewer

DEFINITION_FORM, WORKBOOK_FORM = "definition_workshop", "leader_workbook"
ROUNDS = (DEFINITION_FORM, WORKBOOK_FORM)


@dataclass(frozen=True)
class Line:
    """One prompt with what was agreed on it; `text` is None until then."""

    code: str
    question: str
    text: AgreedText | None
    is_due: bool


@dataclass(frozen=True)
class Part:
    """One group of prompts: the definition, or one of the seven Cs."""

    key: str
    title: str
    lede: str
    construct: Construct | None
    lines: tuple[Line, ...]

    @property
    def agreed(self) -> int:
        return sum(line.text is not None for line in self.lines)


@dataclass(frozen=True)
class StrategyPage:
    definition: Part
    strategy: Part
    others: tuple[Part, ...]
    moments: int
    newest: AgreedText | None


@dataclass(frozen=True)
class MomentRow:
    moment: CriticalMoment
    competency: str
    competency_key: str


@dataclass(frozen=True)
class RoleMoments:
    """The moments of one role: those with customers first."""

    role: str
    rows: tuple[MomentRow, ...]


@dataclass(frozen=True)
class DefinitionEvidence:
    """How far the first of the eight steps has come."""

    agreed: int
    prompts: int
    strategy_agreed: int
    strategy_prompts: int
    moments: int
    roles: int
    open_round: str
    last_agreed_on: date | None
    reviews_due: int


def strategy(viewer: Viewer, *, on: date) -> StrategyPage:
    """The page. A fixed number of queries."""
    prompts = _prompts()
    agreed = {text.prompt: text for text in AgreedText.objects.visible_to(viewer).current().select_related("owner")}
    lines = {item.code: _line(item, agreed.get(item.code), on) for item in prompts}
    by_part: dict[str, list[Line]] = {}
    for item in prompts:
        by_part.setdefault(item.construct or DEFINITION_FORM, []).append(lines[item.code])
    parts = [
        Part(construct.value, construct.title, construct.definition, construct, tuple(by_part.get(construct.value, ())))
        for construct in Construct
    ]
    return StrategyPage(
        definition=Part(
            DEFINITION_FORM,
            "What customer focus means here",
            "Which work touches customers, what they need, and what we would see each other do.",
            None,
            tuple(by_part.get(DEFINITION_FORM, ())),
        ),
        strategy=parts[0],
        others=tuple(parts[1:]),
        moments=CriticalMoment.objects.visible_to(viewer).count(),
        newest=max(agreed.values(), key=lambda text: text.agreed_at, default=None),
    )


def history(viewer: Viewer, prompt: str) -> list[AgreedText]:
    """Every version of one text, the newest first."""
    found = AgreedText.objects.visible_to(viewer).filter(prompt=prompt)
    return list(found.select_related("owner", "workshop", "agreed_by__employee").order_by("-number"))


def moments(viewer: Viewer) -> list[RoleMoments]:
    """The table, role by role. Two queries."""
    found = CriticalMoment.objects.visible_to(viewer).select_related("job_role", "competency")
    rows = list(found.order_by("job_role__name", "-reach", "task"))
    names = competency_names([row.competency_id for row in rows if row.competency_id])
    roles: dict[str, list[MomentRow]] = {}
    for row in rows:
        competency = names.get(row.competency_id or 0, "")
        key = row.competency.key if row.competency and competency else ""
        roles.setdefault(row.job_role.name, []).append(MomentRow(row, competency, key))
    return [RoleMoments(role, tuple(group)) for role, group in roles.items()]


def competency_names(keys: Sequence[int] | None = None) -> dict[int, str]:
    """Published names by primary key of the competency."""
    versions = CompetencyVersion.objects.published()
    if keys is not None:
        versions = versions.filter(competency__in=keys)
    return dict(versions.order_by("name").values_list("competency_id", "name"))


def definition_evidence(*, on: date) -> DefinitionEvidence:
    """For the programme page."""
    prompts = _prompts()
    codes = {item.code for item in prompts if not item.construct}
    strategy_codes = {item.code for item in prompts if item.construct == Construct.STRATEGY}
    texts = list(AgreedText.objects.current())
    agreed = {text.prompt for text in texts}
    last = max((text.agreed_at for text in texts), default=None)
    open_round = Workshop.objects.exclude(state=Workshop.State.CLOSED).values_list("title", flat=True).first()
    of_roles = CriticalMoment.objects.values_list("job_role_id", flat=True)
    roles = list(of_roles)
    return DefinitionEvidence(
        agreed=len(agreed & codes),
        prompts=len(codes),
        strategy_agreed=len(agreed & strategy_codes),
        strategy_prompts=len(strategy_codes),
        moments=len(roles),
        roles=len(set(roles)),
        open_round=open_round or "",
        last_agreed_on=timezone.localdate(last) if last else None,
        reviews_due=sum(text.review_on <= on for text in texts),
    )


def forms_for_rounds() -> list[Form]:
    """The published forms that are answered in a round."""
    published = InstrumentVersion.State.PUBLISHED
    return list(Form.objects.filter(key__in=ROUNDS, version__state=published).order_by("key", "-version__number"))


def _prompts() -> list[Item]:
    """The prompts of the newest published workbook and definition workshop, in their order."""
    found: list[Item] = []
    seen: set[str] = set()
    for form in forms_for_rounds():
        if form.key in seen:
            continue
        seen.add(form.key)
        found += form.items.filter(kind=Item.Kind.PROMPT).order_by("placements__order")
    return found


def _line(item: Item, text: AgreedText | None, on: date) -> Line:
    return Line(item.code, filled(item.text), text, text is not None and text.review_on <= on)
