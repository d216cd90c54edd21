"""Values from machines and files: tokens, and uploads with a dry run."""

from django.core import signing
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from core import tables
from core.errors import DomainError
from core.respond import again, done
from goals import wording
from goals.forms.tokens import TokenForm, ValuesForm
from goals.models import ApiToken
from goals.queries.mine import ToCheckIn, to_check_in
from goals.services import tokens as verbs
from goals.services import values as value_verbs
from people.access import Request

LIMITS = tables.Limits(rows=value_verbs.MOST_ROWS, columns=12, cell_characters=1000)
SALT = "goals.values"
AGREE_WITHIN = 3600  # seconds between the dry run and saving


def tokens(request: Request) -> HttpResponse:
    """My tokens, and a new one: its secret is on the answer to this form and nowhere else."""
    form = TokenForm(request.POST or None)
    made, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = verbs.make_token(form.cleaned_data["name"], by=request.viewer.me, at=timezone.now())
                form, status = TokenForm(), 200
            except DomainError as refusal:
                form.add_error(None, str(refusal))
    context = {"form": form, "made": made, "tokens": _rows(request), "goals": _numeric(request)}
    return again(request, "goals/tokens.html", context, status=status)


def revocation(request: Request, pk: int) -> HttpResponse:
    token = get_object_or_404(ApiToken.objects.visible_to(request.viewer), pk=pk)
    verbs.revoke_token(token, by=request.viewer.me, at=timezone.now())
    return done(request, "goals:tokens", message=f"“{token.name}” does not work any more.")


def values(request: Request) -> HttpResponse:
    """Upload values: a dry run first, which is signed for this person, then all rows or none."""
    if request.method == "GET":
        return render(request, "goals/values.html", {"form": ValuesForm()})
    if "agreed" in request.POST:
        return _keep(request)
    form = ValuesForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            rows = value_verbs.read_rows(tables.read(file.name, file.read(LIMITS.file_bytes + 1), LIMITS))
            tried = value_verbs.try_rows(rows, by=request.viewer.me, at=timezone.now())
            good = [row for row in tried if not row.problems]
            agreed = signing.dumps([[row.number, row.cells] for row in good], salt=_salt(request), compress=True)
            context = {"form": ValuesForm(), "rows": tried, "good": len(good), "bad": len(tried) - len(good)}
            return render(request, "goals/values.html", {**context, "agreed": agreed})
        except DomainError as refusal:
            form.add_error("file", str(refusal))
    return again(request, "goals/values.html", {"form": form})


def values_template(request: Request) -> HttpResponse:
    """One row for each goal that takes a number, ready to be filled."""
    today = timezone.localdate().isoformat()
    rows = [(one.goal.pk, today, "", "", "") for one in _numeric(request)]
    response = HttpResponse(tables.to_csv(value_verbs.COLUMNS, rows), content_type=tables.CSV_TYPE)
    response["Content-Disposition"] = 'attachment; filename="goal-values.csv"'
    return response


def _keep(request: Request) -> HttpResponse:
    form = ValuesForm()
    try:
        agreed = signing.loads(request.POST["agreed"], salt=_salt(request), max_age=AGREE_WITHIN)
        rows = [(number, cells) for number, cells in agreed]
        kept = value_verbs.keep_rows(rows, by=request.viewer.me, at=timezone.now())
        said = wording.count(kept, "value is", "values are")
        return done(request, "goals:mine", message=f"{said} saved.")
    except signing.BadSignature:
        refusal = "The check is more than an hour old or not yours. Upload the file again."
    except DomainError as said_no:
        refusal = str(said_no)
    return again(request, "goals/values.html", {"form": form, "refusal": refusal})


def _salt(request: Request) -> str:
    return f"{SALT}:{request.viewer.actor.pk}"


def _rows(request: Request) -> list[ApiToken]:
    return list(ApiToken.objects.visible_to(request.viewer).filter(revoked_at=None))


def _numeric(request: Request) -> list[ToCheckIn]:
    return [one for one in to_check_in(request.viewer, on=timezone.localdate()) if one.goal.detail.is_numeric]
