"""What the access test needs to know about the routes of this app. people/tests/probing.py says how a probe is read."""

import base64
from datetime import date

from assessments.surveys.models import CommentTag, ContactRequest, CustomerContact, ReleasedComment, UnitSnapshot
from assessments.surveys.services import series
from assessments.surveys.tests import factories
from assessments.surveys.tests.instrument_probes import INSTRUMENT_PROBES
from assessments.surveys.tests.tarn import answers_of, cast_ballots, grown
from people.access import Role
from people.tests.factories import EmployeeFactory, UnitFactory
from people.tests.probing import Probe

WIDE = {Role.HR_ADMIN, Role.EXECUTIVE}


def _surveys(cast):
    """One survey everybody is asked in, and one for a far unit where nobody of the cast works."""
    far = UnitFactory(key="far", parent=cast.company)
    EmployeeFactory.create_batch(5, unit=far)
    factories.tree.renumber_units()
    cast.survey = factories.open_campaign(title="Spring survey")
    cast.far_survey = factories.open_campaign(title="Far survey", units=[far])


def _draft(cast):
    grown(cast)
    cast.draft = factories.draft_campaign()


def _results(cast):
    grown(cast)
    cast.survey = factories.open_campaign(title="Spring survey")
    cast_ballots(cast.survey, answers_of)
    factories.close(cast.survey)
    cast.unpublished = factories.open_campaign(title="Still open")


def _series(cast):
    form = factories.form("employee_pulse")
    cast.series = series.create_series(by=cast.hana.user, title="Pulse", form=form, first_on=date(2050, 1, 3))


def _some_series(cast, viewer):
    return {"pk": cast.series.pk}


def _voice(cast):
    """A customer survey that is open, with one link."""
    cast.voice = factories.customer_campaign()
    cast.link = cast.voice.links.get()


def _voice_page(**more):
    return lambda cast, viewer: {"pk": cast.voice.pk} | more


def _link(cast, viewer):
    return {"pk": cast.link.pk}


def _a_contact(cast, viewer):
    number = CustomerContact.objects.count()
    made = CustomerContact.objects.create(campaign=cast.voice, organisation="Hill Farm", email=f"c{number}@example.org")
    return {"key": made.pk}


def _a_request(cast, viewer):
    made = ContactRequest.objects.create(campaign=cast.voice, name="Ines Ford", opened_on=date(2026, 7, 1))
    return {"key": made.pk}


def _secret(cast, viewer):
    return {"secret": cast.link.token}


def _kiosk(cast, viewer):
    return {"key": cast.voice.key}


def _own(**more):
    return lambda cast, viewer: {"campaign": cast.survey.pk} | more if viewer.employee else None


def _far(**more):
    return lambda cast, viewer: {"campaign": cast.far_survey.pk} | more


def _answering(**more):
    """Routes of somebody who answers; `more` are further arguments of the address."""
    return {"own": _own(**more), "out_of_scope": _far(**more), "prepare": _surveys}


def _asked(cast, viewer):
    return {"pk": cast.survey.pk} if viewer.employee else None


def _of_set_ups(cast, viewer):
    """The far survey: open to who reads every set-up, and to nobody else."""
    return (
        {"pk": cast.far_survey.pk} if viewer.has(Role.HR_ADMIN, Role.HR_PARTNER, Role.EXECUTIVE, Role.AUDITOR) else None
    )


def _not_asked(cast, viewer):
    return None if _of_set_ups(cast, viewer) else {"pk": cast.far_survey.pk}


def _some_draft(**more):
    return lambda cast, viewer: {"pk": cast.draft.pk} | more


def _place(cast, key):
    return {"campaign": cast.survey.pk, "place": UnitSnapshot.objects.get(campaign=cast.survey, key=key).place}


def _whole(cast, viewer):
    return {"campaign": cast.survey.pk, "place": 1}


