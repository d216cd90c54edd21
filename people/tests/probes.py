"""What the access test needs to know about the routes of this app. people/tests/probing.py says how a probe is read."""

from django.utils import timezone

from people.models import PeopleImport, RoleGrant
from people.tests.factories import EmployeeFactory, UserFactory, grant
from people.tests.probing import Probe


def _self(cast, viewer):
    return {"pk": viewer.employee.pk} if viewer.employee else None


def _colleague(cast, viewer):
    return {"pk": cast.olga.pk}


def _leaver(cast, viewer):
    """Somebody who has left is in the directory of HR only; Petra looks after the helpdesk and not after sales."""
    if "hr_admin" in viewer.roles:
        return None
    return {"pk": EmployeeFactory(unit=cast.sales, is_active=False).pk}


def _departed(cast, viewer):
    return {"pk": EmployeeFactory(name="Lena Left", unit=cast.sales, is_active=False).pk}


def _record_in_scope(cast, viewer):
    return {"pk": cast.ed.pk} if viewer.is_hr else None


def _record_out_of_scope(cast, viewer):
    """A manager has no more right to the record of a report than anybody else."""
    if "hr_admin" in viewer.roles:
        return None
    return {"pk": cast.olga.pk if viewer.is_hr or viewer.employee != cast.max else cast.eve.pk}


def _unit(cast, viewer):
    return {"pk": cast.sales.pk}


def _job_role(cast, viewer):
    return {"pk": cast.eve.job_role.pk}


def _executive_grant(cast, viewer):
    return {"pk": grant(cast.olga, RoleGrant.Role.EXECUTIVE).pk}


def _partner_grant(cast, viewer):
    return {"pk": grant(cast.olga, RoleGrant.Role.HR_PARTNER, cast.sales).pk}


def _other_grant(cast, viewer):
    """Only HR partners have units to change."""
    return {"pk": RoleGrant.objects.get(user=cast.ada.user).pk}


def _import(cast, viewer):
    return {"pk": PeopleImport.objects.create(file_name="a.csv", made_by=viewer.user, made_at=timezone.now()).pk}


def _reset_link(cast, viewer):
    return {"uidb36": "1", "key": "no-such-token"}


def _stranger_account(cast, viewer):
    return {"login": UserFactory().email, "password": "not the password"}


PROBES = {
    "account_login": Probe(data=_stranger_account),
    # Every link is answered with the same page, whether it is good or not: there is no missing object to tell apart.
    "account_reset_password_from_key": Probe(in_scope=_reset_link, has_no_404=True),
    "people:second_step_removal": Probe(in_scope=_colleague),
    "people:detail": Probe(own=_self, in_scope=_colleague, out_of_scope=_leaver),
    "people:record": Probe(own=_self, in_scope=_record_in_scope, out_of_scope=_record_out_of_scope),
    "people:edit": Probe(in_scope=_colleague),
    "people:departure": Probe(in_scope=_colleague),
    "people:erasure": Probe(in_scope=_departed, data={"name": "Lena Left"}),
    "people:reinstatement": Probe(in_scope=_colleague),
    "people:options": Probe(variants=("?manager=e",)),
    "people:job_role_edit": Probe(in_scope=_job_role),
    "people:unit": Probe(in_scope=_unit),
    "people:unit_edit": Probe(in_scope=_unit),
    "people:role_scope": Probe(in_scope=_partner_grant, out_of_scope=_other_grant),
    "people:role_revocation": Probe(in_scope=_executive_grant),
    "people:import_report": Probe(in_scope=_import, variants=("?only=added", "?only=nonsense&page=x")),
    "people:import_refused": Probe(in_scope=_import),
    "people:import_progress": Probe(in_scope=_import),
    "people:import_apply": Probe(in_scope=_import),
    "people:import_removal": Probe(in_scope=_import),
    "people:import_undo": Probe(in_scope=_import, variants=("?page=x",)),
}
