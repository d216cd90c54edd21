"""In which language somebody who is asked reads. What they chose stands in a cookie of their browser and nowhere else.

A step of a questionnaire is wrapped in `spoken`: it picks the language (just chosen, chosen before, or what the browser asks
for) among those the campaign offers, and sets `request.speech` for the page and the language of this program's own words.
Nothing here is written to a draft, a ballot, a seat, the audit trail, a session or an address (P13, T47).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation.trans_real import parse_accept_lang_header

from assessments.surveys.languages import Words, choice
from assessments.surveys.models import Campaign
from assessments.surveys.queries import languages as queries
from core import visits
from people.access import Request

COOKIE, FIELD = visits.cookie("language"), "lang"
Step = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Offered:
    code: str
    name: str  # in the language itself
    is_current: bool


@dataclass(frozen=True)
class Speech:
    """What a page is told. `language` is "" for the questionnaire's own; `interface` that of buttons and explanations.

    `mark` is the code of the questionnaire's words where the words around them are in another language.
    """

    campaign_pk: int | None
    title: str
    language: str
    interface: str
    offered: tuple[Offered, ...]
    version_pk: int | None = None
    mark: str = ""

    @property
    def has_choice(self) -> bool:
        return len(self.offered) > 1


def spoken(step: Step) -> Step:
    """Wrap a step whose first argument after the request is a seat or a campaign; without one, any page for guests."""

    @wraps(step)
    def heard(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        about = args[0] if args else None
        campaign = getattr(about, "campaign", about)
        with _speaking(request, campaign if isinstance(campaign, Campaign) else None):
            response = step(request, *args, **kwargs)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        if chosen := _chosen(request):
            visits.remember(response, COOKIE, chosen)
        return response

    return heard


def is_choosing(request: Request) -> bool:
    """Whether a form was sent by pressing a language: what is in it is kept, and the page comes again."""
    return request.method == "POST" and FIELD in request.POST


def words(request: Request) -> Words:
    """What the questionnaire says in the language of the page. One query; none for its own language."""
    speech = spoken_in(request)
    return queries.words(speech.version_pk, speech.language) if speech.version_pk else {}


def spoken_in(request: Request) -> Speech:
    found = request.speech  # type: ignore[attr-defined]
    assert isinstance(found, Speech)
    return found


def language(request: Request) -> HttpResponse:
    """Remember a language in the browser and go back to the page it was chosen on."""
    onward = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(onward, allowed_hosts=None) and onward.startswith("/")
    response = HttpResponseRedirect(onward if is_ours else "/")
    if chosen := _chosen(request):
        visits.remember(response, COOKIE, chosen)
    return response


def forget(request: Request) -> None:
    """Read this page as if nobody had chosen: on a shared device the next person is somebody else."""
    request.COOKIES.pop(COOKIE, None)


@contextmanager
def previewed(request: Request, code: str) -> Iterator[None]:
    """A page as it looks in a language, for those who own the questions."""
    mark = "" if queries.has_interface(code) else code
    request.speech = Speech(None, "", code, queries.interface(code), (), mark=mark)  # type: ignore[attr-defined]
    with translation.override(queries.interface(code)):
        yield


@contextmanager
def _speaking(request: Request, campaign: Campaign | None) -> Iterator[None]:
    known = getattr(request, "speech", None)
    if known is None or (campaign is not None and known.campaign_pk != campaign.pk):
        known = request.speech = _speech(request, campaign)  # type: ignore[attr-defined]
    with translation.override(known.interface):
        yield


def _speech(request: Request, campaign: Campaign | None) -> Speech:
    if campaign is None:
        codes = [code for code, _ in settings.LANGUAGES]
        chosen = choice(_wishes(request), codes)
        return Speech(None, "", "", chosen, _offers(codes, chosen))
    version = campaign.form.version
    codes = [version.language, *campaign.languages]
    chosen = choice(_wishes(request), codes)
    own = chosen == version.language
    return Speech(
        campaign_pk=campaign.pk,
        title=campaign.title if own else campaign.translations.get(chosen, {}).get("title") or campaign.title,
        language="" if own else chosen,
        interface=queries.interface(chosen),
        offered=_offers(codes, chosen),
        version_pk=version.pk,
        mark="" if queries.has_interface(chosen) else chosen,
    )


def _offers(codes: list[str], chosen: str) -> tuple[Offered, ...]:
    return tuple(Offered(code, queries.own_name_of(code), code == chosen) for code in codes)


def _wishes(request: Request) -> list[str]:
    """Languages in the order in which this browser wants them."""
    asked = parse_accept_lang_header(request.headers.get("Accept-Language", "").lower())
    first = [_chosen(request), request.COOKIES.get(COOKIE, "")]
    return [wish for wish in (*first, *(code for code, _ in asked)) if wish]


def _chosen(request: Request) -> str:
    """What was pressed just now; "" for nothing, or for what is no language."""
    pressed = request.POST.get(FIELD, "") if request.method == "POST" else ""
    return pressed if queries.is_language(pressed) else ""
