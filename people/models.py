"""Users, employees, units, job roles and role grants."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from core.models import NOWHERE

if TYPE_CHECKING:
    from people.access import Viewer


UNDO_WITHIN = timedelta(days=7)


def no_address() -> str:
    """What stands in for the e-mail of somebody who has none: unique, and nobody can sign in or be written to by it."""
    return f"{uuid4().hex}{NOWHERE}"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **extra: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Someone who can sign in, by e-mail. What they may do is decided by facts and RoleGrant, never by flags here."""

    class Theme(models.TextChoices):
        AUTO = "auto", "As the device"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    email = models.EmailField(unique=True, error_messages={"unique": "Somebody else already has this address."})
    is_active = models.BooleanField(default=True)
    theme = models.CharField(max_length=5, choices=Theme.choices, default=Theme.AUTO)
    joined_at = models.DateTimeField(auto_now_add=True)
    session_epoch = models.PositiveIntegerField(
        default=0, editable=False, help_text="Counted up to end every session of this user at once"
    )
    last_login = None  # When somebody works is nobody's business.

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(email=models.functions.Lower("email")), name="email_is_lower")
        ]

    def __str__(self) -> str:
        return self.email

    def get_username(self) -> str:
        return self.email

    @property
    def address(self) -> str:
        """Where mails reach them; "" for somebody without e-mail, who cannot sign in and answers surveys by a code."""
        return "" if self.email.endswith(NOWHERE) else self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """A session is good for one password and one epoch; a change of either ends it on its next request."""
        return f"{super()._get_session_auth_hash(secret=secret)}.{self.session_epoch}"  # type: ignore[misc]


class JobRole(models.Model):
    """A kind of job, such as field engineer; role profiles say what it needs."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class UnitQuerySet(models.QuerySet["Unit"]):
    def active(self) -> UnitQuerySet:
        return self.filter(is_active=True)

    def visible_to(self, viewer: Viewer) -> UnitQuerySet:
        """The unit tree is open to everyone who works here (access.md, row 4)."""
        return self if viewer.is_inside else self.none()

    def subtree_of(self, unit: Unit) -> UnitQuerySet:
        return self.filter(position__gte=unit.position, position__lte=unit.last_position)

    def ancestors_of(self, unit: Unit) -> UnitQuerySet:
        """The units above, the organisation first; the unit itself is not among them."""
        return self.filter(position__lt=unit.position, last_position__gte=unit.position).order_by("position")


class Unit(models.Model):
    """A part of the organisation, at any depth.

    `position` numbers the tree in pre-order, `last_position` is the largest number in the subtree: a subtree is a
    range. people.tree.renumber_units keeps both; nothing else writes them.
    """

    key = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=160)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    head = models.ForeignKey("Employee", on_delete=models.SET_NULL, null=True, blank=True, related_name="headed_units")
    order = models.PositiveIntegerField(default=0, help_text="Place among the units of the same parent")
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False, help_text="Counted up by each edit")
    position = models.PositiveIntegerField(default=0, editable=False)
    last_position = models.PositiveIntegerField(default=0, editable=False)
    depth = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        indexes = [models.Index(fields=["position", "last_position"])]
        constraints = [
            models.UniqueConstraint(
                fields=["parent"], condition=Q(parent=None), nulls_distinct=False, name="one_root_unit"
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="unit_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name

    def contains(self, other: Unit) -> bool:
        """Whether `other` is this unit or lies below it."""
        return self.position <= other.position <= self.last_position


class EmployeeQuerySet(models.QuerySet["Employee"]):
    def active(self) -> EmployeeQuerySet:
        return self.filter(is_active=True)

    def visible_to(self, viewer: Viewer) -> EmployeeQuerySet:
        """The directory: everyone who works here sees who else does, an auditor nobody (access.md, row 1).

        Those who left are there for HR only.
        """
        if not viewer.sees_people:
            return self.none()
        if viewer.sees_everything_of_hr:
            return self
        return self.filter(Q(is_active=True) | viewer.partner_filter()) if viewer.is_hr else self.active()

    def records_open_to(self, viewer: Viewer) -> EmployeeQuerySet:
        """Whose private facts the viewer may read: their own, and those HR looks after (access.md, rows 2 and 3)."""
        if viewer.sees_everything_of_hr:
            return self
        own = Q(pk=viewer.employee.pk) if viewer.employee else Q(pk__in=[])
        return self.filter(own | viewer.partner_filter()) if viewer.is_hr else self.filter(own)

    def without_address(self) -> EmployeeQuerySet:
        return self.filter(user__email__endswith=NOWHERE)

    def in_units(self, units: models.QuerySet[Unit]) -> EmployeeQuerySet:
        return self.filter(unit__in=units)

    def in_line_of(self, manager: Employee) -> EmployeeQuerySet:
        """Everyone below `manager` in the reporting line, however deep; the manager is not among them."""
        return self.filter(line_first__gt=manager.line_first, line_first__lte=manager.line_last)


class Employee(models.Model):
    """A person who works here.

    `line_first` numbers the reporting line in pre-order, `line_last` is the largest number below: everyone under a
    manager is a range. people.tree.renumber_line keeps both; nothing else writes them.
    """

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="employee")
    number = models.CharField("employee number", max_length=40, unique=True)
    name = models.CharField(max_length=160)
    title = models.CharField("job title", max_length=160, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="employees")
    manager = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="reports")
    job_role = models.ForeignKey(JobRole, on_delete=models.PROTECT, null=True, blank=True, related_name="employees")
    site = models.CharField(max_length=80, blank=True)
    hired_on = models.DateField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    left_on = models.DateField(null=True, blank=True)
    erased_on = models.DateField(null=True, editable=False, help_text="When all that named the person was erased")
    version = models.PositiveIntegerField(default=1, editable=False, help_text="Counted up by each edit")
    line_first = models.PositiveIntegerField(default=0, editable=False)
    line_last = models.PositiveIntegerField(default=0, editable=False)

    objects = EmployeeQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["line_first"]), models.Index(fields=["name"])]
        constraints = [
            models.CheckConstraint(condition=~Q(manager=F("id")), name="nobody_manages_themselves"),
            models.CheckConstraint(condition=Q(erased_on=None) | Q(is_active=False), name="only_leavers_are_erased"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def first_name(self) -> str:
        return self.name.split(" ", 1)[0]

    @property
    def initials(self) -> str:
        """One or two letters for the avatar."""
        words = self.name.split()
        return "".join(word[0] for word in ([words[0], words[-1]] if len(words) > 1 else words[:1])).upper()

    def is_above(self, other: Employee) -> bool:
        """Whether `other` reports to this person, directly or through others."""
        return self.line_first < other.line_first <= self.line_last


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def visible_to(self, viewer: Viewer) -> RoleGrantQuerySet:
        """HR administrators and auditors (access.md, row 57)."""
        return self if viewer.oversees_access else self.none()


class RoleGrant(models.Model):
    """A role given to a user. Employee and line manager are facts and are never granted."""

    class Role(models.TextChoices):
        HR_ADMIN = "hr_admin", "HR administrator"
        HR_PARTNER = "hr_partner", "HR partner"
        EXECUTIVE = "executive", "Executive"
        AUDITOR = "auditor", "Auditor"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=12, choices=Role.choices)
    units = models.ManyToManyField(
        Unit, blank=True, related_name="+", help_text="HR partners: the units they look after, with all below"
    )
    granted_at = models.DateTimeField(auto_now_add=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"],
                name="one_grant_per_role",
                violation_error_message="They have this role already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


class PeopleImportQuerySet(models.QuerySet["PeopleImport"]):
    def visible_to(self, viewer: Viewer) -> PeopleImportQuerySet:
        """HR administrators, each other's files too (access.md, row 56)."""
        return self if viewer.sees_everything_of_hr else self.none()


