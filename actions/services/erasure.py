"""What goes when somebody is erased: the words of obstacles under their name, and of practices that name them."""

from django.db.models import F, Q, Value

from actions.models import Obstacle, Practice
from core.models import AuditEntry, Notification
from people.mentions import Mention
from people.models import Employee, User

UNNAMED = "Reported by a former colleague"
GONE = "What a former colleague did; the words went with the name."


def erase(user: User) -> None:
    """The rows stay, with who answers for them and what was answered. Obstacles without a name say nobody's."""
    person = Employee.objects.filter(user=user).first()
    if person is None:
        return
    reported = Obstacle.objects.filter(reported_by=person)
    keys = [str(pk) for pk in reported.values_list("pk", flat=True)]
    AuditEntry.objects.filter(subject_kind="actions.obstacle", subject_key__in=keys).update(subject_label=UNNAMED)
    Notification.objects.filter(url__in=[one.get_absolute_url() for one in reported]).delete()  # they quote the title
    reported.update(title=UNNAMED, details="")
    _unname_practices(person)


def _unname_practices(person: Employee) -> None:
    """Of what they answered for: words that name them go; where others are named as well, only their name."""
    name = Mention(person.name)
    own = Q(action__owner=person) | Q(goal__owner=person)
    for practice in Practice.objects.filter(own, words__contains=person.name):
        if not name.is_in(practice.words):
            continue
        others = (
            Employee.objects.exclude(pk=person.pk).alias(said=Value(practice.words)).filter(said__contains=F("name"))
        )
        practice.words = name.replaced(practice.words, "a former colleague")[:400] if others.exists() else GONE
        practice.save(update_fields=["words"])
