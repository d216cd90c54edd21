"""Which mails a person wants: those of a topic at once, once a week in one mail, or not at all.

A kind of mail names its topic in its file (core.mail_kinds). `core.mail` asks `others` whenever it queues one, so no
job has to. A kind without a topic always goes out at once: sign-in and security, invitations to answer, which belong to
their campaign, and what one person writes to another.
"""

from collections.abc import Collection, Mapping

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from core import audit, mail_kinds, tasks
from core.models import Mail, MailChoice

Topic, How = MailChoice.Topic, MailChoice.How


def of(user_id: int) -> dict[str, str]:
    """What one person has chosen, for every topic."""
    kept = dict(MailChoice.objects.filter(user=user_id).values_list("topic", "how"))
    return {topic.value: kept.get(topic.value, How.NOW.value) for topic in Topic}


def others(user_ids: Collection[int], topic: str) -> dict[int | str, str]:
    """Those of the users who do not want the mails of this topic at once, and how they want them."""
    chosen = MailChoice.objects.filter(user__in=user_ids, topic=topic)
    return {user: how for user, how in chosen.values_list("user_id", "how")}  # noqa: C416 - ids, as core.mail keeps recipients


@transaction.atomic
def choose(user: AbstractBaseUser, wanted: Mapping[str, str]) -> None:
    """Keep what a person wants, by topic. What waits for the mail of the week follows the new choice.

    The audit entry says that they chose, not what: nobody need know who reads mails.
    """
    before = of(user.pk)
    changed = {topic: how for topic, how in wanted.items() if how != before[topic]}
    for topic, how in changed.items():
        MailChoice.objects.filter(user=user.pk, topic=topic).delete()
        if how != How.NOW:
            MailChoice.objects.create(user_id=user.pk, topic=topic, how=how)
        kinds = [kind.name for kind in mail_kinds.kinds() if kind.topic == topic]
        held = Mail.objects.held().filter(user=user.pk, kind__in=kinds)
        if how == How.NEVER:
            held.delete()
        elif how == How.NOW:
            held.update(is_held=False)
            tasks.nudge()
    if changed:
        audit.record("chose the mails of", user, by=user, about=user)
