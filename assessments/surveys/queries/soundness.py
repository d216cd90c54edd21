"""HR's page on a whole campaign: does the questionnaire hold, do units differ, what goes with the outcome. Stored, never live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assessments.surveys import cells, reliability
from assessments.surveys.cells import Hidden
from assessments.surveys.models import Campaign, CampaignAnalysis, UnitRelease
from assessments.surveys.queries.layouts import layout_of
from assessments.surveys.queries.outcome import Links, links_in, two
from assessments.surveys.queries.questions import filled
from assessments.surveys.scoring import agreement_word, whole
from core.constructs import Construct


@dataclass(frozen=True)
class ItemFit:
    code: str
    text: str
    r: str
    words: str


@dataclass(frozen=True)
class ConstructSoundness:
    """One C: how its items hang together and how far units differ. Empty texts where too few answered."""

    construct: Construct
    n: int
    alpha: str
    alpha_words: str
    omega: str
    rwg: str
    rwg_words: str
    icc1: str
    icc2: str
    units: int
    icc_words: str
    items: tuple[ItemFit, ...]


@dataclass(frozen=True)
class Without:
    construct: Construct
    all_answers: int | None
    without: int | None


@dataclass(frozen=True)
class Quality:
    """`words` tells how many gave the same answer throughout; `rows` compare the scores without them."""

    words: str
    rows: tuple[Without, ...]


@dataclass(frozen=True)
class SoundnessPage:
    campaign: Campaign
    constructs: tuple[ConstructSoundness, ...]
    links: Links | None
    quality: Quality | None
    is_validated: bool


def page(campaign: Campaign) -> SoundnessPage:
    """A fixed number of queries."""
    stored = CampaignAnalysis.objects.filter(campaign=campaign).first()
    content: dict[str, Any] = stored.content if stored else {}
    top = UnitRelease.objects.filter(unit__campaign=campaign, unit__place=1, hidden="").first()
    layout = layout_of(campaign.form_id)
    scores: dict[Construct, Any] = {}
    if top:
        records = cells.unpack(top.constructs, "constructs", top.layout)
        scores = dict(zip(layout.constructs, records, strict=True))
    texts = dict(campaign.form.items.values_list("code", "text"))
    reversed_codes = {slot.code for slot in layout.statements if slot.is_reversed}
    units = {row["construct"]: row for row in content.get("units", ())}
    return SoundnessPage(
        campaign=campaign,
        constructs=tuple(
            _construct(row, units[row["construct"]], scores.get(Construct(row["construct"])), texts, reversed_codes)
            for row in content.get("reliability", ())
        ),
        links=links_in(content, {c: float(r["index"]) for c, r in scores.items() if r["hidden"] == Hidden.NO}),
        quality=_quality(content.get("quality"), scores),
        is_validated=campaign.form.version.is_validated,
    )


def _construct(
    row: dict[str, Any], units: dict[str, Any], score: Any, texts: dict[str, str], reversed_codes: set[str]
) -> ConstructSoundness:
    n, few = row["n"], row["n"] < reliability.ALPHA_ANSWERS
    nothing = f"Not enough complete answers: {reliability.ALPHA_ANSWERS} are needed."
    rwg = float(score["agreement"]) if score is not None and score["hidden"] == Hidden.NO else float("nan")
    enough_units = units["units"] >= reliability.ICC_UNITS
    return ConstructSoundness(
        construct=Construct(row["construct"]),
        n=n,
        alpha=two(row["alpha"]),
        alpha_words=nothing if few else reliability.alpha_words(row["alpha"]),
        omega=two(row["omega"]),
        rwg="" if rwg != rwg else two(rwg),  # noqa: PLR0124 - NaN: a statement is hidden
        rwg_words="" if rwg != rwg else agreement_word(rwg),  # noqa: PLR0124
        icc1=two(None if units["icc1"] is None else max(0.0, units["icc1"])),
        icc2=two(None if units["icc2"] is None else max(0.0, units["icc2"])),
        units=units["units"],
        icc_words=reliability.icc_words(units["icc1"], units["icc2"])
        if enough_units
        else f"Needs {reliability.ICC_UNITS} shown units of {reliability.ICC_GROUP} answers.",
        items=tuple(_item(item, texts, reversed_codes, few) for item in row["items"]),
    )


def _item(item: dict[str, Any], texts: dict[str, str], reversed_codes: set[str], few: bool) -> ItemFit:
    code = item["code"]
    words = "" if few else reliability.item_words(item["r"], is_reversed=code in reversed_codes)
    return ItemFit(code, filled(texts.get(code, code)), two(item["r"]), words)


def _quality(found: dict[str, Any] | None, scores: dict[Construct, Any]) -> Quality | None:
    if not found:
        return None
    if found["doubtful"] is None:
        return Quality("Not said: the group of those who gave the same answer throughout is too small to name.", ())
    share = whole(100 * found["doubtful"] / found["n"])
    words = f"{found['doubtful']} of {found['n']} answers ({share}%) are the same from the first statement to the last."
    if not found["doubtful"]:
        words = "Nobody gave the same answer to every statement."
    rows = tuple(
        Without(
            construct,
            whole(float(record["index"])) if record["hidden"] == Hidden.NO else None,
            None if value is None else whole(value),
        )
        for (construct, record), value in zip(scores.items(), found["without"] or [], strict=False)
    )
    return Quality(words, rows)
