"""What the access test needs to know about the mail pages. people/tests/probing.py says how a probe is read."""

from core.models import DayOff
from people.tests.probing import Probe


def _invitation(cast, viewer):
    return {"kind": "survey_invitation"}


def _day_off(cast, viewer):
    return {"pk": DayOff.objects.get_or_create(on="2030-12-25", defaults={"name": "Christmas Day"})[0].pk}


PROBES = {
    "days_off": Probe(data={"lines": "2030-01-01, New Year"}),
    "day_off_removal": Probe(in_scope=_day_off),
    "mail_preview": Probe(in_scope=_invitation, missing={"kind": "no-such-kind"}),
    "mail_preview_html": Probe(in_scope=_invitation, missing={"kind": "no-such-kind"}),
    "mail_attempts": Probe(in_scope=_invitation, missing={"kind": "no-such-kind"}),
}
