"""Template tags of the look; loaded for every template. One example of each in docs/style.md.

Atoms that a page repeats hundreds of times are built in Python; everything with structure is a template in
templates/components/.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.utils.dateformat import format as format_date
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, to_locale

from core import charts, icons
from core import goal_chart as lines
from core.constructs import Construct

register = template.Library()


@dataclass(frozen=True, slots=True)
class Status:
    """How one state looks: tone of the pill, icon, and the words when the page says no others."""

    tone: str
    icon: str
    words: str


STATUSES = {
    "on_track": Status("ok", "check-circle-fill", "On track"),
    "at_risk": Status("risk", "exclamation-triangle-fill", "At risk"),
    "off_track": Status("off", "arrow-down-circle-fill", "Off track"),
    "not_started": Status("idle", "circle", "Not started"),
    "achieved": Status("ok", "trophy-fill", "Achieved"),
    "missed": Status("off", "x-circle-fill", "Missed"),
    "hidden": Status("idle", "eye-slash", "Not shown"),
    "stale": Status("idle", "clock-history", "No recent update"),
    "guardrail": Status("risk", "exclamation-triangle-fill", "At risk: guardrail"),
    "draft": Status("idle", "pencil", "Draft"),
    "planned": Status("info", "calendar3", "Planned"),
    "running": Status("ok", "broadcast", "Running"),
    "closed": Status("idle", "lock", "Closed"),
    "done": Status("ok", "check-circle-fill", "Done"),
    "waiting": Status("idle", "hourglass-split", "Waiting"),
    "info": Status("info", "info-circle", "Note"),
}
NOTE_ICONS = {"info": "info-circle", "ok": "check-circle", "risk": "exclamation-triangle", "off": "x-octagon"}
MESSAGE_TONES = {"debug": "info", "info": "info", "success": "ok", "warning": "risk", "error": "off"}
BANDS = ((80, "strong", "Strong"), (65, "good", "Good"), (50, "mixed", "Mixed"), (0, "low", "Low"))
AGREEMENT = (
    (1, "Strongly disagree", "Strongly disagree"),
    (2, "Disagree", "Disagree"),
    (3, "Neither agree nor disagree", "Neither"),
    (4, "Agree", "Agree"),
    (5, "Strongly agree", "Strongly agree"),
)
VIEWPOINTS = {
    "employees": "Employees",
    "leaders": "Leaders",
    "customers": "Customers",
    "desired": "Desired by leaders",
}


def construct_of(value: Construct | str | int) -> Construct:
    """Take a construct, its id or its number 1 to 7: whatever the page has at hand."""
    return list(Construct)[value - 1] if isinstance(value, int) else Construct(value)


def band_of(value: float) -> tuple[str, str]:
    """Key and word of the band, taken from the displayed whole number so that text and number never clash."""
    shown = int(value + 0.5)
    return next((key, word) for limit, key, word in BANDS if shown >= limit)


@register.simple_tag
def page_language() -> str:
    """Code of the language of this page's own words, for the attribute lang: en-GB, de."""
    return to_locale(get_language() or "en-gb").replace("_", "-")


# --- atoms ------------------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, label: str = "", css_class: str = "") -> SafeString:
    return mark_safe(icons.icon(name, label=label, css_class=css_class))


@register.simple_tag
def status(state: str, words: str = "") -> SafeString:
    look = STATUSES[str(state)]
    return format_html('<span class="status status-{}">{}{}</span>', look.tone, icon(look.icon), words or look.words)


@register.simple_tag
def glyph(construct: Construct | str | int, large: bool = False) -> SafeString:
    return mark_safe(charts.glyph(construct_of(construct).number, large=large))


@register.simple_tag
def cname(construct: Construct | str | int, url: str = "") -> SafeString:
    """Sign and name of one C in running text, as a link when there is a page behind it."""
    which = construct_of(construct)
    name = format_html('<a href="{}">{}</a>', url, which.short) if url else which.short
    return format_html('<span class="text-nowrap">{} {}</span>', glyph(which), name)


@register.simple_tag
def ctag(construct: Construct | str | int, url: str = "") -> SafeString:
    """The same as a small tag, for lists and cards."""
    which = construct_of(construct)
    if url:
        return format_html('<a class="tag" href="{}">{}{}</a>', url, glyph(which), which.short)
    return format_html('<span class="tag">{}{}</span>', glyph(which), which.short)


