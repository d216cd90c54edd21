"""Goals on paper."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from goals.forms.filters import FilterForm
from goals.queries import tree as trees
from people.access import Request


def tree(request: Request) -> HttpResponse:
    """The tree as it is narrowed, every branch open."""
    today = timezone.localdate()
    form = FilterForm(request.GET, viewer=request.viewer)
    found = trees.printed_tree(request.viewer, form.filters, on=today)
    day = found.cycle.day_of_scores(today) if found.cycle else today
    context = {"tree": found, "filters": form.filters, "limit": trees.PRINTED_UP_TO, "on": day}
    return render(request, "goals/tree_print.html", context)
