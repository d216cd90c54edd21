"""Draft, published, retired: what each state allows, and that a published version never changes."""

from dataclasses import asdict

import pytest

from assessments.competencies import services
from assessments.competencies.models import Competency, CompetencyVersion, Framework
from assessments.competencies.queries import texts
from assessments.competencies.tests.factories import AT, draft_of, editable, publish, wording
from assessments.competencies.wording import changes
from core.models import AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

State = CompetencyVersion.State


def _in_state(state: str) -> Competency:
    """The listening competency with its newest version in a state."""
    listening = Competency.objects.get(key="listening")
    if state == State.DRAFT:
        draft_of("listening")
    if state == State.RETIRED:
        services.retire(listening, by=None, at=AT)
    return listening


def _publish(competency):
    services.publish(competency, started_from=texts.editable(competency).mark, change_note="Note.", by=None, at=AT)


def _discard(competency):
    services.discard_draft(competency, started_from=texts.editable(competency).mark, by=None)


def _retire(competency):
    services.retire(competency, by=None, at=AT)


def _bring_back(competency):
    services.bring_back(competency, by=None, at=AT)


@pytest.mark.parametrize(
    ("state", "verb", "is_allowed"),
    [
        (State.DRAFT, _publish, True),
        (State.DRAFT, _discard, True),
        (State.DRAFT, _retire, True),  # the version in use is retired; the draft may follow it later
        (State.PUBLISHED, _publish, False),
        (State.PUBLISHED, _discard, False),
        (State.PUBLISHED, _retire, True),
        (State.RETIRED, _publish, False),
        (State.RETIRED, _discard, False),
        (State.RETIRED, _retire, False),
        (State.DRAFT, _bring_back, False),
        (State.PUBLISHED, _bring_back, False),
        (State.RETIRED, _bring_back, True),
    ],
)
def test_t09_each_step_is_taken_only_from_the_state_that_allows_it(state, verb, is_allowed):
    competency = _in_state(state)
    before = list(competency.versions.order_by("pk").values())

    if is_allowed:
        verb(competency)
    else:
        with pytest.raises(services.NotNow):
            verb(competency)
        assert list(competency.versions.order_by("pk").values()) == before


def test_t09_a_published_version_keeps_every_word_when_the_next_is_published():
    first = editable("listening")
    before = (asdict(texts.wording_of(first)), first.learning, first.published_at)

    second = publish("listening", name="Listening well", indicators={**wording("listening").indicators, 1: ("One.",)})

    first = texts.with_text(CompetencyVersion.objects.filter(pk=first.pk)).get()
    assert (asdict(texts.wording_of(first)), first.learning, first.published_at) == before
    assert (first.state, second.state, second.number) == (State.RETIRED, State.PUBLISHED, 2)


def test_a_draft_starts_from_the_published_words_and_carries_the_learning_over():
    first = editable("listening")

    draft = draft_of("listening", name="Listening well")

    draft = texts.with_text(CompetencyVersion.objects.filter(pk=draft.pk)).get()
    assert [change.label for change in changes(texts.wording_of(first), texts.wording_of(draft))] == ["Name"]
    assert draft.learning == first.learning
    assert CompetencyVersion.objects.published().get(competency__key="listening") == first


def test_saving_the_same_words_makes_no_draft():
    now = editable("listening")

    with pytest.raises(services.NothingChanged):
        services.save_draft(now.competency, wording("listening"), started_from=now.mark, by=None, at=AT)

    assert not CompetencyVersion.objects.drafts().exists()


def test_discarding_a_draft_leaves_the_version_in_use():
    draft_of("listening")

    _discard(Competency.objects.get(key="listening"))

    assert editable("listening").state == State.PUBLISHED


def test_a_competency_that_was_never_published_goes_with_its_draft():
    new = services.add_competency(
        Framework.objects.get(), wording("listening", name="Seeing what is needed"), by=None, at=AT
    )
    assert new.competency.key == "seeing_what_is_needed"

    _discard(new.competency)

    assert not Competency.objects.filter(key="seeing_what_is_needed").exists()


def test_a_new_competency_gets_a_key_of_its_own():
    framework = Framework.objects.get()

    keys = [
        services.add_competency(framework, wording("listening", name="Listening!"), by=None, at=AT).competency.key
        for _ in range(2)
    ]

    assert keys == ["listening_2", "listening_3"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"indicators": {1: ("One.",), 2: ("Two.",), 4: ("Four.",)}}, "Missing: 3 Skilled, 5 Shaping"),
        ({"constructs": ()}, "at least one of the seven Cs"),
        ({"name": "owning the OUTCOME"}, "Two need two names"),
    ],
)
def test_an_unfinished_draft_is_not_published(changed, words):
    draft = draft_of("listening", **changed)

    with pytest.raises(services.NotReady, match=words):
        _publish(draft.competency)


def test_publishing_wants_a_change_note_and_a_change():
    original = wording("listening")
    draft = draft_of("listening")
    with pytest.raises(services.NotReady, match="what changed and why"):
        services.publish(draft.competency, started_from=draft.mark, change_note="  ", by=None, at=AT)

    back = services.save_draft(draft.competency, original, started_from=draft.mark, by=None, at=AT)

    with pytest.raises(services.NotReady, match="says the same as version 1"):
        services.publish(back.competency, started_from=back.mark, change_note="Note.", by=None, at=AT)


def test_t55_f24_the_second_of_two_editors_is_told_and_nothing_is_overwritten():
    opened = editable("listening")
    services.save_draft(opened.competency, wording("listening", name="Hers"), started_from=opened.mark, by=None, at=AT)

    with pytest.raises(services.Stale):
        services.save_draft(
            opened.competency, wording("listening", name="His"), started_from=opened.mark, by=None, at=AT
        )

    assert editable("listening").name == "Hers"


def test_t55_an_editor_who_started_before_a_publication_is_told():
    opened = editable("listening")
    publish("listening", name="Hers")

    with pytest.raises(services.Stale):
        services.save_draft(
            opened.competency, wording("listening", name="His"), started_from=opened.mark, by=None, at=AT
        )


def test_t55_publishing_a_draft_that_changed_since_it_was_read_is_refused():
    read = draft_of("listening", name="First thought")
    services.save_draft(
        read.competency, wording("listening", name="Second thought"), started_from=read.mark, by=None, at=AT
    )

    with pytest.raises(services.Stale):
        services.publish(read.competency, started_from=read.mark, change_note="Note.", by=None, at=AT)


def test_each_step_leaves_one_audit_entry(hana):
    publish("listening", by=hana.user)
    services.retire(Competency.objects.get(key="listening"), by=hana.user, at=AT)

    verbs = AuditEntry.objects.filter(actor=hana.user).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["draft started", "published", "retired"]


def test_what_was_retired_by_mistake_comes_back_in_its_words(client_of, hana):
    listening = _in_state(State.RETIRED)
    before = texts.wording_of(texts.editable(listening))

    page = client_of(hana).post("/competencies/listening/return/", follow=True).text

    now = texts.published_of(listening)
    assert "is in use again" in page
    assert (now.number, now.change_note) == (2, "Back in use, in the words of version 1.")
    assert texts.wording_of(now) == before
    assert (
        "Only a competency that is out of use"
        in client_of(hana).post("/competencies/listening/return/", follow=True).text
    )
