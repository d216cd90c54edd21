"""Every text and background pair that the style sheet uses reaches WCAG 2.2 AA, in light and in dark."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TOKENS = (Path(settings.BASE_DIR) / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
SOFT = ("ok", "risk", "off", "idle", "info")
WHO = ("employees", "leaders", "customers", "desired")
TEXT_PAIRS = [
    *(
        (ink, on)
        for ink in ("ink", "ink-2", "ink-3", "brand")
        for on in ("surface", "paper", "sunken", "nav", "brand-soft")
    ),
    ("on-brand", "brand"),
    ("on-brand", "brand-strong"),
    ("brand-strong", "brand-soft"),
    ("surface", "ink"),  # toast, skip link
    ("surface", "ok"),  # done step of a checklist
    *((tone, on) for tone in SOFT for on in (f"{tone}-soft", "surface", "paper")),
    *(("ink", f"{tone}-soft") for tone in SOFT),
    *((f"band-{band}-ink", f"band-{band}") for band in ("low", "mixed", "good", "strong")),
    *((f"ans-{answer}-ink", f"ans-{answer}") for answer in range(1, 6)),
    *((f"who-{who}", on) for who in WHO for on in ("surface", "paper")),
]
GRAPHIC_PAIRS = [
    *(("line-strong", on) for on in ("surface", "paper")),
    *(("focus", on) for on in ("surface", "paper", "nav", "brand-soft")),
    *(("brand", on) for on in ("surface", "sunken")),  # progress bar in its track
    ("axis", "surface"),
]


def tokens(theme: str) -> dict[str, str]:
    """Hex colour of each colour token in the theme: `--x: light-dark(#light, #dark)`."""
    pairs = re.findall(r"--([\w-]+):\s*light-dark\((#[0-9a-f]{3,6}), (#[0-9a-f]{3,6})\)", TOKENS)
    return {name: light if theme == "light" else dark for name, light, dark in pairs}


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    channels = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_ratio_of_black_on_white_is_21() -> None:
    assert ratio("#fff", "#000000") == pytest.approx(21)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("needed", "pairs"), [(4.5, TEXT_PAIRS), (3.0, GRAPHIC_PAIRS)], ids=["text", "graphics"])
def test_every_pair_of_the_theme_is_readable(theme: str, needed: float, pairs: list[tuple[str, str]]) -> None:
    colours = tokens(theme)

    weak = {pair: round(ratio(colours[pair[0]], colours[pair[1]]), 2) for pair in pairs}

    assert {pair: got for pair, got in weak.items() if got < needed} == {}


def test_components_take_their_colours_from_tokens() -> None:
    sheets = (Path(settings.BASE_DIR) / "static" / "css").rglob("*.css")
    with_colours = {
        sheet.name
        for sheet in sheets
        if re.search(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(", re.sub(r"url\([^)]*\)", "", sheet.read_text(encoding="utf-8")))
    }

    assert with_colours == {"tokens.css", "print.css"}  # paper is black on white
