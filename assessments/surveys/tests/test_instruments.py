"""The questionnaire editor: drafts, what a change does to trends, publication, files in and out."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from assessments.surveys import instrument_pages as pages
from assessments.surveys.models import Instrument, InstrumentVersion, Item, Placement
from assessments.surveys.queries import instruments as queries
from assessments.surveys.queries import layouts
from assessments.surveys.services import instrument_items as items
from assessments.surveys.services import instruments as services
from assessments.surveys.tests import factories
from core.models import AuditEntry

CODES = [f"I{n}" for n in range(8)]


@pytest.fixture
def shipped(db) -> InstrumentVersion:
    return factories.form().version


@pytest.fixture
def by(db):
    return factories.hr()


@pytest.fixture
def draft(shipped, by) -> InstrumentVersion:
    return services.start_draft(shipped.instrument, by=by)


def now(draft: InstrumentVersion) -> int:
    return InstrumentVersion.objects.get(pk=draft.pk).revision


def item(draft: InstrumentVersion, code: str) -> Item:
    return draft.items.get(code=code)


# --- pages, pure ------------------------------------------------------------------------------------------------------

some_pages = st.permutations(CODES).flatmap(
    lambda codes: st.lists(st.integers(1, 7), max_size=3, unique=True).map(
        lambda cuts: [codes[a:b] for a, b in zip([0, *sorted(cuts)], [*sorted(cuts), len(codes)], strict=True)]
    )
)


@given(some_pages, st.sampled_from(CODES), st.sampled_from(["up", "down", "split", "join"]))
def test_no_press_of_a_button_loses_an_item_or_leaves_an_empty_page(before, code, press):
    moves = {
        "up": lambda: pages.moved(before, code, -1),
        "down": lambda: pages.moved(before, code, 1),
        "split": lambda: pages.split(before, code),
        "join": lambda: pages.joined(before, code),
    }

    after = moves[press]()

    assert sorted(one for page in after for one in page) == CODES
    assert all(after)


@given(some_pages, st.sampled_from(CODES))
def test_up_and_down_lead_back_and_every_item_reaches_the_top(before, code):
    found = before
    for _ in range(20):
        found = pages.moved(found, code, -1)
    assert found[0][0] == code


@pytest.mark.parametrize(
    ("code", "used", "next_one"),
    [("STR6", ["STR1", "STR6"], "STR7"), ("CU-STR3", ["STR9", "CU-STR3"], "CU-STR4"), ("EREC", ["EREC"], "EREC1")],
)
def test_a_new_code_is_of_the_same_family_and_was_never_used(code, used, next_one):
    assert pages.next_code(code, used) == next_one


@pytest.mark.parametrize(("common", "larger", "holds"), [(4, 6, True), (3, 6, True), (2, 4, False), (3, 7, False)])
def test_e20_a_trend_needs_three_common_items_and_half_of_the_larger_set(common, larger, holds):
    assert pages.trend_holds(common, larger) is holds


def test_the_rules_for_statements_are_given_as_advice():
    assert pages.advice("We keep the promises we make to customers.") == ()
    told = " ".join(pages.advice("We never act fast and we don't listen " + "at all " * 8))
    assert all(word in told for word in ("“and”", "“not”", "“never”", "words"))


def test_shipped_statements_follow_the_shipped_rules(shipped):
    worded = shipped.items.filter(kind="likert").values_list("code", "text")

    assert {code: pages.advice(text) for code, text in worded if pages.advice(text)}.keys() <= {"CMD3", "EREC"} | {
        code for code, text in worded if " and " in text or " or " in text
    }


# --- drafts -----------------------------------------------------------------------------------------------------------


def test_a_draft_holds_all_that_the_version_before_it_holds(shipped, draft):
    assert queries.problems(draft) == ("The draft asks the same as version 1. Change something, or discard it.",)
    assert draft.forms.count() == shipped.forms.count() == 7
    for key in ("employee_full", "customer"):
        old, new = (layouts.layout_of(version.forms.get(key=key)) for version in (shipped, draft))
        assert [slot.code for slot in old.slots] == [slot.code for slot in new.slots]
    assert services.start_draft(shipped.instrument, by=factories.hr()) == draft


def test_the_minutes_of_the_shipped_forms_are_those_of_their_items(shipped):
    counted = {
        form.key: pages.minutes(form.items.values_list("kind", flat=True), shipped.texts["timing"])
        for form in shipped.forms.exclude(items__kind="prompt")
    }

    assert {key: float(shipped.forms.get(key=key).minutes) for key in counted} == pytest.approx(counted, abs=0.11)


def test_a_correction_keeps_the_code_and_raises_the_text_version_once(draft, by):
    for text in ("I know which customers we serve.", "I know whom we serve."):
        made = items.change_item(item(draft, "STR1"), revision=now(draft), by=by, change="spelling", text=text)
        assert not made.is_new_item

    assert (item(draft, "STR1").text, item(draft, "STR1").text_version) == ("I know whom we serve.", 2)
    back = queries.pinned_items(draft)["STR1"].text
    items.change_item(item(draft, "STR1"), revision=now(draft), by=by, change="spelling", text=back)
    assert item(draft, "STR1").text_version == 1


def test_another_meaning_makes_a_new_item_in_the_same_place(draft, by):
    made = items.change_item(
        item(draft, "STR1"), revision=now(draft), by=by, change="meaning", text="I know who pays us."
    )

    assert (made.item.code, made.item.replaces, made.item.construct, made.is_new_item) == (
        "STR7",
        "STR1",
        "strategy",
        True,
    )
    assert queries.pages_of(draft.forms.get(key="employee_full"))[0][0] == "STR7"
    assert [(d.kind, d.code) for d in queries.changes(draft).differences] == [("asked anew", "STR1 → STR7")]
    full = next(t for t in queries.changes(draft).trends if t.form == "Full employee questionnaire")
    assert (full.common, full.holds) == (5, True)
    again = items.change_item(item(draft, "STR7"), revision=now(draft), by=by, change="", text="I know who pays.")
    assert again.item.code == "STR7"


def test_new_words_of_an_item_that_was_asked_before_need_an_answer(draft, by):
    with pytest.raises(items.SayWhich, match="STR1 has been asked before"):
        items.change_item(item(draft, "STR1"), revision=now(draft), by=by, change="", text="Other words.")
    assert item(draft, "STR1").text.startswith("I know which")


def test_turning_an_item_round_is_always_another_meaning(draft, by):
    made = items.change_item(
        item(draft, "STR1"),
        revision=now(draft),
        by=by,
        change="spelling",
        text=item(draft, "STR1").text,
        is_reversed=True,
    )

    assert made.item.code == "STR7"


def test_the_page_foretells_what_a_new_meaning_does_to_the_trend(draft):
    told = {trend.form: trend.words for trend in queries.trend_of(item(draft, "CHA1"))}

    assert told["Full employee questionnaire"] == "goes on, based on 4 items asked both times"
    assert told.keys() == {"Full employee questionnaire", "Leaders' view"}


def test_an_item_added_here_enters_no_construct_score(draft, by):
    form = draft.forms.get(key="employee_full")
    before = layouts.layout_of(form).constructs
    added = items.add_item(
        draft, revision=now(draft), by=by, forms=[form], kind="likert", text="Parking is easy.", construct="strategy"
    )

    assert (added.code, added.construct, added.is_custom) == ("OWN1", "", True)
    assert layouts.layout_of(form).constructs == before
    assert queries.pages_of(form)[8] == ["OWN1"]
    with pytest.raises(IntegrityError, match="custom_item_enters_no_construct_score"), transaction.atomic():
        Item.objects.filter(pk=added.pk).update(construct="strategy")


def test_a_questionnaire_begun_here_has_scores_of_its_own(shipped, by):
    draft = services.create("Service week", by=by)
    form = items.add_form(draft, name="Short", audience="employee", revision=now(draft), by=by)
    for text in ("We answer fast.", "We answer well."):
        items.add_item(
            draft, revision=now(draft), by=by, forms=[form], kind="likert", text=text, construct="consequence"
        )

    assert [len(found) for found in layouts.layout_of(form).constructs.values()] == [2]
    published = services.publish(draft, change_note="First.", revision=now(draft), by=by, at=timezone.now())
    assert (published.state, draft.items.first().code) == ("published", "CSQ1")


def test_every_kind_of_item_can_be_added_and_answered(draft, by):
    form = draft.forms.get(key="employee_pulse")
    given = {
        "likert": {"text": "The tools work.", "allows_na": False},
        "numeric": {"text": "How likely are you to come back?"},
        "slider": {"left": "Fast", "right": "Right", "left_short": "Fast", "right_short": "Right"},
        "comment": {"text": "What else?"},
    }
    for kind, words in given.items():
        items.add_item(draft, revision=now(draft), by=by, forms=[form], kind=kind, **words)
    layout = layouts.layout_of(form)

    answers = {"OWN1": "5", "OWN2": "10", "OWN3.today": "35", "OWN3.desired": "na", "OWN4": "Words"}
    assert {field: layout.parsed(field, raw) for field, raw in answers.items()}["OWN2"] == 10
    with pytest.raises(items.DomainError, match="no “does not apply”"):
        layout.parsed("OWN1", "na")
    assert queries.problems(draft) == ()


def test_the_recommendation_question_waits_in_the_questionnaire_until_it_is_wanted(draft, by):
    form = draft.forms.get(key="employee_full")
    page = queries.version_page(draft, "employee_full")
    assert "EREC" in {other.code for other in page.others}
    kinds = dict(draft.items.values_list("code", "kind"))

    items.arrange(form, pages.added(queries.pages_of(form), "EREC", kinds), revision=now(draft), by=by)

    assert queries.pages_of(form)[7] == ["OUT1", "OUT2", "OUT3", "EREC"]


def test_customers_meet_only_what_is_worded_for_them(draft, by):
    form, str1 = draft.forms.get(key="customer"), item(draft, "STR1")
    arranged = [*queries.pages_of(form), ["STR1"]]
    with pytest.raises(items.Unfit, match="no wording for customers"):
        items.arrange(form, arranged, revision=now(draft), by=by)

    words = {"text": str1.text, "customer_text": "{org} knows me."}
    items.change_item(str1, revision=now(draft), by=by, change="spelling", **words)
    items.arrange(form, arranged, revision=now(draft), by=by)

    assert item(draft, "STR1").asked_of("customer") == "{org} knows me."
    assert item(draft, "STR1").asked_of("leader") == str1.text
    with pytest.raises(items.Unfit, match="worded for customers"):
        items.arrange(draft.forms.get(key="employee_full"), [["CU-STR1"]], revision=now(draft), by=by)


def test_t55_two_people_at_one_draft_do_not_overwrite_each_other(draft, by):
    seen = now(draft)
    items.remove_item(item(draft, "STR2"), revision=seen, by=by)

    with pytest.raises(services.Stale):
        items.change_item(item(draft, "STR1"), revision=seen, by=by, change="spelling", text="Mine.")
    assert item(draft, "STR1").text != "Mine."


def test_a_removed_code_is_never_given_to_another_item(draft, by, shipped):
    items.remove_item(item(draft, "STR6"), revision=now(draft), by=by)
    services.publish(draft, change_note="One less.", revision=now(draft), by=by, at=timezone.now())
    later = services.start_draft(shipped.instrument, by=by)

    made = items.change_item(item(later, "STR5"), revision=now(later), by=by, change="meaning", text="New.")

    assert made.item.code == "STR7"


# --- publication ------------------------------------------------------------------------------------------------------


def test_publishing_retires_the_version_before_and_campaigns_keep_theirs(shipped, draft, by, tarn):
    survey = factories.open_campaign(form=shipped.forms.get(key="employee_full"))
    items.remove_item(item(draft, "STR6"), revision=now(draft), by=by)

    services.publish(draft, change_note="STR6 did not fit.", revision=now(draft), by=by, at=timezone.now())

    assert list(Instrument.objects.get().versions.values_list("number", "state")) == [(2, "published"), (1, "retired")]
    survey.refresh_from_db()
    assert survey.form.version == shipped
    assert AuditEntry.objects.filter(verb="published", actor=by).exists()
    with pytest.raises(services.NotNow, match="never changes"):
        items.remove_item(item(draft, "STR5"), revision=now(draft), by=by)


def test_what_is_not_ready_is_not_published(draft, by):
    with pytest.raises(services.NotReady, match="what changed and why"):
        services.publish(draft, change_note=" ", revision=now(draft), by=by, at=timezone.now())
    with pytest.raises(services.NotReady, match="asks the same as version 1"):
        services.publish(draft, change_note="Nothing.", revision=now(draft), by=by, at=timezone.now())
    form = draft.forms.get(key="employee_pulse")
    items.arrange(form, [["STR1", "CP1"]], revision=now(draft), by=by)
    assert queries.problems(draft) == ("Page 1 of “Pulse” mixes kinds of questions. Give each a page of its own.",)
    items.arrange(form, [], revision=now(draft), by=by)
    assert "asks nothing yet" in queries.problems(draft)[0]


def test_a_discarded_draft_leaves_nothing_and_a_copy_goes_with_its_questionnaire(shipped, draft, by):
    services.discard(draft, revision=now(draft), by=by)
    copy = services.copy(shipped, "Summer edition", by=by)
    assert queries.predecessor(copy) == shipped
    services.discard(copy, revision=0, by=by)

    assert InstrumentVersion.objects.get() == shipped
    assert Instrument.objects.count() == 1
    assert Placement.objects.exclude(form__version=shipped).count() == 0


def test_a_retired_questionnaire_is_offered_to_no_new_campaign_and_can_be_taken_up_again(shipped, by):
    services.retire(shipped, by=by)

    assert InstrumentVersion.objects.get().state == "retired"
    assert services.start_draft(shipped.instrument, by=by).number == 2
    with pytest.raises(services.NotNow, match="in use can be retired"):
        services.retire(shipped, by=by)


def test_the_questions_of_a_recurring_survey_are_not_edited_by_hand(shipped, by):
    made = Instrument.objects.create(key="series-7", name="Pulse, rotating")
    InstrumentVersion.objects.create(instrument=made, number=1, state="published", published_at=timezone.now())

    with pytest.raises(services.NotNow, match="Edit the questionnaire they come from"):
        services.start_draft(made, by=by)
