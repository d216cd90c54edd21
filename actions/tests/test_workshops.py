"""Rounds: blind first, then agreement, then the text; and what everyone reads afterwards."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from actions.models import AgreedText, BlindAnswer, Workshop
from actions.queries import definition_evidence
from actions.queries import workshops as queries
from actions.services import workshops
from actions.tests import factories
from core.models import AuditEntry, Mail, Notification
from people.access import Viewer

NOW = timezone.now
CODE, RANKED = "W-h1.1", "W-h1.3"
ORDER = ["Fast response", "High quality", "One contact person", "New ideas", "Something else"]


@pytest.fixture
def called(cast):
    return factories.called([cast.uma, cast.max], cast.hana)


def person(workshop, employee):
    return workshop.participants.get(employee=employee)


def write(workshop, employee, rows, code=CODE):
    return workshops.save_answer(person(workshop, employee), workshop.form.items.get(code=code), rows)


def page(workshop, employee, code=CODE):
    workshop.refresh_from_db()
    return queries.prompt_page(workshop, code, Viewer.of(employee.user))


def test_t01_nobody_reads_an_answer_of_another_while_the_round_is_blind(cast, called, client_of):
    write(called, cast.uma, [["Callers", "Warehouse"]])

    assert page(called, cast.max).given == ()
    assert page(called, cast.hana).given == ()
    for reader in (cast.max, cast.hana):
        answer = client_of(reader).get(reverse("actions:prompt", args=[called.pk, CODE]))
        assert "Warehouse" not in answer.content.decode()
    assert not AuditEntry.objects.filter(subject_kind="actions.blindanswer").exists()
    assert client_of(cast.ada).get(called.get_absolute_url()).status_code == 404


def test_the_last_one_to_hand_in_puts_all_answers_on_the_table_and_everyone_is_told(cast, called):
    write(called, cast.uma, [["Callers", "Warehouse"], ["", ""]])
    write(called, cast.max, [["callers ", "Billing"]])
    workshops.hand_in(person(called, cast.uma), at=NOW())
    called.refresh_from_db()
    assert called.is_blind

    workshops.hand_in(person(called, cast.max), at=NOW())

    shown = page(called, cast.hana)
    assert [one.name for one in shown.given] == ["Max Berg", "Uma Rook"]
    assert shown.given[1].rows == (("Callers", "Warehouse"),)
    assert shown.findings == ("“callers” was named by 2 of 2",)
    assert Notification.objects.filter(key=f"workshop-open:{called.pk}").count() == 3


def test_what_was_handed_in_stays_and_nothing_is_handed_in_empty(cast, called):
    with pytest.raises(workshops.TooFew, match="at least one"):
        workshops.hand_in(person(called, cast.uma), at=NOW())
    write(called, cast.uma, [["Callers", ""]])
    workshops.hand_in(person(called, cast.uma), at=NOW())

    with pytest.raises(workshops.NotNow):
        write(called, cast.uma, [["Others", ""]])


def test_the_facilitator_ends_the_blind_part_once_two_have_answered(cast, called):
    write(called, cast.uma, [["Callers", ""]])
    with pytest.raises(workshops.TooFew):
        workshops.open_round(called, by=cast.hana.user, at=NOW())
    write(called, cast.max, [["Visitors", ""]])

    workshops.open_round(called, by=cast.hana.user, at=NOW())

    assert page(called, cast.uma).findings == (
        "2 people wrote something down; no entry was named twice in the same words.",
    )
    with pytest.raises(workshops.NotNow):
        workshops.open_round(called, by=cast.hana.user, at=NOW())


def test_a_ranking_shows_the_first_choice_and_how_alike_the_order_is(cast, called):
    write(called, cast.uma, [ORDER, ["Some speed"]], RANKED)
    write(called, cast.max, [ORDER, [""]], RANKED)
    workshops.open_round(called, by=cast.hana.user, at=NOW())

    found = page(called, cast.uma, RANKED)

    assert found.findings == (
        "2 of 2 put “Fast response” first",
        "They see the whole order very much alike (1.00 of 1)",
    )
    assert found.given[1].trade_off == "Some speed"


def test_people_say_how_alike_they_are_and_the_text_keeps_it(cast, called, client_of):
    write(called, cast.uma, [["Callers", ""]])
    write(called, cast.max, [["Visitors", ""]])
    workshops.open_round(called, by=cast.hana.user, at=NOW())
    for one, said in ((cast.uma, "same"), (cast.max, "partly")):
        client_of(one).post(reverse("actions:alike", args=[called.pk, CODE]), {"said": said})

    sent = {"text": "Whoever calls or writes.", "owner": "Uma Rook", "review_on": factories.in_days(300).isoformat()}
    assert client_of(cast.uma).post(reverse("actions:agreed", args=[called.pk, CODE]), sent).status_code == 403
    client_of(cast.hana).post(reverse("actions:agreed", args=[called.pk, CODE]), sent)

    text = AgreedText.objects.get()
    assert text.agreement == "1 of 2 say: we mean the same; 1 of 2 say: we agree in part"
    assert (text.number, text.owner, text.agreed_by) == (1, cast.uma, cast.hana.user)


def test_a_new_wording_is_a_new_version_and_everyone_reads_the_newest(cast, called, client_of):
    factories.agreed(called, cast.hana)
    factories.agreed(called, cast.hana, text="We answer within four hours.")

    strategy = client_of(cast.eve).get(reverse("actions:strategy")).content.decode()
    history = client_of(cast.ingrid).get(reverse("actions:text_history", args=[CODE])).content.decode()

    assert "within four hours" in strategy
    assert "within a day" not in strategy
    assert "within a day" in history
    evidence = definition_evidence(on=timezone.localdate())
    assert (evidence.agreed, evidence.prompts, evidence.strategy_prompts) == (1, 4, 8)


def test_a_round_needs_two_people_and_tells_each_of_them(cast, called):
    assert Notification.objects.filter(key=f"workshop:{called.pk}").count() == 2
    assert Mail.objects.filter(kind="workshop_invitation").count() == 2
    with pytest.raises(workshops.TooFew):
        factories.called([cast.uma], cast.hana)


def test_hr_calls_a_round_of_the_leaders_in_the_browser(cast, client_of):
    client = client_of(cast.hana)
    assert "Uma Rook" in client.get(reverse("actions:workshop_new")).content.decode()
    sent = {
        "form": factories.surveys.form("leader_workbook").pk,
        "title": "Strategy",
        "leaders": [cast.uma.pk, cast.ada.pk, cast.max.pk],
        "facilitator": "Hana Vale",
        "answers_due_on": factories.in_days(9).isoformat(),
    }

    sent["key"] = str(uuid4())
    for _ in range(2):  # the same form sent twice is one round
        client.post(reverse("actions:workshop_new"), sent)

    made = Workshop.objects.get()
    assert made.participants.count() == 3
    assert client.get(made.get_absolute_url()).status_code == 200
    assert len(queries.prompts_of(made)) == 34


@pytest.mark.parametrize(
    ("code", "sent", "rows"),
    [
        ("W-h1.1", {"cell-0-0": "Callers", "cell-3-1": "Stock"}, [["Callers", ""], ["", "Stock"]]),
        ("W-h1.2", {"cell-0-0": "Speed", "cell-0-1": "Calls back"}, [["Speed", "Calls back"]]),
        (RANKED, {f"rank-{n}": name for n, name in enumerate(ORDER)} | {"text": "Cost"}, [ORDER, ["Cost"]]),
    ],
)
def test_each_kind_of_answer_is_kept_as_typed(cast, called, client_of, code, sent, rows):
    client_of(cast.uma).post(reverse("actions:prompt", args=[called.pk, code]), sent)

    assert BlindAnswer.objects.get(participant__employee=cast.uma, prompt=code).rows == rows


def test_a_ranking_with_a_gap_is_refused_kindly(cast, called, client_of):
    answer = client_of(cast.uma).post(reverse("actions:prompt", args=[called.pk, RANKED]), {"rank-0": ORDER[0]})

    assert answer.status_code == 422
    assert "Give each of them one place" in answer.content.decode()


def test_hr_keeps_the_critical_moments_that_everyone_reads(cast, client_of):
    client = client_of(cast.hana)
    sent = {"job_role": cast.eve.job_role.pk, "task": "Answers a call", "reach": "direct", "behaviour": "=Says when"}
    client.post(reverse("actions:moment_add"), sent)

    assert "Answers a call" in client_of(cast.eve).get(reverse("actions:moments")).content.decode()
    table = client_of(cast.ingrid).get(reverse("actions:moments_csv")).content.decode("utf-8-sig")
    assert "'=Says when" in table
    assert client.post(reverse("actions:moment_add"), sent).status_code == 422

    moment = factories.CriticalMoment.objects.get()
    client.post(reverse("actions:moment_removal", args=[moment.pk]))
    assert not factories.CriticalMoment.objects.exists()
