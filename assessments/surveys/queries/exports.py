"""Everything on a unit's results page as one long table: the same figures, the same words where something is hidden."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assessments.surveys.queries.explorer import UnitPage

HEADER = ("Part", "Group", "Measure", "Figure", "Value", "Note")
NOT_SHOWN = "not shown"

Line = tuple[str, str, str, str, object, str]


def lines(page: UnitPage) -> list[Line]:
    """One line per figure. A hidden figure has "not shown" as its value and the reason as its note."""
    return [
        *_unit(page),
        *_scores(page),
        *_units(page),
        *_statements(page),
        *_emphasis(page),
        *_change(page),
        *_viewpoints(page),
        *_links(page),
        *_splits(page),
    ]


def as_data(page: UnitPage) -> dict[str, Any]:
    """The same for machines."""
    results = page.results
    return {
        "campaign": results.campaign_pk,
        "title": results.title,
        "closed_at": results.closed_at.isoformat(),
        "unit": results.name,
        "place": results.place,
        "shown": results.shown.name if results.shown else None,
        "minimum_group": results.minimum_group,
        "figures": [dict(zip((name.lower() for name in HEADER), line, strict=True)) for line in lines(page)],
    }


def _unit(page: UnitPage) -> Iterator[Line]:
    results = page.results
    hidden = results.hidden
    yield "Participation", results.name, "Answers", "people", _shown(results.answers, hidden), hidden
    if page.open_words:
        yield "Participation", results.name, "Open address", "answers", "yes", page.open_words
    if not hidden and results.invited:
        yield "Participation", results.name, "Invited", "people", results.invited, ""


def _scores(page: UnitPage) -> Iterator[Line]:
    scores = page.results.scores
    if scores is None:
        return
    name = scores.name
    overall = "" if scores.overall is not None else "One of the seven Cs is not shown."
    yield "Scores", name, "Culture index", "index", _shown(scores.overall, overall), overall
    for row in page.table.rows:
        score, measure = row.score, row.score.construct.short
        note = score.hidden
        yield "Scores", name, measure, "index", _shown(score.index, note), note or score.flag_words
        yield "Scores", name, measure, "answers", _shown(score.n, note), note
        yield "Scores", name, measure, "favourable %", _shown(score.favourable, note), note
        yield "Scores", name, measure, "likely from", _shown(score.low, note), note or score.margin_words
        yield "Scores", name, measure, "likely to", _shown(score.high, note), note or score.margin_words
        yield "Scores", name, measure, "agreement", score.agreement or NOT_SHOWN, note
        for other, value in zip(page.table.others, row.others, strict=True):
            yield "Scores", other, measure, "index", _shown(value, ""), ""
        if row.change:
            words = row.change.hidden or f"{row.change.words}, {row.change.basis}"
            yield "Change", name, measure, f"points since {row.change.since}", row.change.points or NOT_SHOWN, words


def _units(page: UnitPage) -> Iterator[Line]:
    for row in page.heat.rows:
        if row.hidden:
            yield "Units", row.name, "All", "index", NOT_SHOWN, row.hidden
        for cell in row.cells:
            score = cell.score
            yield "Units", row.name, score.construct.short, "index", _shown(score.index, score.hidden), score.hidden


def _statements(page: UnitPage) -> Iterator[Line]:
    if page.statements_hidden:
        yield "Statements", page.results.name, "All", "favourable", NOT_SHOWN, page.statements_hidden
    for statement in page.statements:
        row = statement.row
        note = row.hidden or statement.remark
        yield "Statements", page.table.name, f"{row.code}: {row.text}", "favourable", row.favourable or NOT_SHOWN, note
        if row.hidden:
            continue
        yield "Statements", page.table.name, f"{row.code}: {row.text}", "answers", _shown(row.n, ""), note
        for answer, share in enumerate(row.distribution or (), start=1):
            yield "Statements", page.table.name, f"{row.code}: {row.text}", f"answer {answer}, %", share, note


def _emphasis(page: UnitPage) -> Iterator[Line]:
    for row in page.sliders:
        measure, note = f"{row.left_short} (0) or {row.right_short} (100)", row.hidden or row.words
        for figure, value in (
            ("today", row.today),
            ("desired", row.desired),
            ("leaders' desired", row.leaders_desired),
        ):
            if figure != "leaders' desired" or value is not None:
                yield "Today and desired", page.table.name, measure, figure, _shown(value, row.hidden), note


def _change(page: UnitPage) -> Iterator[Line]:
    name = page.results.shown.name if page.results.shown else page.results.name
    if page.readiness:
        for step in page.readiness.steps:
            yield "Readiness", name, step.name, "mean, 1 to 5", step.mean or NOT_SHOWN, step.hidden
            held = _shown(step.people, "")
            yield "Readiness", name, step.name, "held up here, %", held, page.readiness.people_hidden
    if page.balance:
        hidden = page.balance.hidden
        for figure, value in (("drive", page.balance.drive), ("resistance", page.balance.resistance)):
            yield "Change balance", name, figure.capitalize(), "0 to 100", _shown(value, hidden), hidden
        yield (
            "Change balance",
            name,
            "Balance",
            "points",
            page.balance.balance or NOT_SHOWN,
            hidden or page.balance.sentence,
        )
    for row in page.recommendations:
        yield "Recommendation", name, row.text, "score", row.score or NOT_SHOWN, row.hidden or row.note


def _viewpoints(page: UnitPage) -> Iterator[Line]:
    for gap in page.gaps:
        yield "Leaders and staff", "Leaders", gap.construct.short, "points apart", gap.points, gap.words
    for outside in page.outside:
        yield "Inside and outside", "Customers", outside.construct.short, "points apart", outside.points, outside.words
    for construct, index in page.desired.items():
        yield "Desired", "Leadership", construct.short, "index", index, ""


def _links(page: UnitPage) -> Iterator[Line]:
    if page.links is None:
        return
    part, name, refusal = "Goes with the outcome", page.results.name, page.links.refusal
    for row in page.links.rows:
        note = refusal or f"{row.firmness}: {row.priority}" if row.priority else refusal or row.firmness
        yield part, name, row.construct.short, "share %", _shown(row.share, ""), note
        yield part, name, row.construct.short, "simple link", row.r or NOT_SHOWN, row.interval or refusal


def _splits(page: UnitPage) -> Iterator[Line]:
    for band in page.splits:
        for score in band.scores.constructs:
            part, shown = f"Split by {band.attribute.lower()}", _shown(score.index, score.hidden)
            yield part, band.label, score.construct.short, "index", shown, score.hidden
    for attribute in page.withheld:
        yield f"Split by {attribute.attribute.lower()}", page.results.name, "All", "index", NOT_SHOWN, attribute.why


def _shown(value: object, hidden: str) -> object:
    return NOT_SHOWN if value is None or hidden else value
