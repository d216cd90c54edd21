"""The vector layouts of forms."""

from collections.abc import Iterable

from assessments.surveys.models import Form, Item, Placement
from assessments.surveys.vectors import Layout, Slot

_BOUNDS = {"likert": (1, 5), "numeric": (0, 10), "slider": (0, 100)}


def layout_of(form: Form) -> Layout:
    """One query. The order is the form's; a published version never changes it."""
    return layouts_of([form])[form.pk]


def layouts_of(forms: Iterable[Form | None]) -> dict[int, Layout]:
    """By the forms' primary keys; a form that is not there is left out. One query, however many there are."""
    placed: dict[int, list[Item]] = {form.pk: [] for form in forms if form}
    for placement in Placement.objects.filter(form__in=placed).select_related("item").order_by("form", "order"):
        placed[placement.form_id].append(placement.item)
    return {form: _layout(items) for form, items in placed.items()}


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
