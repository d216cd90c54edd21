"""The vector layouts of forms."""

from collections.abc import Iterable

from assessments.surveys.models import Form, Item, Placement
from assessments.surveys.vectors import Layout, Slot

_BOUNDS = {"likert": (1, 5), "numeric": (0, 10), "slider": (0, 100)}


_FROZEN: dict[int, Layout] = {}  # by the form's primary key


def layout_of(form: Form | int) -> Layout:
    """Of a form, or of that with this primary key; the order is the form's.

    One query for a draft. What is published is read once in the life of a process: a trigger refuses every change of it.
    """
    key = form if isinstance(form, int) else form.pk
    if key in _FROZEN:
        return _FROZEN[key]
    placements = Placement.objects.filter(form=key).select_related("item", "form__version").order_by("order")
    placed = list(placements)
    found = _layout(placement.item for placement in placed)
    if placed and placed[0].form.version.is_frozen:
        _FROZEN[key] = found
    return found


def _layout(items: Iterable[Item]) -> Layout:
    slots, comments, offset = [], [], 0
    for item in items:
        if item.kind == Item.Kind.COMMENT:
            comments.append(item.code)
            continue
        lowest, highest = _BOUNDS[item.kind]
        slot = Slot(
            item.code,
            item.kind,
            item.construct,
            item.is_reversed,
            lowest,
            highest,
            offset,
            allows_na=item.allows_na,
            block=item.block,
        )
        slots.append(slot)
        offset += len(slot.fields)
    return Layout(tuple(slots), tuple(comments))
