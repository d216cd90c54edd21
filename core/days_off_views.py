"""HR keeps the organisation's days off: one line for each, pasted or typed."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from core import days_off
from core.errors import DomainError
from core.models import DayOff
from core.respond import again, done


class DaysForm(forms.Form):
    lines = forms.CharField(
        label="Days to add",
        max_length=20_000,
        widget=forms.Textarea({"rows": 6, "placeholder": "2026-12-25, Christmas Day"}),
        help_text="One line for each: the date as year-month-day, a comma, the name. Lines copied from a CSV file will do.",
    )

    def clean_lines(self) -> list[days_off.Day]:
        try:
            return days_off.parse(self.cleaned_data["lines"])
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal)) from None


def days(request: HttpRequest) -> HttpResponse:
    form = DaysForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        count = days_off.add(form.cleaned_data["lines"], by=request.viewer.user)  # type: ignore[attr-defined]
        words = f"{count} day{'' if count == 1 else 's'} added or renamed." if count else "They were all there already."
        return done(request, "days_off", message=words)
    today = timezone.localdate()
    context = {
        "form": form,
        "coming": DayOff.objects.filter(on__gte=today),
        "past": DayOff.objects.filter(on__lt=today).order_by("-on"),
    }
    return (
        again(request, "days_off.html", context)
        if request.method == "POST"
        else render(request, "days_off.html", context)
    )


def removal(request: HttpRequest, pk: int) -> HttpResponse:
    day = get_object_or_404(DayOff, pk=pk)
    days_off.remove(day, by=request.viewer.user)  # type: ignore[attr-defined]
    return done(request, "days_off", message=f"{day.name} is a working day again.")
