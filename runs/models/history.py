"""Runs and their parts. Their counters are summaries: the ledger is the truth."""

from __future__ import annotations

import uuid
from abc import abstractmethod
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from runs.actors import current
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
        """Changes the state, together with other fields, if nobody else has changed it meanwhile; an event tells of it.

        Raises KeyError for a transition that is not in the table, `StaleState` if somebody was faster.
        """
        old, why = self.state, reason(self.state, new)
        with transaction.atomic():
            done = type(self)._default_manager.filter(pk=self.pk, state=old).update(state=new, **changes)
            if not done:
                raise StaleState(f"{self._meta.verbose_name} {self.pk}", old, new)
            run, entity = self._place
            who = current()
            RunEvent.objects.create(
                run=run, entity=entity, what="state", old_state=old, new_state=new,
                why=changes.get("problem") or why, who=who.name, user_id=who.user_id, door=who.door,
            )  # fmt: skip
        for name, value in {"state": new, **changes}.items():
            setattr(self, name, value)
        return self

    @property
    @abstractmethod
    def _place(self) -> tuple[Run, str]:
        """The run whose event a change is, and the part of it."""


class Run(Stateful):
    """One order to do something with some entities, from whichever door it came."""

    class Kind(models.TextChoices):
        MIGRATION = "migration"
        RETRY = "retry"  #: A migration of rows that had failed, and of no others.
        UNDO = "undo"  #: Takes back what other runs did.
        VALIDATION = "validation"  #: Compares both sides and changes neither.

    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.MIGRATION)
    state = models.CharField(max_length=32, choices=State.choices, default=State.REQUESTED)

    #: Names the run's lock in the target database, where other control databases may take locks too.
    key = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    #: Who asked for it: a user of this site, or the account on the machine for the command line.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    requested_by = models.CharField(max_length=150)
    #: Through which door it came: admin, command, schedule.
    door = models.CharField(max_length=16, blank=True)
    note = models.TextField(blank=True)
    #: The run that an undo takes back; NULL for one that takes back rows of several.
    undoes = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="undos")
    #: Workers in a row that ended over it without finishing a page.
    attempts = models.PositiveSmallIntegerField(default=0)
    dry_run = models.BooleanField(default=False)
    #: batch_size, limit, ids and whatever else shaped the run.
    options = models.JSONField(default=dict)
    #: Which databases and which code: nobody has to guess later what was loaded where.
    environment = models.JSONField(default=dict)

    class Meta:
        ordering = ["-pk"]
        permissions = [
            ("operate_run", "Can start, pause, resume, cancel and retry runs, and correct failed records"),
            ("undo_run", "Can take runs back"),
            ("dismiss_in_bulk", "Can dismiss many failed records at once"),
            ("sign_off_clinical", "Can sign off entities for the clinic"),
            ("sign_off_finance", "Can sign off entities for finance"),
            ("handle_finding", "Can acknowledge and waive findings"),
            ("view_legacy_values", "Can see values of the legacy database"),
        ]

    def __str__(self) -> str:
        return f"Run {self.pk}"

    @property
    def _place(self) -> tuple[Run, str]:
        return self, ""


#: The counters of an entity run whose sum has to be the rows in scope.
TERMS = (
    *("created", "updated", "matched", "unchanged", "skipped", "failed", "not_reached"),
    *("deleted", "restored", "released", "kept"),
)


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
    # The terms of an undo, whose scope are rows of the target.
    deleted = models.BigIntegerField(default=0, help_text="rows that were deleted")
    restored = models.BigIntegerField(default=0, help_text="rows that got back what they held before")
    released = models.BigIntegerField(default=0, help_text="rows that were there before us and stay, without a mapping")
    kept = models.BigIntegerField(default=0, help_text="rows left as they are, edited since or depended on")
    #: Rows of this entity run that later undos took back.
    taken_back = models.BigIntegerField(default=0)
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
    def _place(self) -> tuple[Run, str]:
        return self.run, self.entity

    @property
    def out_of_scope(self) -> int | None:
        """Legacy rows that the declaration leaves out by its `where`."""
        return None if self.total is None or self.in_scope is None else self.total - self.in_scope

    @property
    def balance(self) -> int | None:
        """Rows in scope minus rows accounted for: 0 if nothing was lost. None before the end."""
        if self.in_scope is None:
            return None
        return self.in_scope + self.expanded - sum(getattr(self, term) for term in TERMS)


class RunEvent(models.Model):
    """A change of a run or of one of its parts: who, when, from which door, what and why.

    Append-only: the database refuses updates and deletes. Who did it is kept as text and number, as an account may go.
    """

    run = models.ForeignKey(Run, on_delete=models.DO_NOTHING, related_name="events")
    #: The part of the run that changed; empty for the run as a whole.
    entity = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    who = models.CharField(max_length=150)
    user_id = models.BigIntegerField(null=True)
    #: admin, command, worker, schedule.
    door = models.CharField(max_length=16)
    #: What was done: a verb of `runs.services`, or "state" for a change that followed from the work itself.
    what = models.CharField(max_length=32)
    old_state = models.CharField(max_length=32, blank=True)
    new_state = models.CharField(max_length=32, blank=True)
    #: A sentence without legacy values.
    why = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.what}, run {self.run_id}"
