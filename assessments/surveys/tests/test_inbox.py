"""The comment inbox: a conversation that joins nobody to a comment, and no two comments to each other."""

import re
from datetime import UTC, date, datetime

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from assessments.surveys import ballot_box, ballot_keys, inbox, schedule
from assessments.surveys.ballots import SealedBallot
from assessments.surveys.models import CommentMessage, ReleasedComment
from assessments.surveys.queries import inbox as queries
from assessments.surveys.queries import layouts, statements
from assessments.surveys.services import answering
from assessments.surveys.services import inbox as services
from assessments.surveys.tests import factories
from assessments.surveys.tests.tarn import answers_of, cast_ballots
from core.models import AuditEntry, Notification
from people.access import Viewer
from people.sessions import SEEN

CODE = re.compile(r"(?:[2-9A-Z]{4}-){6}[2-9A-Z]{4}")
TODAY = date(2026, 3, 2)


@pytest.fixture
def written(tarn, eve, client_of):
    """A published survey in which everybody commented; Eve's two comments and the code she was shown."""
    survey = factories.open_campaign(title="Spring survey")
    save = reverse("surveys:answers", args=[survey.pk])
    client = client_of(eve)
    for number, (key, value) in enumerate({"STR1": "4", "C1": "Eve helps", "C2": "Eve waits"}.items(), start=1):
        assert client.post(save, {"key": key, "value": value, "sequence": number}).status_code == 204
    page = client.post(reverse("surveys:submission", args=[survey.pk])).content.decode()
    code = CODE.search(page)[0]
    cast_ballots_but(survey, eve)
    factories.close(survey)
    return survey, code


def cast_ballots_but(survey, eve):
    """Everybody else's ballots; Eve has handed in hers."""
    mine = survey.invitations.get(employee=eve)
    survey.invitations.filter(pk=mine.pk).delete()
    cast_ballots(survey, lambda seat: answers_of(seat) | {"C2": "Time"})


def opened(code: str) -> str:
    return Client().post(reverse("surveys:inbox"), {"code": code}).content.decode()


def comment_of(text: str) -> ReleasedComment:
    return ReleasedComment.objects.get(text=text)


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_t29_a_code_has_140_bits_and_is_read_back_however_it_is_typed(secret, receipt):
    code = inbox.code(secret, receipt)

    assert len(code.replace("-", "")) * 5 == 140
    assert inbox.reply_key(code.lower().replace("-", " ")) == inbox.reply_key(code)
    assert inbox.code(secret, receipt) == code


@given(st.binary(min_size=32, max_size=32).filter(lambda key: key != inbox.NO_KEY))
def test_t47_the_comments_of_one_person_carry_different_keys(key):
    assert inbox.comment_key(key, "C1") != inbox.comment_key(key, "C2")
    assert inbox.comment_key(inbox.NO_KEY, "C1") == b""


@pytest.mark.parametrize("typed", ["", "ABCD", "0" * 28, "A" * 27, "A" * 29, "Ä" * 28])
def test_what_is_no_code_is_refused_in_words(typed):
    with pytest.raises(inbox.BadCode, match="28 letters and digits"):
        inbox.reply_key(typed)


def test_ballots_handed_in_before_there_were_codes_still_open(tarn):
    layout = layouts.layout_of(factories.form())
    ballot = ballot_box.Ballot(3, 0, bytes(layout.width), ("One", ""))
    packed = ballot_box.pack(ballot)
    earlier = b"\x01" + packed[1:7] + packed[7 + 32 :]

    assert ballot_box.unpack(earlier, layout) == ballot_box.unpack(packed, layout) == ballot


def test_the_code_is_shown_once_and_stored_nowhere(written, eve, client_of):
    survey, code = written

    again = client_of(eve).get(reverse("surveys:thanks", args=[survey.pk]))

    assert code not in again.content.decode()
    keys = [bytes(key) for key in ReleasedComment.objects.values_list("inbox", flat=True)]
    assert all(len(key) == 32 for key in keys)
    assert len(set(keys)) == len(keys)
    assert inbox.reply_key(code) not in keys


