"""HR: how fresh the goals' computed numbers are, what the last check found, and a button to have them worked out again."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from core.respond import done
from goals.models import GoalCycle
from goals.queries import numbers as queries
from goals.services import numbers as services
from people.access import Request


def numbers(request: Request) -> HttpResponse:
    template = "goals/_numbers.html" if request.htmx else "goals/numbers.html"
    return render(request, template, {"cycles": queries.numbers(at=timezone.now())})


def recompute(request: Request, pk: int) -> HttpResponse:
    cycle = get_object_or_404(GoalCycle.objects.visible_to(request.viewer), pk=pk)
    services.ask_for_recompute(cycle, by=request.viewer.actor, at=timezone.now())
    return done(request, "goals:numbers", message=f"{cycle.name} is being worked out again, then checked.")


def check(request: Request, pk: int) -> HttpResponse:
    cycle = get_object_or_404(GoalCycle.objects.visible_to(request.viewer), pk=pk)
    wrong = services.check_now(cycle, by=request.viewer.actor, at=timezone.now())
    goals = "1 goal differs" if wrong == 1 else f"{wrong} goals differ"
    found = f"{goals} from the recomputation." if wrong else "every number is as a recomputation gives it."
    return done(request, "goals:numbers", message=f"{cycle.name} was checked: {found}")
