"""What the access test needs to know about the mail pages. people/tests/probing.py says how a probe is read."""

from people.tests.probing import Probe


def _invitation(cast, viewer):
    return {"kind": "survey_invitation"}


PROBES = {
    "mail_preview": Probe(in_scope=_invitation, missing={"kind": "no-such-kind"}),
    "mail_preview_html": Probe(in_scope=_invitation, missing={"kind": "no-such-kind"}),
    "mail_attempts": Probe(in_scope=_invitation, missing={"kind": "no-such-kind"}),
}
