"""Did it work? Two waves of the same people, from the stored release plan."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from actions.agreement import Verdict
from actions.queries import worked
from actions.services import promises
from actions.tests.waves import begun
from assessments.surveys.models import Sharing
from assessments.surveys.queries.since import NOT_YOURS, STATEMENTS_NOT_YOURS
from people.access import Viewer


def verdict(action, reader=None) -> worked.Worked:
    return worked.of_actions([action], Viewer.of((reader or action.owner).user))[action.pk]


def test_e20_a_clear_rise_is_better_and_a_clear_fall_worse(second, first, cast):
    cast.helpdesk.refresh_from_db()
    rise = verdict(begun(cast, first, construct="consequence"))
    fall = verdict(begun(cast, first, construct="commander"))

    assert (rise.verdict, rise.change) == (Verdict.BETTER, "+33")
    assert (rise.before_n, rise.after_n, rise.basis[:19]) == (12, 12, "Based on 6 items as")
    assert rise.interval
    assert "more than chance would explain" in rise.words
    assert fall.verdict is Verdict.WORSE


def test_a_statement_is_compared_with_itself_by_its_stored_spread(second, first, cast):
    found = verdict(begun(cast, first, construct="consequence", item_code="CSQ2"))

    assert (found.verdict, found.before_n, found.after_n) == (Verdict.BETTER, 12, 12)
    assert found.basis == "On this statement, where 100 is the best answer."


def test_what_stayed_the_same_is_no_clear_change(second, first, cast):
    assert verdict(begun(cast, first, construct="strategy")).verdict is Verdict.NO_CLEAR_CHANGE


def test_too_early_without_a_later_survey_and_when_it_opened_within_a_month(first, cast):
    assert verdict(begun(cast, first)).verdict is Verdict.TOO_EARLY


def test_too_early_when_the_next_survey_opened_within_a_month(second, first, cast):
    assert verdict(begun(cast, first, days=25)).verdict is Verdict.TOO_EARLY


def test_p16_a_team_below_ten_or_a_hidden_one_gets_no_verdict(second, first, tarn, cast):
    action = begun(cast, first, unit=tarn.unit("sales"), construct="consequence")
    small = begun(cast, first, unit=tarn.unit("it"), construct="consequence")

    assert verdict(action).verdict is Verdict.CANNOT_SAY
    assert verdict(small).verdict in (Verdict.CANNOT_SAY, Verdict.TOO_EARLY)
    assert verdict(small).before is None


def test_the_page_shows_both_values_with_the_interval_and_who_may_not_see_the_action_sees_nothing(
    second, first, cast, client_of
):
    action = begun(cast, first, construct="consequence")
    page = client_of(cast.max).get(action.get_absolute_url()).content.decode()

    for words in ("Did it work?", "Better", "12 answers, Spring survey", "12 answers, Autumn survey", "likely between"):
        assert words in page, words
    assert client_of(cast.olga).get(reverse("actions:action", args=[action.pk])).status_code == 404


def shared(campaign, reached, **sections) -> None:
    at = timezone.now()
    dates = dict.fromkeys(("leaders_at", "managers_at", "everyone_at"), at)
    Sharing.objects.create(campaign=campaign, **dates, reached=reached, **sections)


def test_p08_t40_no_verdict_before_the_results_are_shared_nor_outside_the_readers_units(
    second, first, tarn, cast, client_of
):
    action = begun(cast, first, construct="consequence")
    promises.move(action, "done", words="It was.", by=cast.max.user, at=timezone.now())
    shared(second, "leaders")

    for early in (cast.eve, cast.sam):
        found = verdict(action, early)
        assert (found.verdict, found.before, found.after, found.words) == (Verdict.CANNOT_SAY, None, None, NOT_YOURS)
    assert verdict(action, cast.hana).verdict is Verdict.BETTER
    for address in (action.get_absolute_url(), reverse("actions:board"), reverse("actions:board_csv")):
        page = client_of(cast.eve).get(address).content.decode()
        assert "Cannot be said" in page
        assert "+33" not in page

    Sharing.objects.update(reached="everyone")
    assert verdict(action, cast.eve).verdict is Verdict.BETTER
    assert verdict(action, cast.sam).verdict is Verdict.CANNOT_SAY


def test_p08_t40_a_statement_is_judged_only_where_statements_are_shared(second, first, cast):
    action = begun(cast, first, construct="consequence", item_code="CSQ2")
    shared(second, "everyone", everyone_sections=["units"])

    assert verdict(action, cast.eve).words == STATEMENTS_NOT_YOURS
    assert verdict(action, cast.hana).verdict is Verdict.BETTER


def test_t62_verdicts_take_as_many_queries_for_ten_as_for_two(second, first, cast, django_assert_num_queries):
    found = [begun(cast, first, construct="consequence", item_code="CSQ2") for _ in range(10)]
    shared(second, "everyone")

    with CaptureQueriesContext(connection) as few:
        worked.of_actions(found[:2], Viewer.of(cast.max.user))
    with django_assert_num_queries(len(few)):
        worked.of_actions(found, Viewer.of(cast.max.user))
