"""How often review cycles measure with a competency."""

from django.db.models import Count

from assessments.reviews.models import CycleCompetency


def cycles_by_competency() -> dict[int, int]:
    """Launched cycles by competency id, those closed long ago included: their assessments keep its words."""
    pins = CycleCompetency.objects.values("version__competency").annotate(cycles=Count("cycle", distinct=True))
    return dict(pins.order_by().values_list("version__competency", "cycles"))
