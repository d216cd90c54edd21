"""What the sign-in page shows beside its form."""

from django import template
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from core import charts
from core.constructs import Construct
from core.qr import QrCode, qr

register = template.Library()

# Decoration: the four lines that a result will have, with numbers of nobody.
_DECORATION: dict[str, charts.Values] = {
    "employees": [68, 57, 52, 65, 55, 63, 49],
    "leaders": [80, 74, 75, 71, 50, 68, 61],
    "customers": [64, 58, 52, 48, 48, 64, 46],
    "desired": [86, 84, 82, 82, 70, 80, 78],
}


@register.simple_tag
def sign_in_art() -> SafeString:
    return mark_safe(
        charts.wheel([""] * len(Construct), _DECORATION, "Decoration", size=420, numbers="", with_scale=False)
    )


@register.simple_tag
def demo_sign_ins() -> list[tuple[str, str, str]]:
    """Role, address and password of the demo company; empty outside the demo."""
    return settings.DEMO_SIGN_INS


@register.simple_tag
def qr_of(text: str) -> QrCode:
    """For components/_qr.html."""
    return qr(text)


@register.filter
def in_fours(text: str) -> str:
    """A long code as people copy it: groups of four."""
    return " ".join(text[first : first + 4] for first in range(0, len(text), 4))
