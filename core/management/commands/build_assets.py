"""Rebuild what is committed under static/ but comes from packages: the icon sprite and the two font files."""

import logging
import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from core.assets import package_file
from core.icons import ICONS, SPRITE

ICON_FOLDER = ("js_lib_bootstrap_icons", "static/bootstrap-icons")
FONT = ("fontpkg_hanken_grotesk", "files/HankenGrotesk[wght].ttf")
WEIGHTS = (400, 700)  # tokens.css uses 400, 520 and 640
SUBSETS = {"ui-latin.woff2": 0, "ui-latin-ext.woff2": 1}  # font file: which unicode-range of tokens.css it serves


class Command(BaseCommand):
    help = "Rebuild the icon sprite and the font files in static/ from the installed packages."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--icons-only", action="store_true", help="leave the font files alone")

    def handle(self, *args: Any, **options: Any) -> None:
        static_root = Path(settings.BASE_DIR) / "static"
        sprite = static_root / SPRITE
        sprite.write_text(build_sprite(), encoding="utf-8")
        self.stdout.write(f"{sprite.name}: {len(ICONS)} icons, {sprite.stat().st_size / 1024:.0f} KB")
        if not options["icons_only"]:
            for name, place in SUBSETS.items():
                ranges = unicode_ranges(static_root / "css" / "tokens.css")[place]
                target = static_root / "fonts" / name
                build_font(ranges, target)
                self.stdout.write(f"{name}: {target.stat().st_size / 1024:.0f} KB")


def build_sprite() -> str:
    """One SVG with a symbol per icon of ICONS, in alphabetical order."""
    folder = package_file(*ICON_FOLDER)
    symbols = []
    for name in sorted(ICONS):
        source = folder / f"{name}.svg"
        if not source.is_file():
            raise CommandError(f'There is no Bootstrap icon "{name}"; core/icons.py names it.')
        found = re.search(r'viewBox="([^"]+)"[^>]*>(.*)</svg>', source.read_text(encoding="utf-8"), re.DOTALL)
        assert found is not None, name
        shapes = re.sub(r">\s+<", "><", found[2].strip())
        symbols.append(f'<symbol id="{name}" viewBox="{found[1]}">{shapes}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def unicode_ranges(sheet: Path) -> list[set[int]]:
    """The code points of each unicode-range in the style sheet, in order."""
    ranges = []
    for text in re.findall(r"unicode-range:([^;]+);", sheet.read_text(encoding="utf-8")):
        points: set[int] = set()
        for first, last in re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", text):
            points |= set(range(int(first, 16), int(last or first, 16) + 1))
        ranges.append(points)
    return ranges


def build_font(points: set[int], target: Path) -> None:
    """Write the part of the variable font that holds these code points, with the weights in use, as woff2."""
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    font = TTFont(package_file(*FONT), recalcTimestamp=False)
    options = subset.Options(name_IDs=["*"], notdef_outline=True, recalc_timestamp=False)
    cut = subset.Subsetter(options)
    cut.populate(unicodes=points)
    cut.subset(font)  # before the instancer: the other order fails in fontTools
    narrowed = instancer.instantiateVariableFont(font, {"wght": WEIGHTS})
    narrowed.flavor = "woff2"
    target.parent.mkdir(parents=True, exist_ok=True)
    narrowed.save(target)