@register.simple_tag
def mark() -> SafeString:
    return mark_safe(charts.mark())


@register.simple_tag
def avatar(name: str) -> SafeString:
    """Initials of a person whose name stands beside it."""
    words = str(name).split()
    initials = "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
    return format_html('<span class="avatar" aria-hidden="true">{}</span>', initials)


@register.simple_tag
def pips(have: int, need: int) -> SafeString:
    """Level against needed level, for tables; print the number beside it."""
    boxes = format_html_join(
        "",
        '<i class="{}{}"></i>',
        (("on" if level <= have else "", " need" if level == need else "") for level in range(1, 6)),
    )
    return format_html(
        '<span class="pips" role="img" aria-label="level {} of 5, {} needed">{}</span>', have, need, boxes
    )


@register.filter
def band(value: float) -> str:
    """low, mixed, good or strong; `b-{{ score|band }}` colours a heat map cell."""
    return band_of(float(value))[0]


@register.filter
def percent(share: float | None) -> str:
    """A share 0..1 as whole percent: 0.425 -> "43%". None is said in words by the page, never as 0."""
    return "" if share is None else f"{int(float(share) * 100 + 0.5)}%"


# --- charts -----------------------------------------------------------------------------------------------------------


@register.simple_tag
def track(done: float, expected: float | None = None, label: str = "") -> SafeString:
    return mark_safe(charts.track(float(done), None if expected is None else float(expected), label=label))


@register.simple_tag
def progress_line(done: float, label: str) -> SafeString:
    return mark_safe(charts.progress_line(float(done), label=label))


@register.simple_tag
def wheel(
    series: dict[str, charts.Values], title: str, numbers: str = "employees", labels: bool = True, size: int = 350
) -> SafeString:
    names = [construct.short if labels else "" for construct in Construct]
    return mark_safe(charts.wheel(names, series, title, size=size, numbers=numbers, with_scale=labels))


@register.simple_tag
def who_key(who: str) -> SafeString:
    return mark_safe(charts.key(who))


@register.simple_tag
def wave_chart(labels: Sequence[str], lines: Mapping[str, Mapping[int, charts.Wave]], title: str) -> SafeString:
    return mark_safe(charts.waves(labels, lines, title))


@register.simple_tag
def line_key(kind: str) -> SafeString:
    return mark_safe(charts.line_key(kind))


@register.simple_tag
def scale() -> SafeString:
    return mark_safe(charts.scale())


@register.simple_tag
def spread(**values: float | None) -> SafeString:
    return mark_safe(charts.spread(values))


@register.simple_tag
def spark(values: Sequence[float], pace: Sequence[float] = ()) -> SafeString:
    return mark_safe(charts.spark(values, pace))


@register.simple_tag
def goal_chart(chart: lines.GoalChart) -> SafeString:
    return mark_safe(lines.goal_chart(chart))


@register.simple_tag
def trend(series: dict[str, charts.Values], waves: Sequence[str], title: str) -> SafeString:
    return mark_safe(lines.trend(series, waves, title))


# --- parts with structure: templates/components/ -----------------------------------------------------------------------


@register.simple_block_tag
def note(content: str, tone: str = "info", icon_name: str = "") -> SafeString:
    return format_html(
        '<div class="note note-{}">{}<div>{}</div></div>', tone, icon(icon_name or NOTE_ICONS[tone]), mark_safe(content)
    )


@register.simple_block_tag
def sees(content: str) -> SafeString:
    """One sentence on who will read what is written here."""
    return format_html('<p class="sees">{}<span>{}</span></p>', icon("eye"), mark_safe(content.strip()))


@register.simple_block_tag
def withheld(content: str, reason: str, heading: str = "h3") -> SafeString:
    """A result that is not shown: the reason in one sentence, then the rule and what can be done."""
    return format_html(
        '<div class="withheld">{}<{} class="strong">{}</{}>{}</div>',
        icon("eye-slash"),
        heading,
        reason,
        heading,
        mark_safe(content),
    )


@register.simple_block_tag
def blank(content: str, title: str, icon_name: str = "inbox", heading: str = "h2") -> SafeString:
    """Empty state: why it is empty and one sensible next step."""
    return format_html(
        '<div class="blank">{}<{}>{}</{}>{}</div>', icon(icon_name), heading, title, heading, mark_safe(content)
    )


