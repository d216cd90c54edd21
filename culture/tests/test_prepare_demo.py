"""What `make demo` does to a database before it shows the address."""

from io import StringIO

from django.core.management import call_command

from people.models import Employee


def test_a_database_with_another_organisation_is_left_as_it_is(eve):
    people = Employee.objects.count()
    out = StringIO()

    call_command("prepare_demo", stdout=out)

    assert Employee.objects.count() == people
    assert "It holds another organisation, so the demo company is not loaded." in out.getvalue()
    assert "sign-in" not in out.getvalue()
