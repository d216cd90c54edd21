"""Who reads thanks is chosen first, may be narrowed by the receiver, and is never widened by anybody."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEntry, Notification
from people.access import Viewer
from recognition.models import Feedback, Praise, Preference, Reach
from recognition.queries import personal
from recognition.services import erasure, office, praise
from recognition.tests import factories

CAST = ("uma", "max", "eve", "ed", "sam", "olga", "hana", "ada", "petra", "ingrid")


def who_reads(cast, one):
    return {
        name
        for name in CAST
        if Praise.objects.visible_to(Viewer.of(getattr(cast, name).user)).filter(pk=one.pk).exists()
    }


def test_each_reach_opens_to_exactly_whom_it_names(cast):
    factories.likes(cast.eve, Reach.EVERYONE)
    private, team, public = (factories.thanks(cast.eve, cast.olga, reach) for reach in Reach)

    assert who_reads(cast, private) == {"eve", "olga"}
    assert who_reads(cast, team) == {"eve", "olga", "ed", "max"}
    assert who_reads(cast, public) == set(CAST)


def test_nobody_stands_on_the_wall_who_did_not_join_it(cast, client_of):
    with pytest.raises(praise.TooFar):
        factories.thanks(cast.eve, cast.olga, Reach.EVERYONE)
    page = client_of(cast.olga).get(reverse("recognition:give", args=[cast.eve.pk])).content.decode()
    assert "on the praise wall</label>" not in page.replace("\n", "")
    assert "has not joined the praise wall" in page

    factories.likes(cast.eve, Reach.EVERYONE)
    public = factories.thanks(cast.eve, cast.olga, Reach.EVERYONE)
    assert "Rang the clinic back" in client_of(cast.ada).get(reverse("recognition:wall")).content.decode()

    factories.likes(cast.eve, Reach.PERSON)
    assert who_reads(cast, public) == {"eve", "olga"}


def test_the_receiver_hides_what_was_public_and_shares_what_was_private(cast, client_of):
    team, private = factories.thanks(cast.eve, cast.ed), factories.thanks(cast.eve, cast.ed, Reach.PERSON)
    client = client_of(cast.eve)

    client.post(reverse("recognition:hide", args=[team.pk]), {"hide": "yes"})
    client.post(reverse("recognition:share", args=[private.pk]), {"share": "yes"})
    assert who_reads(cast, team) == {"eve", "ed"}
    assert who_reads(cast, private) == {"eve", "ed", "max"}

    client.post(reverse("recognition:hide", args=[team.pk]), {"hide": "no"})
    client.post(reverse("recognition:share", args=[private.pk]), {"share": "no"})
    assert who_reads(cast, team) == {"eve", "ed", "max"}
    assert who_reads(cast, private) == {"eve", "ed"}


def test_t52_a_private_thank_you_leaves_no_trace_for_manager_or_hr(cast, client_of):
    pages = [(cast.max, "recognition:team"), (cast.max, "dashboards:team"), (cast.hana, "recognition:shares")]
    before = [_main(client_of(who), reverse(name)) for who, name in pages]

    one = factories.thanks(cast.eve, cast.ed, Reach.PERSON)

    assert [_main(client_of(who), reverse(name)) for who, name in pages] == before
    assert not AuditEntry.objects.exclude(verb="viewed").exists()
    assert [told.to for told in Notification.objects.filter(key=f"praise:{one.pk}")] == [cast.eve.user]


def test_t54_one_form_sent_twice_is_one_thanks(cast, client_of):
    data = {
        "reach": "2",
        "what": "You stayed.",
        "about": "c:commitment",
        "done_on": timezone.localdate(),
        "key": uuid4(),
    }
    for _ in range(2):
        client_of(cast.ed).post(reverse("recognition:give", args=[cast.eve.pk]), data)

    assert Praise.objects.count() == 1
    assert AuditEntry.objects.filter(verb="praised").count() == 1


def test_t57_a_search_may_hold_what_no_database_keeps(cast, client_of):
    assert "Eve Lind" in client_of(cast.ed).get(reverse("recognition:colleagues") + "?q=%00eve%00").content.decode()


def test_the_source_is_what_the_two_were_to_each_other(cast):
    def source(to, by, **more):
        return factories.thanks(to, by, Reach.PERSON, **more).source

    assert source(cast.eve, cast.max) == Praise.Source.MANAGER
    assert source(cast.eve, cast.uma) == Praise.Source.SENIOR_LEADER
    assert source(cast.max, cast.eve) == Praise.Source.DIRECT_REPORT
    assert source(cast.eve, cast.olga) == Praise.Source.PEER
    assert source(cast.eve, cast.max, is_from_customer=True) == Praise.Source.CUSTOMER


def test_thanks_can_be_taken_back_for_a_day_by_the_giver_alone(cast):
    new, old = factories.thanks(cast.eve, cast.ed), factories.thanks(cast.eve, cast.ed, days_ago=2)
    now = timezone.now()

    with pytest.raises(praise.TooLate):
        praise.take_back(new, by=cast.eve, at=now)
    with pytest.raises(praise.TooLate):
        praise.take_back(old, by=cast.ed, at=now)
    praise.take_back(new, by=cast.ed, at=now)

    assert list(Praise.objects.all()) == [old]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"reach": ""}, "Choose who may read it before you write."),
        ({"done_on": timezone.localdate() + timedelta(days=1)}, "Choose a day of the last twelve months"),
        ({"about": ""}, "required"),
    ],
)
def test_a_form_that_lacks_something_keeps_what_was_typed(cast, client_of, changed, says):
    data = {
        "reach": "2",
        "what": "You stayed.",
        "about": "c:commitment",
        "done_on": timezone.localdate(),
        "key": uuid4(),
    }

    answer = client_of(cast.ed).post(reverse("recognition:give", args=[cast.eve.pk]), data | changed)

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "You stayed." in answer.content.decode()


def test_hr_reads_a_private_one_only_once_it_is_reported_and_that_is_written_down(cast, client_of):
    one = factories.thanks(cast.eve, cast.ed, Reach.PERSON, what="Even you managed it for once.")
    client_of(cast.eve).post(reverse("recognition:report_new", args=[one.pk]), {"words": "It mocks me."})
    report = one.reports.get()
    hana = client_of(cast.hana)

    assert "for once" not in hana.get(reverse("recognition:reports")).content.decode()
    assert "for once" in hana.get(reverse("recognition:report", args=[report.pk])).content.decode()
    assert AuditEntry.objects.filter(verb="viewed", about=cast.eve.user).count() == 1
    with pytest.raises(office.ReportedAlready):
        office.report(one, "Again", by=cast.eve, at=timezone.now())

    data = {"decision": "taken_down", "reason": "It mocks."}
    hana.post(reverse("recognition:report", args=[report.pk]), data)
    assert who_reads(cast, one) == set()
    assert Notification.objects.filter(to=cast.ed.user, key=f"praise-taken-down:{one.pk}").exists()
    answer = hana.post(reverse("recognition:report", args=[report.pk]), data)
    assert "Somebody else decided this meanwhile" in answer.content.decode()


def test_t52_the_trail_does_not_say_who_reported_praise(cast):
    one = factories.thanks(cast.eve, cast.ed, Reach.PERSON)

    made = office.report(one, "It mocks me.", by=cast.eve, at=timezone.now())

    entry = AuditEntry.objects.get(verb="reported")
    assert (entry.actor, entry.about, entry.changes) == (None, None, {})
    assert made.by == cast.eve  # HR needs it to tell her what was decided


def test_t09_a_reported_one_that_is_taken_back_stays_for_hr_alone(cast, client_of):
    one = factories.thanks(cast.eve, cast.ed, Reach.PERSON, what="Even you managed it for once.")
    report = office.report(one, "It mocks me.", by=cast.eve, at=timezone.now())

    answer = client_of(cast.ed).post(reverse("recognition:take_back", args=[one.pk]), follow=True)

    assert "Taken back" in answer.content.decode()
    assert who_reads(cast, one) == set()
    page = client_of(cast.hana).get(reverse("recognition:report", args=[report.pk])).content.decode()
    assert "for once" in page


@pytest.mark.parametrize("is_reported", [True, False])
def test_t54_what_is_gone_meanwhile_is_refused_in_words(cast, is_reported):
    one, now = factories.thanks(cast.eve, cast.ed), timezone.now()
    seen = Praise.objects.get(pk=one.pk)
    if is_reported:
        office.report(one, "It mocks me.", by=cast.eve, at=now)
    praise.take_back(one, by=cast.ed, at=now)

    for late in (
        lambda: praise.take_back(seen, by=cast.ed, at=now),
        lambda: praise.hide(seen, True, at=now),
        lambda: praise.share(seen, True, at=now),
        lambda: office.report(seen, "It mocks me.", by=cast.eve, at=now),
    ):
        with pytest.raises(praise.Gone, match="no longer there"):
            late()
    assert Praise.objects.count() == is_reported


def test_what_is_kept_about_a_person_has_both_sides(cast):
    factories.likes(cast.eve, Reach.EVERYONE, "words")
    factories.thanks(cast.eve, cast.ed, Reach.PERSON)
    factories.question(cast.eve, cast.ed, answer="Ring back like that.")

    kept, other = personal.about(cast.eve.user), personal.about(cast.ed.user)

    assert (kept["received"][0]["by"], other["given"][0]["to"]) == ("Ed Moss", "Eve Lind")
    assert kept["feedback_received"][0]["keep"] == other["feedback_given"][0]["keep"] == "Ring back like that."
    assert kept["likes_to_be_thanked"]["with"] == ["words"]


def test_what_was_said_to_somebody_goes_when_they_are_erased_and_what_they_said_stays(cast):
    factories.likes(cast.eve, Reach.EVERYONE)
    factories.thanks(cast.eve, cast.ed)
    given = factories.thanks(cast.ed, cast.eve)
    factories.question(cast.eve, cast.ed, answer="Yes.")
    answered = factories.question(cast.olga, cast.eve, answer="Go on.")
    factories.question(cast.ed, cast.eve)

    erasure.erase(cast.eve.user)

    assert list(Praise.objects.all()) == [given]
    assert list(Feedback.objects.all()) == [answered]
    assert not Preference.objects.exists()


def _main(client, url):
    page = client.get(url).content.decode()
    return page[page.index("<main") : page.index("</main>")]
