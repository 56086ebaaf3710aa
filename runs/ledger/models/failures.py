"""Rows that could not be migrated, each attempt, and what people did about them."""

from __future__ import annotations

from django.db import models

from runs.ledger.models.pages import Page


class FailedRecord(models.Model):
    """A legacy row that could not be migrated, with its cause; one for each row, however often it was tried."""

    class Stage(models.TextChoices):
        TRANSFORM = "transform"
        RESOLVE = "resolve"
        LOAD = "load"

    class State(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"  #: A later run migrated the row.
        DISMISSED = "dismissed"  #: Somebody decided that the row need not come, for a reason that is on record.
        UNDONE = "undone"  #: The run that it failed in was taken back.

    entity = models.CharField(max_length=100)
    legacy_id = models.CharField(max_length=200)
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    stage = models.CharField(max_length=16, choices=Stage.choices)
    #: A stable name, or the SQLSTATE that the database gave.
    code = models.CharField(max_length=64)
    #: The target field, where one is to blame.
    field = models.CharField(max_length=100, blank=True)
    constraint = models.CharField(max_length=100, blank=True)
    #: A sentence without legacy values.
    message = models.TextField()
    #: The source columns as they were read: personal data, shown only to those who may see it.
    source = models.JSONField()
    #: Equal for failures of one cause: digest of entity, stage, code, field and constraint.
    fingerprint = models.CharField(max_length=16)
    run = models.BigIntegerField()
    entity_run = models.UUIDField()
    page = models.ForeignKey(Page, on_delete=models.DO_NOTHING, db_constraint=False, related_name="failures")
    #: The run that migrated the row after all.
    closed_by = models.BigIntegerField(null=True)
    #: Whoever looks after it, by login.
    assignee = models.CharField(max_length=150, blank=True, db_default="")
    attempts = models.PositiveIntegerField(default=1)
    first_failed_at = models.DateTimeField(auto_now_add=True)
    last_failed_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "migration_failed_records"
        constraints = [
            models.UniqueConstraint(fields=["entity", "legacy_id"], name="migration_failed_records_legacy"),
        ]
        indexes = [
            models.Index(fields=["fingerprint"], name="migration_failed_fingerprint"),
            models.Index(fields=["entity_run"], name="migration_failed_entity_run"),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.legacy_id}: {self.code}"


class FailedAttempt(models.Model):
    """One attempt at a row that failed. The failed record says what the latest one that stands said."""

    entity = models.CharField(max_length=100)
    legacy_id = models.CharField(max_length=200)
    stage = models.CharField(max_length=16)
    code = models.CharField(max_length=50)
    field = models.CharField(max_length=100, blank=True)
    constraint = models.CharField(max_length=100, blank=True)
    message = models.TextField()
    fingerprint = models.CharField(max_length=16)
    run = models.BigIntegerField()
    entity_run = models.UUIDField()
    page = models.ForeignKey(Page, on_delete=models.DO_NOTHING, db_constraint=False, related_name="attempts")
    at = models.DateTimeField(auto_now_add=True)
    #: Its run was taken back.
    undone = models.BooleanField(default=False)

    class Meta:
        db_table = "migration_failed_attempts"
        constraints = [
            models.UniqueConstraint(fields=["entity_run", "legacy_id"], name="migration_failed_attempts_once"),
        ]
        indexes = [models.Index(fields=["entity", "legacy_id"], name="migration_failed_attempts_row")]

    def __str__(self) -> str:
        return f"{self.entity} {self.legacy_id}, run {self.run}"


class RecordEvent(models.Model):
    """What somebody did about a failed record, or noted of it. Append-only, as the database sees to."""

    class Action(models.TextChoices):
        NOTE = "note", "note"
        ASSIGN = "assign", "assigned"
        DISMISS = "dismiss", "dismissed"
        REOPEN = "reopen", "reopened"
        CORRECT = "correct", "corrected"
        REVOKE = "revoke", "correction revoked"
        RETRY = "retry", "retried"

    entity = models.CharField(max_length=100)
    legacy_id = models.CharField(max_length=200)
    action = models.CharField(max_length=16, choices=Action.choices)
    who = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)
    #: A reason or a note. People write here what they like: shown to whoever may see failed records.
    text = models.TextField(blank=True)

    class Meta:
        db_table = "migration_record_events"
        default_permissions = ("view",)
        indexes = [models.Index(fields=["entity", "legacy_id"], name="migration_record_events_row")]

    def __str__(self) -> str:
        return f"{self.entity} {self.legacy_id}: {self.action}"
