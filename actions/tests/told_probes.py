"""Probes of what customers are told: HR administrators write it, anybody reads what is published."""

from django.utils import timezone

from actions.services import told
from actions.tests import factories
from assessments.surveys.tests import factories as surveys
from assessments.surveys.tests.customers import answered, invited
from people.tests.probing import Probe


def _prepare(cast):
    """A customer survey that is published, with a page that is too and one promise on it."""
    cast.heard = surveys.customer_campaign()
    for secret in invited(cast.heard, cast.hana, count=3):
        answered(cast.heard, secret)
    surveys.close(cast.heard)
    cast.told = told.write(cast.heard, told="You wait.", changed="", statements=[], by=cast.hana.user)
    told.publish(cast.told, by=cast.hana.user, at=timezone.now())
    cast.told_action = factories.promise(cast.max)
    told.add_promise(cast.told, action=cast.told_action, words="We call back", by=cast.hana.user)


def _desk(cast, viewer):
    return {"campaign": cast.heard.pk}


TOLD_PROBES = {
    "actions:tell": Probe(in_scope=_desk, prepare=_prepare, data={"told": "You wait long."}),
    "actions:tell_preview": Probe(in_scope=_desk, prepare=_prepare),
    "actions:tell_promise": Probe(in_scope=_desk, prepare=_prepare, data={"words": "We listen"}),
    "actions:tell_promise_removal": Probe(
        in_scope=lambda cast, viewer: _desk(cast, viewer) | {"pk": cast.told.promises.get().pk}, prepare=_prepare
    ),
    "actions:tell_publication": Probe(in_scope=_desk, prepare=_prepare, data={"do": "publish"}),
    "actions:told": Probe(in_scope=lambda cast, viewer: {"key": cast.told.key}, prepare=_prepare),
}
