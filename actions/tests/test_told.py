"""What customers are told after their survey: released figures and promises, for anybody who has the address."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from actions.models import Action, CustomerReport, ToldPromise
from actions.queries import told as queries
from actions.services import told as services
from actions.tests import factories
from actions.views import told as views
from assessments.surveys.models import Campaign, UnitRelease
from assessments.surveys.models.sharing import Sharing
from assessments.surveys.tests import factories as surveys
from assessments.surveys.tests.customers import answered, invited
from core.models import AuditEntry


@pytest.fixture
def heard(tarn) -> Campaign:
    """A survey that fourteen customers answered, published."""
    voice = surveys.customer_campaign()
    for secret in invited(voice, tarn.cast.hana, count=14):
        answered(voice, secret)
    return surveys.close(voice)


@pytest.fixture
def report(heard, hana) -> CustomerReport:
    codes = [row.code for row in queries.figures_to_choose(heard)]
    return services.write(heard, told="You wait too long.", changed="We call back.", statements=codes[:2], by=hana.user)


def test_hr_writes_looks_and_publishes_and_anybody_reads_it(heard, tarn, hana, client_of):
    client, desk = client_of(hana), reverse("actions:tell", args=[heard.pk])
    row = queries.figures_to_choose(heard)[0]
    action = factories.promise(tarn.cast.max, title="Secret inner title")
    assert desk in client.get(reverse("surveys:campaign", args=[heard.pk])).content.decode()

    client.post(desk, {"told": "You wait <too> long.", "changed": "", "statements": [row.code]})
    client.post(f"{desk}promises/", {"action": action.pk, "words": "We call you back within a day"})
    report = CustomerReport.objects.get()
    preview = client.get(f"{desk}preview/").content.decode()
    before = Client().get(report.get_absolute_url()).status_code
    client.post(f"{desk}publication/", {"do": "publish"})
    page = Client().get(report.get_absolute_url()).content.decode()

    assert before == 404
    for shown in (preview, page):
        assert "You wait &lt;too&gt; long." in shown
        assert f"{row.favourable} agree" in shown
        assert "We call you back within a day" in shown
        assert "Decided, not begun yet" in shown
        assert "Secret inner title" not in shown
        assert tarn.cast.max.name not in shown
    assert "14 customers answered" in page
    assert "Preview" not in page
    client.post(f"{desk}publication/", {"do": "withdraw"})
    assert Client().get(report.get_absolute_url()).status_code == 404
    verbs = AuditEntry.objects.filter(verb__contains="customers").values_list("verb", flat=True)
    assert {"told customers about", "took back what customers were told about"} <= set(verbs)


def test_the_page_is_the_same_for_everybody_and_keeps_nothing(report, hana, eve, client_of):
    services.publish(report, by=hana.user, at=timezone.now())

    anybody = Client().get(report.get_absolute_url())
    others = [client_of(one).get(report.get_absolute_url()) for one in (hana, eve)]

    assert {one.content for one in others} == {anybody.content}
    assert not anybody.cookies
    assert anybody["X-Robots-Tag"] == "noindex"
    assert "public" in anybody["Cache-Control"]
    assert f"max-age={views.KEPT_SECONDS}" in anybody["Cache-Control"]
    assert "<form" not in anybody.content.decode()


def test_it_is_read_at_most_so_often_from_one_address(report, hana, monkeypatch):
    services.publish(report, by=hana.user, at=timezone.now())
    monkeypatch.setattr(views, "READS", 2)
    cache.clear()

    assert [Client().get(report.get_absolute_url()).status_code for _ in range(3)] == [200, 200, 429]


def test_p7_only_what_the_plan_shows_is_offered_or_shown(heard, report, hana):
    UnitRelease.objects.filter(unit__campaign=heard, unit__place=1).update(
        hidden="few", shown_at_place=None, answers=None, items=b"", constructs=b""
    )

    page = queries.page(report, on=timezone.localdate())

    assert queries.figures_to_choose(heard) == ()
    assert (page.answers, page.figures) == (None, ())
    with pytest.raises(services.CannotTell, match="Only figures that the results show"):
        services.write(heard, told="More", changed="", statements=report.statements, by=hana.user)


def test_customers_are_told_only_when_everyone_here_may_read_it(heard, report, hana, client_of):
    now = timezone.now()
    plan = Sharing.objects.create(
        campaign=heard,
        leaders_at=now,
        managers_at=now + timedelta(days=1),
        everyone_at=now + timedelta(days=2),
        everyone_sections=["units"],
        reached="leaders",
    )

    assert queries.figures_to_choose(heard) == ()
    with pytest.raises(services.CannotTell, match="Not everyone here"):
        services.publish(report, by=hana.user, at=now)
    desk = reverse("actions:tell", args=[heard.pk])
    assert "not shared with everyone here yet" in client_of(hana).get(desk).content.decode()
    Sharing.objects.filter(pk=plan.pk).update(reached="everyone")
    assert services.publish(report, by=hana.user, at=now).is_published


def test_promises_keep_their_state(report, tarn, hana):
    late = factories.overdue(tarn.cast.max, title="A")
    done = factories.promise(tarn.cast.sam, title="B")
    for action, words in ((late, "Shorter waiting"), (done, "Bills you can read")):
        services.add_promise(report, action=action, words=words, by=hana.user)
    Action.objects.filter(pk=done.pk).update(state="done", closed_on=timezone.localdate())

    page = queries.page(report, on=timezone.localdate())

    assert [(one.words, one.state_words) for one in page.promises] == [
        ("Shorter waiting", "Later than we promised, and still open"),
        ("Bills you can read", "Done"),
    ]
    with pytest.raises(services.CannotTell, match="already"):
        services.add_promise(report, action=late, words="Again", by=hana.user)
    services.remove_promise(ToldPromise.objects.get(action=late), by=hana.user)
    assert [one.words for one in queries.page(report, on=timezone.localdate()).promises] == ["Bills you can read"]


def test_it_is_linked_from_the_thanks_and_from_the_next_survey(heard, report, hana):
    services.publish(report, by=hana.user, at=timezone.now())
    follow = surveys.customer_campaign()
    other, thanks = Client(), Client()
    other.get(reverse("surveys:visit_arrival", args=[follow.links.get().token]))
    thanks.cookies["wheelhouse_handed_in"] = str(heard.key)

    assert report.get_absolute_url() in other.get(reverse("surveys:visit_intro")).content.decode()
    assert report.get_absolute_url() in thanks.get(reverse("surveys:visit_thanks")).content.decode()
    services.withdraw(report, by=hana.user)
    assert "/you-told-us/" not in other.get(reverse("surveys:visit_intro")).content.decode()


def test_staff_surveys_and_open_ones_have_no_such_page(tarn, published, hana, client_of):
    voice = surveys.customer_campaign()

    for campaign in (published, voice):
        assert client_of(hana).get(reverse("actions:tell", args=[campaign.pk])).status_code == 404
        with pytest.raises(services.CannotTell):
            services.write(campaign, told="X", changed="", statements=[], by=hana.user)
