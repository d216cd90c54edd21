"""Icons: one sprite of the Bootstrap icons in use, static/img/icons.svg, built by `manage.py build_assets`."""

from functools import cache
from html import escape

from django.templatetags.static import static

SPRITE = "img/icons.svg"


@cache
def sprite_url() -> str:
    return static(SPRITE)


def icon(name: str, *, label: str = "", css_class: str = "") -> str:
    """Markup of one icon. Without a label it is decoration and hidden from assistive technology."""
    role = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    classes = f"icon {css_class}".strip()
    return f'<svg class="{escape(classes)}" {role}><use href="{sprite_url()}#{escape(name)}"/></svg>'
