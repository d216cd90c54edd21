"""Rating somebody, oneself or a report: one page per competency, saved as a private draft until it is shared."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from assessments.reviews import services
from assessments.reviews.forms import RatingForm
from assessments.reviews.models import Assessment, Rating, Review
from assessments.reviews.queries import asking
from assessments.reviews.queries.asking import RatePage
from core import audit
from core.errors import DomainError
from core.respond import done
from people.access import Request


def own(request: Request) -> HttpResponse:
    """Go on with one's self-assessment where it was left; the page of results when none is open."""
    today = timezone.localdate()
    drafts = Review.objects.written_by(request.viewer).filter(kind=Review.Kind.SELF, state=Review.State.DRAFT)
    review = (
        drafts.filter(assessment__cycle__state="open", assessment__cycle__closes_on__gte=today)
        .exclude(assessment__is_excused=True)
        .select_related("assessment__cycle")
        .order_by("assessment__cycle__self_due_on", "pk")
        .first()
    )
    if review is None:
        messages.info(request, "No self-assessment is open for you at the moment.")
        return redirect("reviews:mine")
    return _go_on(review)


def start(request: Request, pk: int) -> HttpResponse:
    return _go_on(_review(request, pk))


def rate(request: Request, pk: int, key: str) -> HttpResponse:
    review = _review(request, pk)
    page = _page(request, review, key)
    if not _is_writable(review):
        return redirect("reviews:summary", pk=pk)
    if request.method != "POST":
        return _show(request, page, _form(page))
    form = _form(page, request)
    if not form.is_valid():
        return _show(request, page, form, status=422)
    try:
        _save(request, page, form)
    except services.RatingStale as refusal:
        return _show(request, page, form, status=409, stored=refusal.stored)
    except DomainError as refusal:
        messages.warning(request, str(refusal))
        return redirect("reviews:summary", pk=pk)
    return _onward(page, request.POST.get("go", "next"))


def autosave(request: Request, pk: int, key: str) -> HttpResponse:
    """The same save for the page's script: 200 with the new revision, 409 with both answers, 422 with what is wrong.

    `is_over` in the last says that the review was shared or the cycle closed meanwhile; the script then posts the page.
    """
    review = _review(request, pk)
    page = _page(request, review, key)
    form = _form(page, request)
    if not form.is_valid():
        return JsonResponse({"is_over": False, "errors": form.errors}, status=422)
    try:
        rating = _save(request, page, form)
    except services.RatingStale as refusal:
        return render(request, "reviews/_conflict.html", {"page": page, "stored": refusal.stored}, status=409)
    except DomainError:
        return JsonResponse({"is_over": True}, status=422)
    return JsonResponse({"revision": rating.revision})


def summary(request: Request, pk: int) -> HttpResponse:
    review = _review(request, pk)
    page = asking.summary_page(review)
    return render(request, "reviews/summary.html", {"page": page, "is_writable": _is_writable(review)})


def share(request: Request, pk: int) -> HttpResponse:
    review = _review(request, pk)
    try:
        services.share(review, by=request.viewer.me, at=timezone.now())
    except DomainError as refusal:
        messages.warning(request, str(refusal))
        return redirect("reviews:summary", pk=pk)
    assessment = review.assessment
    if Assessment.objects.open_to_both().filter(pk=assessment.pk).exists():
        message = "Shared. You both read both views now: time for the talk."
        return done(request, reverse("reviews:result", args=[assessment.pk]), message=message)
    return done(request, "reviews:mine" if review.is_own else "reviews:team", message=_shared_words(review))


# --- helpers ----------------------------------------------------------------------------------------------------------


def _review(request: Request, pk: int) -> Review:
    """One's own review, whoever it is about. Opening it leaves no entry: that would betray a draft (access.md, row 26)."""
    mine = Review.objects.written_by(request.viewer).select_related(
        "by", "assessment__cycle", "assessment__employee__user", "assessment__manager"
    )
    review = get_object_or_404(mine, pk=pk)
    request.stands_under = "reviews:mine" if review.is_own else "reviews:team"
    return review


def _page(request: Request, review: Review, key: str) -> RatePage:
    page = asking.rate_page(review, key, request.viewer, on=timezone.localdate())
    if page is None:
        raise Http404
    return page


def _is_writable(review: Review) -> bool:
    assessment = review.assessment
    return not review.is_shared and not assessment.is_excused and assessment.cycle.is_running(timezone.localdate())


def _form(page: RatePage, request: Request | None = None) -> RatingForm:
    return RatingForm(
        request.POST if request else None, initial=RatingForm.initial_of(page.rating), highest=page.levels[-1].value
    )


def _save(request: Request, page: RatePage, form: RatingForm) -> Rating:
    return services.rate(
        page.review,
        page.asked.version,
        form.given(),
        revision=form.cleaned_data["revision"],
        by=request.viewer.me,
        at=timezone.now(),
    )


def _show(
    request: Request, page: RatePage, form: RatingForm, *, status: int = 200, stored: Rating | None = None
) -> HttpResponse:
    """`stored` is the answer of another device: its revision goes into the form, so that saving again is on purpose."""
    if page.own_view:
        _log_reading(request, page)
    revision = stored.revision if stored else form["revision"].value()
    context = {"page": page, "form": form, "stored": stored, "revision": revision}
    return render(request, "reviews/rate.html", context, status=status)


def _shared_words(review: Review) -> str:
    assessment = review.assessment
    other = assessment.manager if review.is_own else assessment.employee
    if other is None:
        return "Your view is on record."
    if review.is_own and not assessment.cycle.is_blind:
        return f"Shared. {other.name} can read it now; you read both once {other.name} has shared too."
    return f"Shared. You both see both once {other.name} has shared too."


def _log_reading(request: Request, page: RatePage) -> None:
    """The person's own shared view stands on the page: once a day in their record, as on the page of the result."""
    record = (page.assessment, page.assessment.employee.user)
    audit.viewed_together([record], by=request.viewer.actor, on=timezone.localdate())


def _go_on(review: Review) -> HttpResponse:
    key = asking.first_open_key(review) if _is_writable(review) else None
    if key is None:
        return redirect("reviews:summary", pk=review.pk)
    return redirect("reviews:rate", pk=review.pk, key=key)


def _onward(page: RatePage, go: str) -> HttpResponse:
    step = page.before if go == "back" else page.after
    if go == "summary" or step is None:
        return redirect("reviews:summary", pk=page.review.pk)
    return redirect("reviews:rate", pk=page.review.pk, key=step.key)
