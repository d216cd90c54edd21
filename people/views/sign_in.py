"""Where the viewer is signed in, and HR's help for somebody whose phone is gone."""

from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from core.errors import DomainError
from core.respond import done
from people.access import Request
from people.models import Employee
from people.queries import sign_in as queries
from people.services import accounts


def sessions(request: Request) -> HttpResponse:
    """The browsers in which the viewer is signed in; a POST ends all but this one."""
    me, here = request.viewer.actor, request.session.session_key or ""
    if request.method == "POST":
        ended = accounts.end_other_sessions(me, current_key=here, by=me)
        update_session_auth_hash(request, me)
        accounts.keep_session(me, old_key=here, key=request.session.session_key or "")
        words = (
            f"Signed out in {ended} other place{'' if ended == 1 else 's'}."
            if ended
            else "You are signed in only here."
        )
        return done(request, "people:sessions", message=words)
    return render(request, "people/sessions.html", {"places": queries.places(me, here, at=timezone.now())})


def second_step_removal(request: Request, pk: int) -> HttpResponse:
    person = get_object_or_404(Employee.objects.visible_to(request.viewer).select_related("user"), pk=pk)
    record = reverse("people:record", args=[person.pk])
    try:
        accounts.remove_second_step(person.user, by=request.viewer.actor, at=timezone.now())
    except DomainError as refusal:
        return done(request, record, message=str(refusal))
    return done(
        request, record, message=f"{person.name} signs in with the password alone until a new second step is set up."
    )