class PeopleImport(models.Model):
    """An uploaded file as it was read and checked: what the dry run showed is what an apply writes."""

    class Holds(models.TextChoices):
        PEOPLE = "people", "People"
        PARTNERS = "partners", "HR partners"

    holds = models.CharField(max_length=8, choices=Holds.choices, default=Holds.PEOPLE)
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    agreed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    agreed_at = models.DateTimeField(null=True, help_text="Set while a large file waits for its turn")
    attempts = models.PositiveSmallIntegerField(default=0)
    refusal = models.CharField(max_length=300, blank=True, help_text="Why the last attempt changed nothing")
    applied_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    objects = PeopleImportQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_waiting(self) -> bool:
        return self.agreed_at is not None and self.applied_at is None

    @property
    def undo_until(self) -> datetime | None:
        """Until when the import can be taken back; None before it has happened and after it was taken back."""
        return self.applied_at + UNDO_WITHIN if self.applied_at and not self.undone_at else None


class ImportLine(models.Model):
    """One row of the file: what it says, what it would do, and why not."""

    class Kind(models.TextChoices):
        ADDED = "added", "New"
        CHANGED = "changed", "Changed"
        LEAVING = "leaving", "Leaving"
        UNCHANGED = "unchanged", "No change"
        REFUSED = "refused", "Cannot import"

    file = models.ForeignKey(PeopleImport, on_delete=models.CASCADE, related_name="lines")
    row = models.PositiveIntegerField()
    kind = models.CharField(max_length=9, choices=Kind.choices)
    person = models.CharField(max_length=200, blank=True)
    cells = models.JSONField(help_text="Column to text, as read")
    changes = models.JSONField(default=dict, help_text="Column to {old, new}")
    problems = models.JSONField(default=list, help_text="Of {column, said, problem}")
    notes = models.JSONField(default=list, help_text="Sentences on what follows")
    written = models.JSONField(null=True, help_text="What the import replaced, for its undo: see people.undo.Written")

    class Meta:
        ordering = ["row"]
        constraints = [models.UniqueConstraint(fields=["file", "row"], name="one_line_per_row")]
        indexes = [models.Index(fields=["file", "kind", "row"])]

    def __str__(self) -> str:
        return f"row {self.row}: {self.person}"
