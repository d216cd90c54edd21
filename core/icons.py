"""Icons: one sprite of the Bootstrap icons in use, static/img/icons.svg.

To use another icon: add its name (https://icons.getbootstrap.com) to ICONS and run `manage.py build_assets`.
"""

from functools import cache
from html import escape

from django.conf import settings
from django.templatetags.static import static

SPRITE = "img/icons.svg"
_NAMES = """
    activity arrow-counterclockwise arrow-down arrow-down-circle arrow-down-circle-fill arrow-left arrow-repeat
    arrow-right arrow-up asterisk award bar-chart-line bell book box-arrow-right broadcast building building-lock
    bullseye calendar-event calendar3 card-checklist chat-dots chat-heart chat-left-text chat-square-text
    check-circle check-circle-fill check-lg chevron-down chevron-left chevron-right circle clipboard-check clock
    clock-history cloud-arrow-up cloud-check cloud-slash compass copy dash-circle diagram-3 download envelope
    envelope-open exclamation-circle-fill exclamation-triangle exclamation-triangle-fill eye eye-slash
    file-earmark-slides file-earmark-spreadsheet flag flag-fill funnel gear globe grid-3x3 headphones heart
    hourglass hourglass-split house inbox incognito info-circle journal-text kanban key layers link-45deg list
    list-check list-ol lock lock-fill pencil people person person-check person-plus person-video3 person-workspace
    play-circle plus-lg printer question-circle search send shield-check shield-lock sign-stop signpost-split
    skip-forward sliders star stop-circle trash trophy trophy-fill ui-checks unlock upload x-circle x-circle-fill
    x-lg x-octagon
"""
ICONS = frozenset(_NAMES.split())


def icon(name: str, *, label: str = "", css_class: str = "") -> str:
    """Markup of one icon. Without a label it is decoration and hidden from assistive technology."""
    if name not in ICONS and not settings.PRODUCTION:
        raise LookupError(f'No icon "{name}" in the sprite: add it to core/icons.py and run `manage.py build_assets`.')
    role = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    classes = f"icon {css_class}".strip()
    return f'<svg class="{escape(classes)}" {role}><use href="{_sprite_url()}#{escape(name)}"/></svg>'


@cache
def _sprite_url() -> str:
    return static(SPRITE)