def test_t49_a_conversation_goes_both_ways_and_names_one_side_only(written, hana, client_of):
    survey, code = written
    comment = comment_of("Eve waits")
    address = reverse("surveys:comment", args=[survey.pk, comment.pk])
    assert "Signed: Hana Vale, HR." in client_of(hana).get(address).content.decode()

    client_of(hana).post(address, {"text": "What do you wait for?"})
    page = opened(code)
    assert page.count("Eve helps") == page.count("Eve waits") == 1
    assert "Hana Vale, HR" in page
    assert "What do you wait for?" in page
    reply = {"code": code, "comment": comment.pk, "text": "Two <b>systems</b>"}
    Client().post(reverse("surveys:inbox_message"), reply)

    services.tell_readers(at=timezone.now())
    page = client_of(hana).get(address).content.decode()
    assert "Two &lt;b&gt;systems&lt;/b&gt;" in page
    written_back = CommentMessage.objects.get(sender="writer")
    assert (written_back.by, written_back.by_words, written_back.written_on) == (None, "", None)
    assert list(AuditEntry.objects.filter(verb="answered a comment").values_list("actor__email", flat=True)) == [
        "hana@tarn.example"
    ]


def test_t49_the_database_refuses_a_writer_with_a_name_or_a_time(written, hana):
    for known in ({"by": hana.user}, {"by_words": "Eve"}, {"written_on": TODAY}):
        with pytest.raises(IntegrityError, match="writer_of_a_comment_stays_unknown"), transaction.atomic():
            CommentMessage.objects.create(
                comment_key=comment_of("Eve waits").pk, number=9, sender="writer", text="x", **known
            )


def test_p08_before_the_release_the_code_opens_nothing(tarn, eve, client_of):
    survey = factories.open_campaign()
    seat = factories.invitation_of(survey, eve)
    code = factories.answer(seat, {"STR1": "4", "C1": "Early"}).inbox

    assert "Nothing to read with this code" in opened(code)


def test_p13_handing_in_again_never_gives_the_inbox_code(tarn, eve):
    survey = factories.open_campaign()
    seat = factories.invitation_of(survey, eve)
    first = factories.answer(seat, {"STR1": "4", "C1": "Twice"})

    assert CODE.fullmatch(first.inbox)
    assert answering.submit(seat, at=timezone.now()) == answering.Receipt()


def test_p04_a_comment_of_a_small_group_is_gone_and_the_page_says_why(tarn):
    survey = factories.open_campaign()
    cast_ballots(survey, lambda seat: {"STR1": "4"})
    seat = factories.invitation_of(survey, tarn.ian)
    SealedBallot.objects.filter(receipt=ballot_keys.load(survey.key).receipt_of(survey.key, tarn.ian.pk)).delete()
    survey.invitations.filter(pk=seat.pk).update(answered=False)
    code = factories.answer(seat, {"STR1": "4", "C1": "Alone"}).inbox
    factories.close(survey)

    page = opened(code)

    assert not ReleasedComment.objects.filter(text="Alone").exists()
    assert "only in groups as large as its introduction promised" in page


def test_t02_a_code_writes_under_its_own_comments_only(written):
    _, code = written
    other = ReleasedComment.objects.filter(question="C1").exclude(text="Eve helps").first()

    response = Client().post(reverse("surveys:inbox_message"), {"code": code, "comment": other.pk, "text": "Hello"})

    assert response.status_code == 422
    assert "This code does not open that comment." in response.content.decode()
    assert not CommentMessage.objects.exists()


def test_a_message_that_is_refused_stays_where_it_was_typed_and_line_ends_count_once(written, hana, client_of):
    survey, code = written
    comment = comment_of("Eve helps")
    lines = "\r\n".join(["word"] * 200)  # 999 characters, as the browser counts them; 1,198 as it sends them
    address = reverse("surveys:inbox_message")
    sent = {"code": code, "comment": comment.pk}

    refused = Client().post(address, sent | {"text": f"{lines}\r\nword"})
    kept = Client().post(address, sent | {"text": lines})

    page = refused.content.decode()
    assert refused.status_code == 422
    assert "A message can hold 1000 characters. Please shorten it." in page
    assert page.count("word") == 201
    assert len(re.findall(r"<textarea[^>]*>[^<]", page)) == 1
    assert kept.status_code == 200
    assert CommentMessage.objects.get().text == lines.replace("\r\n", "\n")
    reader = reverse("surveys:comment", args=[survey.pk, comment.pk])
    assert client_of(hana).post(reader, {"text": lines}).status_code == 302


def test_the_writer_waits_after_three_messages_and_may_end_it_for_good(written, hana):
    _, code = written
    comment = comment_of("Eve helps")
    for text in ("One", "Two", "Three"):
        services.write_back(code, comment, text=text)

    with pytest.raises(services.CannotWrite, match="wait for an answer"):
        services.write_back(code, comment, text="Four")
    services.end(code, comment)
    services.tell_readers(at=timezone.now())
    with pytest.raises(services.CannotWrite, match="ended the conversation"):
        services.answer(comment, text="Why?", by=hana.user, by_words="Hana Vale, HR", on=TODAY)
    with pytest.raises(services.CannotWrite, match="You have ended"):
        services.write_back(code, comment, text="Still here")
    assert "You</b><span>ended the conversation" in re.sub(r">\s+<", "><", opened(code))


