"""What HR sees of mails: which kinds there are, how each looks, and what could not be delivered."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from core import mail, mail_kinds, mail_queries
from core.frames import holds_frames, shown_in_frame
from core.respond import done


def kinds(request: HttpRequest) -> HttpResponse:
    return render(request, "mails/list.html", {"overview": mail_queries.overview()})


@holds_frames
def preview(request: HttpRequest, kind: str) -> HttpResponse:
    """One kind with its sample context: subject, HTML version in a frame, text version."""
    found = _kind_or_404(kind)
    return render(request, "mails/preview.html", {"kind": found, "letter": mail_kinds.write(found.name, found.sample)})


@shown_in_frame
def preview_html(request: HttpRequest, kind: str) -> HttpResponse:
    """The HTML version alone, as a mail program would show it: the one page with styles of its own, and no rights."""
    found = _kind_or_404(kind)
    return HttpResponse(mail_kinds.write(found.name, found.sample).html)


def new_attempts(request: HttpRequest, kind: str) -> HttpResponse:
    found = _kind_or_404(kind)
    count = mail.try_again(found.name, by=request.viewer.user, at=timezone.now())  # type: ignore[attr-defined]
    words = "The mails are" if found.is_confidential else f"{count} {'mail is' if count == 1 else 'mails are'}"
    return done(request, "mails", message=f"{words} being sent again.")


def _kind_or_404(name: str) -> mail_kinds.Kind:
    try:
        return mail_kinds.kind(name)
    except LookupError as missing:
        raise Http404 from missing
