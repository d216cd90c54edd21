"""Erasing who a leaver was, in the browser."""

from datetime import date

import pytest
from django.urls import reverse

from people.models import Employee
from people.services import employees


@pytest.fixture
def olga_left(olga, hana, settings, tmp_path) -> Employee:
    settings.ERASURE_LOG = tmp_path / "erasures.jsonl"
    employees.depart(olga, on=date(2026, 7, 1), successor=None, by=hana.user)
    return Employee.objects.get(pk=olga.pk)


def test_hr_types_the_name_again_and_nobody_can_take_it_back(olga_left, hana, client_of):
    hr, person = client_of(hana), reverse("people:detail", args=[olga_left.pk])
    page = reverse("people:erasure", args=[olga_left.pk])
    assert page in hr.get(person).content.decode()
    assert "not even from a backup" in hr.get(page).content.decode()
    wrong = hr.post(page, {"name": "Olga"})
    assert wrong.status_code == 422
    assert "Type: Olga Finn" in wrong.content.decode()

    assert hr.post(page, {"name": " olga  finn"}).headers["Location"] == person

    erased = hr.get(person).content.decode()
    assert f"Former colleague {olga_left.pk}" in erased
    assert "Take the departure back" not in erased
    assert "Olga" not in erased
    assert hr.get(page).status_code == 404
    assert hr.post(reverse("people:reinstatement", args=[olga_left.pk])).status_code == 404


def test_nobody_who_works_here_is_erased(eve, hana, client_of):
    assert client_of(hana).get(reverse("people:erasure", args=[eve.pk])).status_code == 404


def test_a_log_that_cannot_be_written_is_said_and_erases_nobody(olga_left, hana, client_of, settings):
    settings.ERASURE_LOG = "/proc/nowhere/erasures.jsonl"
    refused = client_of(hana).post(reverse("people:erasure", args=[olga_left.pk]), {"name": "Olga Finn"})

    assert refused.status_code == 422
    assert "Nobody was erased" in refused.content.decode()
    assert Employee.objects.get(pk=olga_left.pk).name == "Olga Finn"
