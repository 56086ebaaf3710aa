"""What is recorded in the course of a treatment: jaws, projects, plans, cases, states, appointments."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from catalog.target.models.base import TargetModel, codes, only, reference
from catalog.target.models.codes import JawSide, PatientStatus, ProjectStatus, ProjectType, ReplacementReason, ToothMark


class Jaw(TargetModel):
    """What is made for one jaw of an order. The masks have a digit for each of the sixteen teeth."""

    order = reference("target.Order")
    side = codes(JawSide)
    product = reference("target.Product", null=True)
    bond_teeth = models.CharField(max_length=16, null=True)
    extract_teeth = models.CharField(max_length=16, null=True)
    replacement_reason = codes(ReplacementReason, null=True)
    is_labial = models.BooleanField(null=True)

    class Meta:
        db_table = "jaws"
        constraints = [
            only("jaws", "side", JawSide),
            only("jaws", "replacement_reason", ReplacementReason),
            models.UniqueConstraint(fields=["order", "side"], name="jaws_side_of_order"),
        ]


class ToothMarking(TargetModel):
    """A tooth that a jaw's mask marks. `digit` is the mask's own, other than zero."""

    jaw = reference("target.Jaw")
    marking = codes(ToothMark)
    #: The tooth's place in the mask, counted from 1.
    position = models.SmallIntegerField()
    digit = models.SmallIntegerField()

    class Meta:
        db_table = "tooth_markings"
        constraints = [
            only("tooth_markings", "marking", ToothMark),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=16), name="tooth_markings_position_range"
            ),
            models.CheckConstraint(condition=Q(digit__gte=1, digit__lte=9), name="tooth_markings_digit_range"),
            models.UniqueConstraint(fields=["jaw", "position", "marking"], name="tooth_markings_tooth"),
        ]


class Project(TargetModel):
    """A stored design or model; `file_uid` is its key in the file store."""

    name = models.CharField(max_length=255, null=True)
    project_type = codes(ProjectType, null=True)
    status = codes(ProjectStatus, null=True)
    creator = reference("target.Profile", null=True)
    file_uid = models.CharField(max_length=64, null=True)
    file_size_bytes = models.BigIntegerField(null=True)
    is_public = models.BooleanField(null=True)
    created_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "projects"
        constraints = [
            only("projects", "project_type", ProjectType),
            only("projects", "status", ProjectStatus),
        ]


class TreatmentPlan(TargetModel):
    """A plan made in a project. A project may have many, and a plan may have lost its order."""

    project = reference("target.Project")
    order = reference("target.Order", null=True)
    number = models.IntegerField(null=True)
    name = models.CharField(max_length=255, null=True)
    notes = models.TextField(null=True)
    is_original = models.BooleanField(null=True)

    class Meta:
        db_table = "treatment_plans"


class Case(TargetModel):
    """The one case of a patient."""

    patient = models.OneToOneField("target.Patient", on_delete=models.PROTECT)
    case_number = models.CharField(max_length=60, unique=True)
    doctor = reference("target.Doctor", null=True)
    office = reference("target.Office", null=True)
    status = codes(PatientStatus, null=True)
    is_archived = models.BooleanField(null=True)
    is_suspended = models.BooleanField(null=True)
    submitted_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases"
        constraints = [only("cases", "status", PatientStatus)]


class CaseState(TargetModel):
    """A case entered a state (`is_on`) or left it. The code's meaning was never agreed, so the code stays."""

    case = reference("target.Case")
    state_code = models.SmallIntegerField()
    is_on = models.BooleanField()
    changed_at = models.DateTimeField(null=True)
    changed_by = reference("target.Profile", null=True)

    class Meta:
        db_table = "case_states"


class OrderState(TargetModel):
    """An order entered a state (`is_on`) or left it. The code's meaning was never agreed, so the code stays."""

    order = reference("target.Order")
    state_code = models.SmallIntegerField()
    is_on = models.BooleanField()
    changed_at = models.DateTimeField(null=True)
    changed_by = reference("target.Profile", null=True)

    class Meta:
        db_table = "order_states"


class Bracket(TargetModel):
    """A bracket made in a project. What the type codes stand for is unknown, so the code stays."""

    name = models.CharField(max_length=255, null=True)
    project = reference("target.Project", null=True)
    type_code = models.SmallIntegerField(null=True)

    class Meta:
        db_table = "brackets"


class Impression(TargetModel):
    """How the teeth of an order were recorded. The code books of model and scanner are lost, so the codes stay."""

    order = models.OneToOneField("target.Order", on_delete=models.PROTECT)
    model_code = models.SmallIntegerField(null=True)
    scanner_code = models.SmallIntegerField(null=True)
    scanner_notes = models.TextField(null=True)
    has_cbct = models.BooleanField(null=True)

    class Meta:
        db_table = "impressions"


class Appointment(TargetModel):
    """A patient's place in the calendar. What the kind codes stand for is unknown, so the code stays."""

    patient = reference("target.Patient")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    order = reference("target.Order", null=True)
    title = models.CharField(max_length=255, null=True)
    kind_code = models.SmallIntegerField(null=True)
    notes = models.TextField(null=True)
    creator = reference("target.Profile", null=True)
    created_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "appointments"


class Event(TargetModel):
    """A calendar entry that is nobody's appointment: without a patient of its own, or without a time."""

    patient = reference("target.Patient", null=True)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    order = reference("target.Order", null=True)
    title = models.CharField(max_length=255, null=True)
    kind_code = models.SmallIntegerField(null=True)
    notes = models.TextField(null=True)
    creator = reference("target.Profile", null=True)
    created_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "events"