def test_t01_only_those_who_read_a_comment_open_its_conversation(written, cast, client_of):
    survey, _ = written
    comment = comment_of("Eve helps")
    address = reverse("surveys:comment", args=[survey.pk, comment.pk])

    readers = {
        who: client_of(getattr(cast, who)).get(address).status_code for who in ("max", "petra", "ada", "sam", "ed")
    }

    assert readers == {"max": 200, "petra": 200, "ada": 200, "sam": 404, "ed": 404}
    viewer = Viewer.of(cast.max.user)
    _, unit = queries.conversation_for(viewer, survey.pk, comment.pk)
    words = queries.reader_words(viewer, unit)
    assert words == "Max Berg, head of Helpdesk"


def test_t26_codes_cannot_be_tried_without_end(written):
    _, code = written
    client = Client()
    for _ in range(20):
        client.post(reverse("surveys:inbox"), {"code": "2" * 28})

    refused = client.post(reverse("surveys:inbox"), {"code": code})

    assert refused.status_code == 429
    assert "Too many tries. Please wait 10 minutes" in refused.content.decode()
    cache.clear()
    assert client.post(reverse("surveys:inbox"), {"code": code}).status_code == 200


def test_t31_t50_the_code_is_in_no_address_no_cookie_and_no_stored_page(written, caplog):
    _, code = written
    client = Client()

    response = client.post(reverse("surveys:inbox"), {"code": code})

    assert code not in response.request["PATH_INFO"] + response.request["QUERY_STRING"]
    assert not [name for name in client.cookies if "session" in name]
    assert "no-store" in response["Cache-Control"]
    assert code not in caplog.text


def test_readers_are_told_in_the_morning_only_so_that_the_news_names_no_hour(written, hana, monkeypatch):
    _, code = written
    comment = comment_of("Eve helps")
    services.answer(comment, text="Thank you", by=hana.user, by_words="Hana Vale, HR", on=TODAY)
    services.write_back(code, comment, text="Gladly")

    def at(hour: int) -> None:
        monkeypatch.setattr(schedule.timezone, "now", lambda: datetime(2026, 3, 2, hour, 5, tzinfo=UTC))
        schedule.announce_messages()

    at(15)
    assert not Notification.objects.filter(key__startswith="inbox:").exists()
    at(7)
    at(7)
    assert Notification.objects.get(key__startswith="inbox:").to == hana.user
    services.write_back(code, comment, text="Later")
    at(7)
    assert CommentMessage.objects.get(text="Later").is_announced is False
    assert Notification.objects.filter(key__startswith="inbox:").count() == 1


def test_p13_t49_readers_see_nothing_of_a_writer_before_the_next_morning(written, hana, client_of):
    """Neither the words, nor the end, nor a refusal that would tell of it. The writer sees all of it at once."""
    survey, code = written
    comment = comment_of("Eve helps")
    address = reverse("surveys:comment", args=[survey.pk, comment.pk])
    reader = client_of(hana)
    reader.post(address, {"text": "Thank you"})
    before = queries.conversation(comment), statements.comment_entries([comment])
    services.write_back(code, comment, text="Gladly")
    services.end(code, comment)

    assert (queries.conversation(comment), statements.comment_entries([comment])) == before
    assert reader.post(address, {"text": "More"}).status_code == 302
    page = opened(code)
    assert "Gladly" in page
    assert "ended the conversation" in page

    services.tell_readers(at=timezone.now())
    assert [m.text for m in queries.conversation(comment).messages] == ["Thank you", "Gladly", "", "More"]
    assert statements.comment_entries([comment])[0].standing == "Ended by the writer"
    assert reader.post(address, {"text": "Again"}).status_code == 422


def test_p13_a_message_leaves_no_transaction_on_the_comment(written):
    _, code = written
    comment = comment_of("Eve helps")
    services.write_back(code, comment, text="Gladly")

    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT xmax::text FROM surveys_releasedcomment")
        assert cursor.fetchall() == [("0",)]


@pytest.mark.parametrize("path", ["/surveys/inbox/", "/v/", "/people/profile/"])
def test_p13_a_visit_of_somebody_unknown_marks_no_session(eve, client_of, path):
    client = client_of(eve)
    session = client.session
    session[SEEN] = began = session[SEEN] - 600
    session.save()

    client.get(path)

    assert (client.session[SEEN] == began) is not path.startswith("/people/")
