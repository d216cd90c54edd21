"""Two surveys of the same people, in spring and in autumn, between which the helpdesk has changed."""

from datetime import timedelta

from django.utils import timezone

from actions.models import Action
from actions.services import promises
from actions.tests.factories import promise
from assessments.surveys.tests import factories as surveys
from assessments.surveys.tests.tarn import answers_of


def begun(cast, campaign, days=60, **fields) -> Action:
    """An action of the helpdesk that began so many days ago."""
    action = promise(cast.max, campaign=campaign, **fields)
    promises.move(action, "doing", by=cast.max.user, at=timezone.now())
    Action.objects.filter(pk=action.pk).update(begun_on=timezone.localdate() - timedelta(days=days))
    return Action.objects.with_words().get(pk=action.pk)


def better(invitation):
    """Praise comes sooner for everyone; leaders act less; the rest is as it was."""
    given = answers_of(invitation)
    if invitation.home.key == "helpdesk":
        given |= {code: "4" if invitation.pk % 2 else "3" for code in surveys.statement_codes() if code[:3] == "CMD"}
        given |= {code: "5" if invitation.pk % 2 else "4" for code in surveys.statement_codes() if code[:3] == "CSQ"}
    return given


def before(invitation):
    given = answers_of(invitation)
    if invitation.home.key == "helpdesk":
        given |= {code: "3" if invitation.pk % 2 else "2" for code in surveys.statement_codes() if code[:3] == "CSQ"}
        given |= {code: "5" if invitation.pk % 2 else "4" for code in surveys.statement_codes() if code[:3] == "CMD"}
    return given
