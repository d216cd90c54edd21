"""What the demo company told its customers after their survey."""

from __future__ import annotations

from datetime import datetime, timedelta

from actions.models import Action
from actions.queries import told as queries
from actions.services import told
from assessments.surveys.models import Campaign
from people.models import User

AFTER = timedelta(days=20)  # from the publication of the results
TOLD = (
    "You like how our engineers explain what they do. You hear of a delay too late, and many of you had to explain a fault "
    "more than once."
)
CHANGED = (
    "Whoever takes your call now stays with it until the visit is done. Bills say in plain words what was repaired."
)
FIGURES = 3
PROMISES = {  # action -> how customers read it
    "Tell customers of a delay before they call": "If we are late, you hear it from us first",
    "Let the desk approve refunds up to 100": "Refunds up to 100 are settled in your first call",
    "Pay the bonus on kept promises, not on signed offers": "Our sales people are paid for promises kept, not for offers signed",
}


def load(at: datetime, *, by: User) -> None:
    """A published page: best and worst figures, and the promises that are there."""
    heard = Campaign.objects.published().filter(audience=Campaign.Audience.CUSTOMERS).order_by("closes_at").last()
    if heard is None or heard.published_at is None:
        return
    rows = sorted(queries.figures_to_choose(heard), key=lambda row: row.favourable_percent or 0)
    codes = [row.code for row in (*rows[:FIGURES], *rows[-FIGURES:])]
    report = told.write(heard, told=TOLD, changed=CHANGED, statements=codes, by=by)
    for title, words in PROMISES.items():
        if action := Action.objects.filter(title=title).first():
            told.add_promise(report, action=action, words=words, by=by)
    told.publish(report, by=by, at=min(at, heard.published_at + AFTER))
