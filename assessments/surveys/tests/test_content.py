"""The shipped questionnaire: loaded once, published, and from then on unchangeable."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from assessments.surveys import content
from assessments.surveys.models import Form, InstrumentVersion, Item
from assessments.surveys.queries.layouts import layout_of
from core import shipped

SHIPPED = Path(settings.BASE_DIR) / "culture" / "content" / "instrument.yaml"


@pytest.fixture
def version(db):
    return content.load(SHIPPED)


def test_the_shipped_questionnaire_holds_what_its_forms_promise(version):
    promised = shipped.read(SHIPPED)["forms"]
    kinds = {"likert_items": "likert", "slider_pairs": "slider", "numeric_items": "numeric", "prompts": "prompt"}

    assert version.forms.count() == len(promised)
    for form in version.forms.all():
        held = list(form.items.values_list("kind", flat=True))
        for name, kind in kinds.items():
            assert held.count(kind) == promised[form.key].get(name, held.count(kind)), (form.key, kind)


def test_one_construct_per_page_then_outcome_sliders_and_comments(version):
    form = version.forms.get(key="employee_full")

    pages = {page: set() for page in range(1, 11)}
    for placement in form.placements.select_related("item"):
        pages[placement.page].add(placement.item.block)

    assert [pages[page] for page in (1, 7, 8, 9, 10)] == [
        {"strategy"},
        {"consequence"},
        {"outcome_employee"},
        {"sliders"},
        {"comments.employee"},
    ]


def test_the_three_reversed_items_are_marked(version):
    assert set(version.items.filter(is_reversed=True).values_list("code", flat=True)) == {"STR6", "COM5", "CSQ6"}


def test_the_layout_of_the_full_form_has_a_byte_per_statement_and_two_per_slider(version):
    layout = layout_of(version.forms.get(key="employee_full"))

    assert (len(layout.statements), len(layout.sliders), layout.width) == (40, 7, 54)
    assert [len(items) for items in layout.constructs.values()] == [6, 5, 5, 5, 5, 5, 6]
    assert layout.comments == ("C1", "C2")


def test_the_pulse_scores_no_construct(version):
    assert layout_of(version.forms.get(key="employee_pulse")).constructs == {}


def test_loading_twice_changes_nothing(version):
    again = content.load(SHIPPED)

    assert again.pk == version.pk
    assert InstrumentVersion.objects.count() == 1


def test_a_changed_file_with_a_published_number_is_refused(version, tmp_path):
    changed = tmp_path / "instrument.yaml"
    changed.write_text(SHIPPED.read_text().replace("I know which customers", "I can name the customers"))

    with pytest.raises(content.ContentRefused, match="new version number"):
        content.load(changed)

    assert Item.objects.get(version=version, code="STR1").text.startswith("I know which")


def test_a_new_number_makes_a_new_version_beside_the_old(version, tmp_path):
    changed = tmp_path / "instrument.yaml"
    changed.write_text(SHIPPED.read_text().replace("version: 1\n", "version: 2\n", 1))

    assert content.load(changed).number == 2
    assert InstrumentVersion.objects.count() == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda v: v.items.filter(code="STR1").update(text="Other"),
        lambda v: v.items.filter(code="STR1").delete(),
        lambda v: v.items.create(code="NEW1", kind="likert", block="strategy"),
        lambda v: v.forms.filter(key="employee_full").update(minutes=1),
        lambda v: Form.objects.get(version=v, key="employee_full").placements.filter(order=1).update(page=2),
        lambda v: InstrumentVersion.objects.filter(pk=v.pk).update(texts={}),
        lambda v: InstrumentVersion.objects.filter(pk=v.pk).update(state="draft"),
        lambda v: InstrumentVersion.objects.filter(pk=v.pk).delete(),
    ],
)
def test_a_published_version_cannot_be_changed_even_past_the_services(version, change):
    with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic():
        change(version)


def test_a_published_version_can_be_retired(version):
    InstrumentVersion.objects.filter(pk=version.pk).update(state="retired")

    assert InstrumentVersion.objects.get().state == "retired"
