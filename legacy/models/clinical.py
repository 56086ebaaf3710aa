"""Patients, their orders (instructions), jaws, projects, plans, states and appointments."""

from django.db import models

from legacy.models.base import Mirror, money, one_to_one, reference


class Patient(Mirror):
    """A patient of a doctor; `doctor` is a user.

    sex: 0 other, 1 male, 2 female, NULL unknown.
    status: 1 consultation, 2 diagnosis, 3 treatment plan, 4 active, 5 refinement, 6 retention, 7 completed,
    8 cancelled, 9 on hold, 10 transferred, 11 revision. suffix: short code such as 00BB, not unique.
    schemes: text that should hold JSON. archived and suspended are soft deletes.
    """

    user = one_to_one("User", related_name="patient")
    doctor = reference("User")
    office = reference("Office")
    birthdate = models.DateField(null=True)
    sex = models.SmallIntegerField(null=True)
    suffix = models.CharField(max_length=32, null=True)
    status = models.SmallIntegerField(null=True)
    archived = models.BooleanField(null=True)
    suspended = models.BooleanField(null=True)
    schemes = models.TextField(null=True)
    submitted_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(null=True)

    class Meta(Mirror.Meta):
        db_table = "dispatch_patient"


class Course(Mirror):
    """A kind of treatment. type: 1 main, 2 refinement, 3 any, 4 replacement, 5 invoice, 6 merchandise.

    customization: text that should hold JSON.
    """

    name = models.CharField(max_length=255, null=True)
    type = models.SmallIntegerField(null=True)
    customization = models.TextField(null=True)

    class Meta(Mirror.Meta):
        db_table = "dispatch_course"


class Instruction(Mirror):
    """A clinical order; doctor and office are those of its patient.

    status: 0 no product, 1 submitted, 2 approved, 4 shipped; 3 is unknown. deleted is a soft delete and may be NULL.
    exports: text that should hold JSON, '{}' when empty; conditions and objective sometimes hold JSON too.
    The codes of model and scanner are unknown. The side of a jaw is told by the reference that points at it.
    """

    patient = reference("Patient")
    course = reference("Course")
    status = models.SmallIntegerField()
    deleted = models.BooleanField(null=True)
    suffix = models.CharField(max_length=32, null=True)
    notes = models.TextField(null=True)
    complaint = models.TextField(null=True)
    objective = models.TextField(null=True)
    conditions = models.TextField(null=True)
    scanner_notes = models.TextField(null=True)
    price = money()
    model = models.SmallIntegerField(null=True)
    scanner = models.SmallIntegerField(null=True)
    cbct = models.BooleanField(null=True)
    accept_extraction = models.BooleanField(null=True)
    comprehensive = models.BooleanField(null=True)
    order = models.IntegerField(null=True, db_column="order")
    upper_jaw = reference("Jaw")
    lower_jaw = reference("Jaw")
    exports = models.TextField(null=True)
    submitted_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(null=True)

    class Meta(Mirror.Meta):
        db_table = "dispatch_instruction"


class Jaw(Mirror):
    """What is made for one jaw. reason (of a replacement): 1 breakage, 2 other, 3 complete.

    bond_teeth and extract_teeth: sixteen digits, one for each tooth, '0' where nothing is marked.
    """

    bond_teeth = models.CharField(max_length=16, null=True)
    extract_teeth = models.CharField(max_length=16, null=True)
    reason = models.SmallIntegerField(null=True)
    product = reference("Product")
    labial = models.BooleanField(null=True)

    class Meta(Mirror.Meta):
        db_table = "dispatch_jaw"


class Project(Mirror):
    """A stored design or model. size in bytes; uid is its key in the file store.

    type: 0 upper STL, 1 lower STL, 2 clinical photo, 3 treatment plan, 4 X-ray, 5 CBCT scan, 10 simulation,
    11 aligner design. status: 0 draft, 1 in progress, 2 completed, 3 archived.
    """

    uid = models.CharField(max_length=64, null=True)
    created_at = models.DateTimeField(null=True)
    name = models.CharField(max_length=255, null=True)
    size = models.BigIntegerField(null=True)
    public = models.BooleanField(null=True)
    type = models.SmallIntegerField(null=True)
    status = models.SmallIntegerField(null=True)
    creator = reference("User")

    class Meta(Mirror.Meta):
        db_table = "dispatch_project"


class Plan(Mirror):
    """A treatment plan of an order; many plans may share one project. It knows its patient only by its instruction."""

    instruction = reference("Instruction")
    project = reference("Project")
    notes = models.TextField(null=True)
    number = models.IntegerField(null=True)
    name = models.CharField(max_length=255, null=True)
    original = models.BooleanField(null=True)

    class Meta(Mirror.Meta):
        db_table = "dispatch_plan"


class State(Mirror):
    """An entry in an order's log of states. status: 11 treatment active, 12 case closed; `on`: entered or left."""

    status = models.SmallIntegerField(null=True)
    on = models.BooleanField(null=True, db_column="on")
    changed_at = models.DateTimeField(null=True)
    actor = reference("User")
    instruction = reference("Instruction")

    class Meta(Mirror.Meta):
        db_table = "dispatch_state"


class Bracket(Mirror):
    """A bracket made within a project. The meaning of `type` is unknown."""

    name = models.CharField(max_length=255, null=True)
    project = reference("Project")
    type = models.SmallIntegerField(null=True)

    class Meta(Mirror.Meta):
        db_table = "dispatch_bracket"


class Event(Mirror):
    """Something in the calendar of a patient or an order. Assumed: every column; the codes of kind are unknown."""

    title = models.CharField(max_length=255, null=True)
    kind = models.SmallIntegerField(null=True)
    start = models.DateTimeField(null=True)
    finish = models.DateTimeField(null=True)
    notes = models.TextField(null=True)
    patient = reference("Patient")
    instruction = reference("Instruction")
    creator = reference("User")
    created_at = models.DateTimeField(null=True)

    class Meta(Mirror.Meta):
        db_table = "dispatch_event"
