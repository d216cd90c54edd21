"""Comments gathered under subjects: by keyword and by hand."""

import pytest
from django.urls import reverse

from assessments.surveys import keywords
from assessments.surveys.models import CommentTag, ReleasedComment
from assessments.surveys.services import tags
from assessments.surveys.tests import factories
from assessments.surveys.tests.tarn import answers_of, cast_ballots


@pytest.mark.parametrize(
    ("text", "words", "is_found"),
    [
        ("We WAIT a week for that.", "wait, queue", True),
        ("Longer waits on Mondays", "wait", True),
        ("Nobody awaits an answer", "wait", False),
        ("call  targets, so we hurry", "call targets", True),
        ("a (b) c", "(b", False),
        ("anything", " , ", False),
    ],
)
def test_keywords_are_beginnings_of_words(text, words, is_found):
    assert keywords.matches(text, words) is is_found


@pytest.fixture
def address(published, at_place):
    return reverse("surveys:unit_comments", args=[published.pk, at_place(published, "helpdesk"), "C1"])


def test_a_tag_gathers_the_comments_of_surveys_past_and_to_come(published, hana, address, client_of):
    tag = tags.save_tag(None, by=hana.user, name="Helpdesk matters", keywords="helpdesk")
    counted = tag.taggings.count()
    later = factories.open_campaign(title="Later")
    cast_ballots(later, answers_of)
    factories.close(later)

    assert counted == ReleasedComment.objects.filter(campaign_number=published.pk, text__contains="helpdesk").count()
    assert tag.taggings.count() == 2 * counted
    page = client_of(hana).get(address + f"?tag={tag.pk}").content.decode()
    assert "Helpdesk matters 12" in page
    tags.save_tag(tag, by=hana.user, name="Helpdesk matters", keywords="sales")
    assert not tag.taggings.filter(comment__text__contains="helpdesk").exists()


def test_what_was_done_by_hand_stays_whatever_the_keywords_say(published, hana, address, client_of):
    tag = tags.save_tag(None, by=hana.user, name="Words", keywords="word")
    comment = ReleasedComment.objects.filter(campaign_number=published.pk, text__contains="helpdesk").first()
    where = address + "tags/"

    client_of(hana).post(where, {"comment": str(comment.pk), "tag": tag.pk})
    tags.save_tag(tag, by=hana.user, name="Words", keywords="word, from")

    assert "Words 11" in client_of(hana).get(address).content.decode()
    client_of(hana).post(where, {"comment": str(comment.pk), "tag": tag.pk, "is_on": "on"})
    assert "Words 12" in client_of(hana).get(address).content.decode()


def test_only_hr_tags_and_others_read_them(published, hana, tarn, address, client_of):
    tag = tags.save_tag(None, by=hana.user, name="Words", keywords="word")
    comment = ReleasedComment.objects.filter(campaign_number=published.pk).first()

    page = client_of(tarn.cast.max).get(address).content.decode()

    assert "Words 12" in page
    assert "Put on" not in page
    assert (
        client_of(tarn.cast.max).post(address + "tags/", {"comment": str(comment.pk), "tag": tag.pk}).status_code == 403
    )
    assert client_of(tarn.cast.max).get(reverse("surveys:tags")).status_code == 403


def test_hr_keeps_tags_in_the_browser(published, hana, client_of):
    client = client_of(hana)

    assert (
        client.post(reverse("surveys:tags"), {"name": "Waiting", "keywords": "wait", "is_active": "on"}).status_code
        == 302
    )
    twice = client.post(reverse("surveys:tags"), {"name": "waiting", "keywords": "", "is_active": "on"})

    assert twice.status_code == 422
    assert "There is a tag of that name already." in twice.content.decode()
    assert CommentTag.objects.get().keywords == "wait"
