"""Questionnaires: an instrument, its versions, and the items and forms of one version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from core.constructs import ConstructField
from people.access import Role

if TYPE_CHECKING:
    from people.access import Viewer


class InstrumentQuerySet(models.QuerySet["Instrument"]):
    def visible_to(self, viewer: Viewer) -> InstrumentQuerySet:
        """HR and the auditor read every question (access.md, row 10); people who are asked meet theirs."""
        return self if viewer.has(Role.HR_ADMIN, Role.HR_PARTNER, Role.AUDITOR) else self.none()


class Instrument(models.Model):
    """A questionnaire as such; what is asked stands in its versions."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    is_own = models.BooleanField(
        default=False, help_text="Begun from nothing here: statements written for it may enter construct scores"
    )

    objects = InstrumentQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class InstrumentVersion(models.Model):
    """One wording of an instrument. Editable while a draft; from publication on a database trigger refuses any change.

    `texts` holds the introductions by key, `scales` the answer scales by key and `constructs` what low and high mean,
    all as in the content file.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        RETIRED = "retired", "Retired"

    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    language = models.CharField(max_length=10, default="en-GB")
    is_validated = models.BooleanField(default=False, help_text="Tested on a real sample (method.md, section 0)")
    texts = models.JSONField(default=dict)
    scales = models.JSONField(default=dict)
    constructs = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the content it was loaded from")
    based_on = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", help_text="What it was copied from"
    )
    revision = models.PositiveIntegerField(default=0, help_text="Raised by every change of a draft")
    change_note = models.CharField(max_length=300, blank=True, help_text="What changed and why, written at publication")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["instrument", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["instrument", "number"], name="one_instrument_version_per_number"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_at__isnull=False), name="published_version_has_a_date"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instrument} {self.number}"

    @property
    def is_frozen(self) -> bool:
        return self.state != self.State.DRAFT


class Item(models.Model):
    """One thing that is asked. `code` keeps its meaning across versions; a change of meaning is a new code."""

    class Kind(models.TextChoices):
        LIKERT = "likert", "Statement"
        NUMERIC = "numeric", "0 to 10"
        SLIDER = "slider", "Pair with two markers"
        COMMENT = "comment", "Comment"
        PROMPT = "prompt", "Workbook prompt"

    class Audience(models.TextChoices):
        EMPLOYEE = "employee", "Employees"
        CUSTOMER = "customer", "Customers"
        LEADER = "leader", "Leaders"

    version = models.ForeignKey(InstrumentVersion, on_delete=models.CASCADE, related_name="items")
    code = models.CharField(max_length=20)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    audience = models.CharField(max_length=8, choices=Audience.choices, default=Audience.EMPLOYEE)
    block = models.CharField(max_length=60, help_text="Group of items asked together, such as strategy")
    construct = ConstructField(blank=True, help_text="Empty: the item enters no construct score")
    facet = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=600, blank=True)
    leader_text = models.CharField(max_length=600, blank=True, help_text="Leaders' wording; empty: the same")
    customer_text = models.CharField(max_length=600, blank=True, help_text="Customers' wording; empty: the same")
    left = models.CharField(max_length=120, blank=True, help_text="Sliders: the pole at 0")
    right = models.CharField(max_length=120, blank=True, help_text="Sliders: the pole at 100")
    left_short = models.CharField(max_length=40, blank=True)
    right_short = models.CharField(max_length=40, blank=True)
    scale = models.CharField(max_length=20, blank=True, help_text="Key in the version's scales")
    is_reversed = models.BooleanField(default=False, help_text="Agreeing is the unfavourable answer")
    allows_na = models.BooleanField(default=True, help_text="Offers “does not apply or I do not know”")
    is_custom = models.BooleanField(default=False, help_text="Added here: reported on its own, in no construct score")
    referent = models.CharField(max_length=10, blank=True, help_text="self, team, leaders or org")
    source_question = models.CharField(max_length=10, blank=True)
    text_version = models.PositiveSmallIntegerField(default=1, help_text="Raised by corrections that keep the meaning")
    replaces = models.CharField(max_length=20, blank=True, help_text="Code of the item whose place it took")
    order = models.PositiveSmallIntegerField(default=0)
    detail = models.JSONField(
        default=dict, blank=True, help_text="Prompts: how the answer is recorded, and its columns"
    )

    class Meta:
        ordering = ["version", "order"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="one_item_per_code"),
            models.CheckConstraint(
                condition=~Q(kind="slider") | (~Q(left="") & ~Q(right="")), name="slider_has_two_poles"
            ),
            models.CheckConstraint(
                condition=Q(is_custom=False) | Q(construct=""), name="custom_item_enters_no_construct_score"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.text or self.left_short + ' / ' + self.right_short}"

    def asked_of(self, audience: str) -> str:
        """The wording for employees, leaders or customers; `{org}` and `{change}` still stand in it."""
        own = {self.Audience.LEADER: self.leader_text, self.Audience.CUSTOMER: self.customer_text}.get(audience, "")  # type: ignore[call-overload]
        return own or self.text


class Form(models.Model):
    """A selection of a version's items for one audience, in the order asked. Campaigns send out a form."""

    version = models.ForeignKey(InstrumentVersion, on_delete=models.CASCADE, related_name="forms")
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=120)
    audience = models.CharField(max_length=8, choices=Item.Audience.choices)
    minutes = models.DecimalField(max_digits=5, decimal_places=1, help_text="Estimated time to answer")
    rule = models.CharField(max_length=600, blank=True, help_text="How to use it, for HR")
    items = models.ManyToManyField(Item, through="Placement", related_name="forms")

    class Meta:
        ordering = ["version", "key"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="one_form_per_key")]

    def __str__(self) -> str:
        return self.name

    def newest(self) -> Form:
        """The same form in the newest published version of its questionnaire; itself where none is published."""
        published = Form.objects.filter(
            version__instrument=self.version.instrument_id,
            version__state=InstrumentVersion.State.PUBLISHED,
            key=self.key,
        )
        return published.order_by("-version__number").first() or self


class Placement(models.Model):
    """Where an item stands in a form. Answer vectors follow `order`, so a frozen version fixes their positions."""

    form = models.ForeignKey(Form, on_delete=models.CASCADE, related_name="placements")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="placements")
    order = models.PositiveSmallIntegerField()
    page = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["form", "order"]
        constraints = [
            models.UniqueConstraint(fields=["form", "order"], name="one_item_per_place"),
            models.UniqueConstraint(fields=["form", "item"], name="an_item_once_in_a_form"),
        ]

    def __str__(self) -> str:
        return f"{self.form}, {self.order}"
