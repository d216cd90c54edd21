"""How a mail is shown: in a frame of a page of ours, with styles of its own and without any right."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from csp.decorators import csp_replace
from django.http import HttpResponse
from django.views.decorators.clickjacking import xframe_options_sameorigin

View = TypeVar("View", bound=Callable[..., HttpResponse])


def holds_frames(view: View) -> View:
    """The page may hold frames with pages of ours."""
    return _with_policy(view, {"frame-src": ["'self'"]})


def shown_in_frame(view: View) -> View:
    """The page may stand in a frame of ours, styles itself, and may do nothing: no script, no form, no way out."""
    policy = {"frame-ancestors": ["'self'"], "style-src": ["'unsafe-inline'"], "sandbox": []}
    return _with_policy(xframe_options_sameorigin(view), policy)


def _with_policy(view: View, policy: dict[str, list[str]]) -> View:
    replaced: Any = csp_replace(policy)(view)

    @wraps(view)
    def shown(*args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = replaced(*args, **kwargs)
        return response

    return cast(View, shown)
