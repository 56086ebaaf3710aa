"""The history of runs, in the control database. Its counters are summaries: the ledger is the truth."""

from __future__ import annotations

import uuid
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from runs.errors import StaleState
from runs.states import ACTIVE, State, reason


class Stateful(models.Model):
    """A state that changes by compare-and-set, along the table of transitions."""

    state = models.CharField(max_length=32, choices=State.choices, default=State.PLANNED)
    #: What stopped it, in a sentence; empty for a run that went well.
    problem = models.TextField(blank=True)

    class Meta:
        abstract = True

    def move(self, new: State, **changes: Any) -> Self:
        """Changes the state, together with other fields, if nobody else has changed it meanwhile.

        Raises KeyError for a transition that is not in the table, `StaleState` if somebody was faster.
        """
        reason(self.state, new)
        done = type(self)._default_manager.filter(pk=self.pk, state=self.state).update(state=new, **changes)
        if not done:
            raise StaleState(f"{self._meta.verbose_name} {self.pk}", self.state, new)
        for name, value in {"state": new, **changes}.items():
            setattr(self, name, value)
        return self


class Run(Stateful):
    """One order to migrate some entities, from whichever door it came."""

    #: Names the run's lock in the target database, where other control databases may take locks too.
    key = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    #: Who asked for it: a user of this site, or the account on the machine for the command line.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    requested_by = models.CharField(max_length=150)
    dry_run = models.BooleanField(default=False)
    #: batch_size, limit, ids and whatever else shaped the run.
    options = models.JSONField(default=dict)
    #: Which databases and which code: nobody has to guess later what was loaded where.
    environment = models.JSONField(default=dict)

    class Meta:
        ordering = ["-pk"]
        permissions = [("view_legacy_values", "Can see values of the legacy database")]

    def __str__(self) -> str:
        return f"Run {self.pk}"


class EntityRun(Stateful):
    """The part of a run that concerns one entity. Its UUID names it in the ledger."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="entity_runs")
    entity = models.CharField(max_length=100)
    position = models.PositiveIntegerField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    #: Written with every page: when the process that works on it was last seen alive.
    heartbeat_at = models.DateTimeField(null=True)
    #: Seconds spent working, over all resumptions.
    seconds = models.FloatField(default=0)

    total = models.BigIntegerField(null=True, help_text="legacy rows in the table")
    in_scope = models.BigIntegerField(null=True, help_text="legacy rows that the declaration selects")
    read = models.BigIntegerField(default=0, help_text="legacy rows read")
    expanded = models.BigIntegerField(default=0, help_text="rows more than were read, where one row becomes several")
    created = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0, help_text="rows that were in the target and were changed")
    matched = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    skipped = models.BigIntegerField(default=0)
    failed = models.BigIntegerField(default=0)
    not_reached = models.BigIntegerField(default=0, help_text="in scope, but beyond --limit")
    #: Groups of failures and resolutions, counts only: [{stage, code, field, constraint, rows}, ...].
    summary = models.JSONField(default=dict)

    class Meta:
        ordering = ["run", "position"]
        constraints = [
            models.UniqueConstraint(fields=["run", "entity"], name="runs_entityrun_once_per_run"),
            models.UniqueConstraint(fields=["entity"], condition=Q(state__in=ACTIVE), name="runs_entityrun_one_active"),
        ]

    def __str__(self) -> str:
        return f"{self.entity} in run {self.run_id}"

    @property
    def out_of_scope(self) -> int | None:
        """Legacy rows that the declaration leaves out by its `where`."""
        return None if self.total is None or self.in_scope is None else self.total - self.in_scope

    @property
    def balance(self) -> int | None:
        """Rows in scope minus rows accounted for: 0 if nothing was lost. None before the end."""
        if self.in_scope is None:
            return None
        arrived = self.created + self.updated + self.matched + self.unchanged
        return self.in_scope + self.expanded - arrived - self.skipped - self.failed - self.not_reached


class Severity(models.TextChoices):
    """How bad a finding is, from the least to the worst."""

    INFO = "info"  #: So declared, or so in the old system: nobody has to do anything.
    WARNING = "warning"  #: Somebody should look at it.
    ERROR = "error"  #: The two sides differ where they must not.
    CRITICAL = "critical"  #: Rows or money are lost, or a row belongs to the wrong one.


#: The validation of an entity with such a finding has failed.
FAILING = (Severity.ERROR, Severity.CRITICAL)


class Finding(models.Model):
    """Something that a validation found wrong, or worth knowing, in the rows of an entity; one row however often."""

    class Origin(models.TextChoices):
        INHERITED = "inherited"  #: The legacy data is so already.
        INTRODUCED = "introduced"  #: It came about on the way, or in the target.

    class State(models.TextChoices):
        OPEN = "open"
        FIXED = "fixed"  #: The latest validation did not find it any more.

    check_name = models.CharField("check", max_length=50)
    #: A stable name of what is wrong; with check, entity and field it tells findings apart.
    code = models.CharField(max_length=50)
    severity = models.CharField(max_length=16, choices=Severity.choices)
    entity = models.CharField(max_length=100)
    #: The target field, where one is concerned.
    field = models.CharField(max_length=100, blank=True)
    #: A sentence without values of the databases.
    message = models.TextField()
    #: Counts or sums, never the values of a row.
    expected = models.CharField(max_length=100, blank=True)
    actual = models.CharField(max_length=100, blank=True)
    difference = models.CharField(max_length=100, blank=True)
    rows = models.BigIntegerField(default=0)
    #: Some of the rows by their legacy ids; "target:" and a UUID for a row of the target that has none.
    sample = models.JSONField(default=list)
    origin = models.CharField(max_length=16, choices=Origin.choices)
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    #: The run that found it last; NULL for a validation outside of a run.
    run = models.ForeignKey(Run, null=True, on_delete=models.SET_NULL, related_name="findings")
    entity_run = models.ForeignKey(EntityRun, null=True, on_delete=models.SET_NULL, related_name="findings")
    first_seen = models.DateTimeField(default=timezone.now)
    last_seen = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["check_name", "entity", "field", "code"], name="runs_finding_once"),
        ]
        indexes = [models.Index(fields=["state", "severity"], name="runs_finding_state")]

    def __str__(self) -> str:
        return f"{self.entity}{'.' if self.field else ''}{self.field}: {self.code}"
