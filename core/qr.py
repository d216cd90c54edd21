"""QR codes as the path of an SVG drawing, so that templates draw them without markup made in Python."""

from dataclasses import dataclass

import segno

QUIET = 4  # modules of white around a code, as readers expect


@dataclass(frozen=True)
class QrCode:
    """`size` is the width of the drawing in modules, `path` the dark ones as an SVG path."""

    size: int
    path: str


def qr(text: str) -> QrCode:
    code = segno.make(text, error="m", micro=False)
    runs = []
    for y, row in enumerate(code.matrix):
        x = 0
        while x < len(row):
            width = 1
            while x + width < len(row) and row[x + width] == row[x]:
                width += 1
            if row[x]:
                runs.append(f"M{x + QUIET} {y + QUIET}h{width}v1h-{width}z")
            x += width
    return QrCode(len(code.matrix) + 2 * QUIET, "".join(runs))
