"""The HR home: eight steps of building the culture, each with evidence that it is alive, and what is running now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from actions import queries as actions
from actions.queries import DefinitionEvidence, Kept
from assessments.competencies import queries as competencies
from assessments.reviews import queries as reviews
from assessments.surveys.models import Campaign
from assessments.surveys.queries import campaigns, results
from dashboards import wording
from development.queries import uptake
from goals import queries as goals
from goals.queries.numbers import LATE_SECONDS
from people.access import Viewer
from people.models import Employee
from recognition import queries as recognition
from recognition.queries import NewestTally

COVERAGE_WANTED = 0.8  # below this share of linked people, step 6 asks for attention
DONE, NOW, WAITING = "done", "now", ""
LEADERS = Campaign.Audience.LEADERS.label.split(":")[0]


@dataclass(frozen=True)
class Step:
    """One of the eight steps. `state`: done (alive), now (needs somebody), "" (not begun, or not in this version)."""

    title: str
    evidence: str
    state: str
    button: str = ""
    url: str = ""


@dataclass(frozen=True)
class Running:
    """A campaign or cycle that is open, with how far it has come (None: not to be said, or not begun)."""

    title: str
    url: str
    done: str
    until: str
    percent: int | None
    expected: int | None


@dataclass(frozen=True)
class Sign:
    """One line of system health, with the page that says more."""

    is_well: bool
    words: str
    url: str = ""


@dataclass(frozen=True)
class Programme:
    lede: str
    steps: tuple[Step, ...]
    primary: int  # index of the step whose button is the page's primary one
    running: tuple[Running, ...]
    signs: tuple[Sign, ...]
    gaps_title: str
    gaps: tuple[results.ConstructScore, ...]


def programme(viewer: Viewer, *, at: datetime) -> Programme:
    """The page. A fixed number of queries, whatever the size of the organisation."""
    now = timezone.localtime(at)
    evidence = goals.goal_evidence(on=now.date())
    cycle = reviews.cycle_evidence(on=now.date())
    surveys = campaigns.campaign_rows(viewer)
    steps = (
        _define(surveys, actions.definition_evidence(on=now.date())),
        _describe(competencies.library_evidence()),
        _offer(uptake.learning_evidence()),
        _assess(cycle),
        _set_goals(evidence),
        _link(evidence),
        _watch(evidence, actions.promises_kept(viewer, on=now.date()), now),
        _reward(recognition.newest_tally()),
    )
    gaps_title, gaps = _lowest(viewer)
    return Programme(
        lede=_lede(steps),
        steps=steps,
        primary=next((place for place, step in enumerate(steps) if step.state == NOW and step.url), -1),
        running=(*_open_surveys(surveys, at), *_open_cycle(cycle, now.date())),
        signs=_signs(evidence, now),
        gaps_title=gaps_title,
        gaps=gaps,
    )


def _lede(steps: tuple[Step, ...]) -> str:
    counts = {state: sum(step.state == state for step in steps) for state in (DONE, NOW, WAITING)}
    parts = [f"{wording.number(counts[DONE]).lower()} {'is' if counts[DONE] == 1 else 'are'} running"]
    if counts[NOW]:
        parts.append(f"{wording.number(counts[NOW]).lower()} need{'s' if counts[NOW] == 1 else ''} you")
    if counts[WAITING]:
        parts.append(f"{wording.number(counts[WAITING]).lower()} {'is' if counts[WAITING] == 1 else 'are'} waiting")
    return f"Eight steps, each with the evidence that it is alive. {wording.listed(parts).capitalize()}."


def _define(surveys: list[campaigns.CampaignRow], written: DefinitionEvidence) -> Step:
    """Leaders answer first, then agree on the text; the step is alive once the definition and moments are there."""
    title = "Define what customer focus means"
    of_leaders = [row for row in surveys if row.audience == LEADERS and row.state != "draft"]
    asked = _leaders_words(of_leaders[0]) if of_leaders else "The leaders have not been asked yet."
    if written.open_round and not written.agreed:
        return Step(
            title, f"{asked} The round “{written.open_round}” is open.", NOW, "Open", reverse("actions:workshops")
        )
    if not written.agreed:
        said = f"{asked} Nothing is agreed yet: call a round."
        return Step(title, said, NOW, "Begin", reverse("actions:workshops"))
    moments = wording.counted(written.moments, "critical moment", "critical moments")
    roles = wording.counted(written.roles, "role", "roles")
    said = (
        f"{asked} Agreed: {written.agreed} of {written.prompts} questions of the definition, "
        f"{written.strategy_agreed} of {written.strategy_prompts} of the strategy; {moments} in {roles}."
    )
    if written.reviews_due:
        texts = wording.counted(written.reviews_due, "text waits", "texts wait")
        return Step(
            title, f"{said} {texts.capitalize()} to be looked at again.", NOW, "Open", reverse("actions:strategy")
        )
    if not written.moments:
        return Step(title, said, NOW, "Add moments", reverse("actions:moments"))
    return Step(title, said, DONE, "Open", reverse("actions:strategy"))


def _leaders_words(row: campaigns.CampaignRow) -> str:
    if row.state == "open":
        return f"The leaders' survey is open: {_answered(row)} have answered."
    said = f"{_answered(row)} leaders answered “{row.title}”."
    return said[0].upper() + said[1:]


def _answered(row: campaigns.CampaignRow) -> str:
    """7 of 10; where the number is too small to be said, words that go on with “have answered”."""
    if row.answered is None:
        return f"too few of {row.invited} to show how many"
    return f"{row.answered} of {row.invited}"


def _running(row: campaigns.CampaignRow) -> str:
    if not row.invited:
        return "open by link, nobody is invited by name"
    if row.answered is None:
        return f"{_answered(row)} answered"
    return _answered(row) + (f", {row.percent}%" if row.percent is not None else "")


def _describe(library: competencies.LibraryEvidence) -> Step:
    title, url = "Describe the competencies", reverse("competencies:library")
    if not library.competencies:
        return Step(title, "No competency has been published.", NOW, "Begin", url)
    published = f", last published {wording.short_day(library.last_published_on)}" if library.last_published_on else ""
    text = (
        f"{library.competencies} competencies in {library.clusters} clusters{published}. "
        f"{wording.counted(library.profiles, 'role profile', 'role profiles').capitalize()}; "
        f"{library.people_with_profile} of {library.people_with_profile + library.people_without_profile} people have one."
    )
    return Step(title, text, DONE if library.profiles else NOW, "Open", url)


def _offer(learning: uptake.LearningEvidence) -> Step:
    title, url = "Offer learning", reverse("development:learning")
    if not learning.offered:
        return Step(title, "Nothing is on offer.", NOW, "Begin", url)
    text = f"{wording.counted(learning.offered, 'activity', 'activities').capitalize()} on offer"
    if learning.joined is not None:
        text += f", {wording.counted(learning.joined, 'person has', 'people have')} joined one so far"
    return Step(title, f"{text}.", DONE, "Open", url)


def _assess(cycle: reviews.CycleEvidence) -> Step:
    title = "Assess, and ask what is in the way"
    if cycle.open_name and cycle.closes_on:
        text = (
            f"{cycle.self_shared} of {cycle.people} self-assessments shared, {cycle.manager_shared} seen by managers, "
            f"{cycle.agreed} agreed. {cycle.open_name} closes {wording.short_day(cycle.closes_on)}."
        )
        return Step(title, text, NOW, "Continue", reverse("reviews:cycle", args=[cycle.open_id]))
    url = reverse("reviews:cycles")
    if cycle.closed_cycles and cycle.last_closed_on:
        return Step(
            title, f"The last round closed {wording.short_day(cycle.last_closed_on)}. None is open.", DONE, "Open", url
        )
    return Step(title, "No round has been started.", NOW, "Begin", url)


def _set_goals(evidence: goals.GoalEvidence) -> Step:
    title, url = "Set goals for the organisation", reverse("goals:tree")
    if not evidence.organisation_goals:
        return Step(title, "The organisation has no goal yet.", NOW, "Begin", url)
    text = (
        f"{wording.counted(evidence.organisation_goals, 'goal', 'goals')}, {evidence.with_target} with a measure, "
        f"{evidence.with_construct} linked to the seven Cs, {wording.counted(evidence.guardrails, 'guardrail', 'guardrails')}; "
        f"{evidence.consulted} chosen with customers or staff."
    )
    return Step(title, text, DONE, "Open", url)


def _link(evidence: goals.GoalEvidence) -> Step:
    title, url = "Link everyone's goals", reverse("goals:tree")
    if evidence.coverage_share is None:
        return Step(title, "Nothing has been computed yet.", WAITING, "Open", url)
    text = (
        f"{evidence.coverage_share:.0%} of people have a goal that leads to one of the organisation's. "
        f"{wording.counted(evidence.unaligned, 'goal leads', 'goals lead').capitalize()} nowhere."
    )
    if evidence.coverage_share < COVERAGE_WANTED:
        return Step(title, text, NOW, "Find gaps", f"{url}?show=unlinked")
    return Step(title, text, DONE, "Open", url)


def _watch(evidence: goals.GoalEvidence, kept: Kept, now: datetime) -> Step:
    title, url = "Watch progress", reverse("goals:tree")
    if evidence.computed_at is None:
        return Step(title, "Nothing has been computed yet.", WAITING, "Open", url)
    text = (
        f"Last roll-up {wording.as_of(timezone.localtime(evidence.computed_at), now)}. "
        f"{wording.counted(evidence.check_ins_30_days, 'check-in', 'check-ins').capitalize()} in 30 days, "
        f"{wording.counted(evidence.stale, 'goal', 'goals')} without one for 45 days."
    )
    if kept.due:
        text += f" {kept.kept} of {wording.counted(kept.due, 'promise', 'promises')} after surveys kept in time."
    return Step(title, text, DONE if evidence.check_ins_30_days else NOW, "Open", url)


def _reward(tally: NewestTally | None) -> Step:
    """Informal first: praise is the evidence, and a goal with a reward is watched by its guardrails."""
    title, url = "Reward success", reverse("recognition:shares")
    if tally is None or not tally.shares:
        return Step(title, "Too little praise in a whole quarter to say what is noticed here.", NOW, "Open", url)
    quarter = f"{wording.short_day(tally.from_on)} to {wording.short_day(tally.last_on)}"
    text = f"{tally.pace.value} thanks per 10 people in a month, {quarter}."
    if tally.unnamed:
        text += f" Named by no praise: {wording.listed([one.short for one in tally.unnamed])}."
    return Step(title, text, DONE, "Open", url)


def _open_surveys(surveys: list[campaigns.CampaignRow], at: datetime) -> list[Running]:
    rows = []
    for row in surveys:
        url = reverse("surveys:campaign", args=[row.pk])
        if row.state == "open":
            gone = (at - row.opens_at) / (row.closes_at - row.opens_at)
            done = _running(row)
            until = f"to {wording.short_day(timezone.localtime(row.closes_at).date())}"
            rows.append(Running(row.title, url, done, until, row.percent, min(100, max(0, round(gone * 100)))))
        elif row.state == "draft":
            opens = wording.short_day(timezone.localtime(row.opens_at).date())
            rows.append(Running(row.title, url, row.problem or "Draft", opens, None, None))
    return rows


def _open_cycle(cycle: reviews.CycleEvidence, on: date) -> list[Running]:
    if not cycle.open_name or not cycle.closes_on:
        return []
    percent = round(100 * cycle.self_shared / cycle.people) if cycle.people else None
    done = f"{cycle.self_shared} of {cycle.people} shared" + (f", {percent}%" if percent is not None else "")
    url = reverse("reviews:cycle", args=[cycle.open_id])
    return [Running(cycle.open_name, url, done, f"to {wording.short_day(cycle.closes_on)}", percent, None)]


def _signs(evidence: goals.GoalEvidence, now: datetime) -> tuple[Sign, ...]:
    alone = Employee.objects.active().filter(manager=None).count()
    return (
        *_numbers(evidence, now),
        Sign(
            alone <= 1,
            "Everybody but the head of the organisation has a manager"
            if alone == 1
            else f"{alone} people have no manager",
        ),
    )


def _numbers(evidence: goals.GoalEvidence, now: datetime) -> list[Sign]:
    """How fresh and how right the goals' numbers are; the nightly recomputation is silent until it has run once."""
    url = reverse("goals:numbers")
    computed = evidence.computed_at and wording.as_of(timezone.localtime(evidence.computed_at), now)
    signs = [
        Sign(bool(computed), f"Goals rolled up {computed}" if computed else "Goals have not been rolled up yet", url)
    ]
    waited = (now - evidence.waits_since).total_seconds() if evidence.waits_since else 0
    if waited > LATE_SECONDS:
        minutes = wording.counted(round(waited / 60), "minute", "minutes")
        signs.append(Sign(False, f"Updates of goals have waited for {minutes}: is the worker at work?", url))
    if evidence.drift is not None:
        wrong = wording.counted(evidence.drift, "wrong number", "wrong numbers")
        signs.append(Sign(not evidence.drift, f"The last check of goal numbers found {wrong}", url))
    return signs


def _lowest(viewer: Viewer) -> tuple[str, tuple[results.ConstructScore, ...]]:
    """The newest published survey and its three lowest Cs, organisation level."""
    newest = results.latest(viewer)
    if newest is None or newest.organisation is None:
        return "", ()
    shown = [score for score in newest.organisation.constructs if score.exact is not None]
    shown.sort(key=lambda score: score.exact or 0)
    return newest.title, tuple(shown[:3])