def _own_unit(cast, viewer):
    return _place(cast, viewer.employee.unit.key) if viewer.employee else None


def _other_unit(cast, viewer):
    """Sales is nobody's own here; of what is not published even HR sees nothing."""
    return {"campaign": cast.unpublished.pk, "place": 1} if viewer.has(*WIDE) else _place(cast, "sales")


def _read_comments(cast, viewer):
    """The helpdesk's comments are for its head, its partner and HR."""
    reads = viewer.has(Role.HR_ADMIN, Role.HR_PARTNER) or viewer.employee == cast.max
    return _place(cast, "helpdesk") | {"question": "C1"} if reads else None


def _closed_comments(cast, viewer):
    """Sales has fewer than ten answers: its comments are shown to nobody."""
    return _place(cast, "sales") | {"question": "C1"}


def _comment_of(cast, key):
    place = UnitSnapshot.objects.get(campaign=cast.survey, key=key).place
    found = ReleasedComment.objects.filter(campaign_number=cast.survey.pk, place=place).first()
    return {"campaign": cast.survey.pk, "key": found.pk}


def _read_comment(cast, viewer):
    reads = viewer.has(Role.HR_ADMIN, Role.HR_PARTNER, Role.EXECUTIVE) or viewer.employee == cast.max
    return _comment_of(cast, "helpdesk") if reads else None


def _closed_comment(cast, viewer):
    """A comment of the helpdesk for everyone who does not read those; for those who do, of another survey."""
    key = _comment_of(cast, "helpdesk")
    return key | {"campaign": cast.unpublished.pk} if _read_comment(cast, viewer) else key


def _unpublished(cast, viewer):
    return {"campaign": cast.unpublished.pk}


def _some_tag(cast, viewer):
    return {"pk": CommentTag.objects.create(name=f"Word {CommentTag.objects.count()}").pk}


def _a_tagging(cast, viewer):
    return {"comment": str(_comment_of(cast, "helpdesk")["key"]), "tag": _some_tag(cast, viewer)["pk"], "is_on": "on"}


