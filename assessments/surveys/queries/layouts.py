"""The vector layout of a form."""

from assessments.surveys.models import Form, Item
from assessments.surveys.vectors import Layout, Slot

_BOUNDS = {"likert": (1, 5), "numeric": (0, 10), "slider": (0, 100)}


def layout_of(form: Form) -> Layout:
    """One query. The order is the form's; a published version never changes it."""
    slots, comments, offset = [], [], 0
    for placement in form.placements.select_related("item").order_by("order"):
        item = placement.item
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