@register.simple_tag
def crumbs(*parts: str) -> SafeString:
    """Breadcrumb: label, address, label, address, ..., last label without an address."""
    links: list[SafeString | str] = [
        format_html('<a href="{}">{}</a>', url, label) for label, url in zip(parts[0::2], parts[1::2], strict=False)
    ]
    if len(parts) % 2:
        links.append(format_html('<span aria-current="page">{}</span>', parts[-1]))
    inner = format_html_join(mark_safe('<span aria-hidden="true">/</span>'), "{}", ((link,) for link in links))
    return format_html('<nav class="crumbs" aria-label="Breadcrumb">{}</nav>', inner)


@register.inclusion_tag("components/_attn.html")
def attn(
    tone: str, icon_name: str, what: str, why: str, button: str = "", url: str = "", primary: bool = False
) -> dict[str, Any]:
    return {
        "tone": tone,
        "icon_name": icon_name,
        "what": what,
        "why": why,
        "button": button,
        "url": url,
        "primary": primary,
    }


@register.inclusion_tag("components/_tile.html")
def tile(label: str, value: object, of: str = "", sub: str = "", url: str = "") -> dict[str, Any]:
    return {"label": label, "value": value, "of": of, "sub": sub, "url": url}


@register.inclusion_tag("components/_likert.html")
def likert(
    name: str,
    text: str,
    value: object = None,
    error: str = "",
    options: Sequence[tuple[object, str, str]] = AGREEMENT,
    stack: bool = False,
    not_applicable: str = "Does not apply or I do not know",
) -> dict[str, Any]:
    return {
        "name": name,
        "text": text,
        "value": "" if value is None else str(value),
        "error": error,
        "options": [(str(code), words, short) for code, words, short in options],
        "stack": stack,
        "not_applicable": not_applicable,
    }


@register.inclusion_tag("components/_item_row.html")
def item_row(
    text: str, shares: Sequence[float], favourable: float, remark: str = "", is_reversed: bool = False
) -> dict[str, Any]:
    answers = [words for _, words, _ in AGREEMENT]
    bar = charts.answer_bar([float(share) for share in shares], answers[::-1] if is_reversed else answers)
    return {
        "text": text,
        "bar": mark_safe(bar),
        "favourable": favourable,
        "remark": remark,
        "favourable_word": "disagree" if is_reversed else "agree",
    }


@register.inclusion_tag("components/_item_legend.html")
def item_legend() -> dict[str, Any]:
    return {"answers": [(place, short) for place, _, short in AGREEMENT]}


@register.inclusion_tag("components/_who_legend.html")
def who_legend(*who: str) -> dict[str, Any]:
    return {"viewpoints": [(key, VIEWPOINTS[key]) for key in who]}


@register.inclusion_tag("components/_band_legend.html")
def band_legend() -> dict[str, Any]:
    return {}


@register.inclusion_tag("components/_goal_legend.html")
def goal_legend(chart: lines.GoalChart) -> dict[str, Any]:
    return {"chart": chart}


@register.inclusion_tag("components/_steps.html")
def steps(labels: Iterable[str], current: int) -> dict[str, Any]:
    """Wizard in a frozen order; `current` counts from 1."""
    return {"steps": list(labels), "current": current}


@register.inclusion_tag("components/_pager.html")
def pager(page: Page[Any], label: str = "Pages") -> dict[str, Any]:
    return {"page": page, "label": label}


@register.filter
def message_tone(level_tag: str) -> str:
    return MESSAGE_TONES.get(level_tag, "info")


@register.filter
def stored_words(field: BoundField) -> str:
    """What a form began with in one field, as a person reads it: the label of a choice, a day, yes or no."""
    value = field.initial
    if value is None or value in ("", [], ()):
        return "(empty)"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return format_date(value, "j F Y")
    if choices := getattr(field.field, "choices", None):
        labels = {str(key): str(label).strip() for key, label in choices}
        given = value if isinstance(value, list | tuple) else [getattr(value, "pk", value)]
        return ", ".join(labels.get(str(one), str(one)) for one in given)
    return str(field.field.prepare_value(value))


@register.filter
def differing(stored: BaseForm, typed: BaseForm) -> list[BoundField]:
    """The fields of a form of what is stored in which somebody has typed something else."""
    return [
        field
        for field in stored.visible_fields()
        if field.name not in typed.fields or field.field.has_changed(field.initial, typed[field.name].data)
    ]