PROBES = {
    **INSTRUMENT_PROBES,
    "surveys:intro": Probe(**_answering()),
    "surveys:page": Probe(**_answering(number=1), data={"STR1": "4"}),
    "surveys:answers": Probe(**_answering(), data={"key": "STR1", "value": "4", "sequence": "1"}),
    "surveys:answers_copy": Probe(**_answering()),
    "surveys:check": Probe(**_answering()),
    "surveys:submission": Probe(**_answering()),
    "surveys:thanks": Probe(**_answering()),
    "surveys:inbox": Probe(data={"code": "2222-2222"}),
    "surveys:inbox_message": Probe(data={"code": "2222-2222", "text": "Thanks"}),
    "surveys:comment": Probe(
        in_scope=_read_comment, out_of_scope=_closed_comment, prepare=_results, data={"text": "Thank you for this."}
    ),
    "surveys:campaign": Probe(in_scope=_some_draft(), prepare=_draft),
    "surveys:campaign_setup": Probe(
        in_scope=_some_draft(step="limits"),
        prepare=_draft,
        data={"minimum_group": "5", "minimum_comments": "5", "cut_by": ""},
    ),
    "surveys:campaign_launch": Probe(in_scope=_some_draft(), prepare=_draft),
    "surveys:campaign_extension": Probe(in_scope=_some_draft(), prepare=_draft),
    "surveys:campaign_deletion": Probe(in_scope=_some_draft(), prepare=_draft),
    "surveys:campaign_repetition": Probe(in_scope=_some_draft(), prepare=_draft),
    "surveys:campaign_reminder": Probe(in_scope=_some_draft(), prepare=_draft),
    "surveys:campaign_trust": Probe(own=_asked, in_scope=_of_set_ups, out_of_scope=_not_asked, prepare=_surveys),
    "surveys:campaign_mail": Probe(in_scope=_some_draft(moment="invitation"), prepare=_draft),
    "surveys:campaign_mail_test": Probe(in_scope=_some_draft(), prepare=_draft),
    "surveys:series_edit": Probe(in_scope=_some_series, prepare=_series),
    "surveys:series_state": Probe(in_scope=_some_series, prepare=_series),
    "surveys:links": Probe(in_scope=_voice_page(), prepare=_voice, data={"name": "Fair", "kind": "channel"}),
    "surveys:codes": Probe(in_scope=_voice_page(), prepare=_voice),
    "surveys:contacts": Probe(
        in_scope=_voice_page(), prepare=_voice, data={"organisation": "Hill Farm", "email": "ines@hillfarm.example"}
    ),
    "surveys:contacts_file": Probe(
        in_scope=_voice_page(),
        prepare=_voice,
        data={"content": base64.b64encode(b"organisation,email\nHill Farm,ines@hillfarm.example").decode()},
    ),
    "surveys:contact_removal": Probe(in_scope=_a_contact, prepare=_voice),
    "surveys:contact_requests": Probe(in_scope=_voice_page(), prepare=_voice),
    "surveys:contact_request_removal": Probe(in_scope=_a_request, prepare=_voice),
    "surveys:link_poster": Probe(in_scope=_link, prepare=_voice),
    "surveys:link_state": Probe(in_scope=_link, prepare=_voice),
    "surveys:link_singles": Probe(in_scope=_link, prepare=_voice, data={"count": "2"}),
    "surveys:visit_arrival": Probe(own=_secret, prepare=_voice, has_no_404=True),
    "surveys:visit_page": Probe(own=lambda cast, viewer: {"number": 1}, missing={"number": 99}, has_no_404=True),
    "surveys:kiosk": Probe(in_scope=_kiosk, prepare=_voice),
    "surveys:campaign_results": Probe(
        in_scope=lambda cast, viewer: {"campaign": cast.survey.pk}, out_of_scope=_unpublished, prepare=_results
    ),
    "surveys:team_preview": Probe(
        in_scope=lambda cast, viewer: {"campaign": cast.survey.pk},
        out_of_scope=_unpublished,
        prepare=_results,
        variants=("?as=leaders", "?as=everyone", "?as=managers&of=x"),
    ),
    "surveys:unit_results": Probe(
        own=_own_unit,
        in_scope=_whole,
        out_of_scope=_other_unit,
        prepare=_results,
        variants=("?topic=strategy", "?topic=nonsense"),
    ),
    "surveys:unit_comments": Probe(
        in_scope=_read_comments, out_of_scope=_closed_comments, prepare=_results, variants=("?page=2", "?page=x")
    ),
    "surveys:tags": Probe(data={"name": "Waiting", "keywords": "wait"}, prepare=_results),
    "surveys:tag": Probe(in_scope=_some_tag, prepare=_results, data={"name": "Waiting", "keywords": "wait"}),
    "surveys:tagging": Probe(in_scope=_read_comments, prepare=_results, data=_a_tagging),
    "surveys:sharing": Probe(
        in_scope=lambda cast, viewer: {"campaign": cast.survey.pk}, prepare=_results, data={"leaders_at": "soon"}
    ),
    "surveys:reliability": Probe(
        in_scope=lambda cast, viewer: {"campaign": cast.survey.pk}, out_of_scope=_unpublished, prepare=_results
    ),
    "surveys:desired": Probe(prepare=_results, data={"strategy": "80"}),
    "surveys:unit_print": Probe(own=_own_unit, in_scope=_whole, out_of_scope=_other_unit, prepare=_results),
    **{
        f"surveys:export_{kind}": Probe(own=_own_unit, in_scope=_whole, out_of_scope=_other_unit, prepare=_results)
        for kind in ("csv", "xlsx", "json")
    },
    "surveys:heat_map_csv": Probe(own=_own_unit, in_scope=_whole, out_of_scope=_other_unit, prepare=_results),
}
