"""What HR keeps as plain lists."""

from core import catalogue
from people.forms.units import JobRoleForm
from people.models import JobRole


class JobRoles(catalogue.Catalogue):
    model, form = JobRole, JobRoleForm
    title, one = "Job roles", "job role"
    lede = "Kinds of job. A role profile says which competencies each needs, and at which level."
    routes = catalogue.Routes("people:job_roles", "people:job_role_add", "people:job_role_edit")
    columns = (("Name", "name"), ("Key", "key"))
