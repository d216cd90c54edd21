"""A short questionnaire for each wave of a series: one statement of each C, another one each time.

Items keep their codes, so that a statement is compared with itself, waves apart (method.md, section 11).
"""

from datetime import datetime

from django.db import transaction

from assessments.surveys.models import Form, Instrument, InstrumentVersion, Item, Placement
from assessments.surveys.models.series import CampaignSeries
from assessments.surveys.services import languages
from core.constructs import Construct

KEY = "series-"  # of the questionnaires made here, which nobody chooses by hand
_SECONDS = {Item.Kind.LIKERT: 8, Item.Kind.NUMERIC: 8, Item.Kind.COMMENT: 60}


@transaction.atomic
def form_of_wave(series: CampaignSeries, form: Form, wave: int, *, at: datetime) -> Form:
    """The wave's own form, published; made once. What belongs to no C (outcome, comment) is asked every time."""
    instrument, _ = Instrument.objects.get_or_create(
        key=f"{KEY}{series.pk}", defaults={"name": f"{series.title}, rotating"}
    )
    made = Form.objects.filter(version__instrument=instrument, version__number=wave + 1).first()
    return made or _make(instrument, form, wave, at)


def chosen_items(form: Form, wave: int) -> list[Item]:
    """The wave's statement of each C, then what the form asks beside the Cs."""
    statements = form.version.items.filter(kind=Item.Kind.LIKERT, audience=Item.Audience.EMPLOYEE, is_custom=False)
    chosen = []
    for construct in Construct:
        of_construct = list(statements.filter(construct=construct.value).order_by("order"))
        if of_construct:
            chosen.append(of_construct[wave % len(of_construct)])
    return [*chosen, *form.items.filter(construct="").order_by("placements__order")]


def _make(instrument: Instrument, form: Form, wave: int, at: datetime) -> Form:
    source = form.version
    version = InstrumentVersion.objects.create(
        instrument=instrument,
        number=wave + 1,
        language=source.language,
        texts=source.texts,
        scales=source.scales,
        constructs=source.constructs,
        based_on=source,
        change_note=f"Wave {wave + 1} of the series.",
    )
    items = chosen_items(form, wave)
    seconds = sum(_SECONDS.get(Item.Kind(item.kind), 16) for item in items)
    made = Form.objects.create(
        version=version,
        key=form.key,
        name=form.name,
        audience=form.audience,
        minutes=max(1, round(seconds / 60, 1)),
        rule=form.rule,
    )
    for item in items:
        item.pk, item.version = None, version
    Item.objects.bulk_create(items)
    Placement.objects.bulk_create(
        Placement(form=made, item=item, order=order, page=2 if item.kind == Item.Kind.COMMENT else 1)
        for order, item in enumerate(items, start=1)
    )
    version.state, version.published_at = InstrumentVersion.State.PUBLISHED, at
    version.save(update_fields=["state", "published_at"])
    languages.copy(source, version, published_at=at)
    return made
