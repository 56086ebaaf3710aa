"""What was done about values and references that were not as they should be."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from runs.ledger.models.pages import Page


class Resolution(models.Model):
    """A declared policy, applied to one field of one row instead of failing the row."""

    entity = models.CharField(max_length=100)
    legacy_id = models.CharField(max_length=200)
    field = models.CharField(max_length=100)
    #: The policy and what called for it, such as "set_null: missing_parent".
    rule = models.CharField(max_length=100)
    #: What the legacy row said, and what the target row got instead. Personal data, like `FailedRecord.source`.
    old = models.TextField(null=True)
    new = models.TextField(null=True)
    run = models.BigIntegerField()
    page = models.ForeignKey(Page, on_delete=models.DO_NOTHING, db_constraint=False, related_name="resolutions")

    class Meta:
        db_table = "migration_resolutions"
        constraints = [
            models.UniqueConstraint(fields=["entity", "legacy_id", "field"], name="migration_resolutions_field"),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.legacy_id}, {self.field}: {self.rule}"


class PendingReference(models.Model):
    """A reference whose parent is still to come; filled in when the parent arrives."""

    entity = models.CharField(max_length=100)
    legacy_id = models.CharField(max_length=200)
    field = models.CharField(max_length=100)
    parent_entity = models.CharField(max_length=100)
    parent_legacy_id = models.CharField(max_length=200)
    page = models.ForeignKey(Page, on_delete=models.DO_NOTHING, db_constraint=False, related_name="pending")
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "migration_pending_references"
        constraints = [
            models.UniqueConstraint(fields=["entity", "legacy_id", "field"], name="migration_pending_field"),
        ]
        indexes = [models.Index(fields=["parent_entity", "parent_legacy_id"], name="migration_pending_parent")]

    def __str__(self) -> str:
        return f"{self.entity} {self.legacy_id}, {self.field}"


class Correction(models.Model):
    """A value of the legacy rows that staff put right: replayed in every later run, for as long as it is not revoked.

    It replaces what the declaration reads from `path` where that still is `old`: in one legacy row, or, without a
    `legacy_id`, in all rows of the entity (this code means that). With a `target_id` it answers the reference instead:
    the legacy key `old` means this row of the target.
    """

    entity = models.CharField(max_length=100)
    #: As in the mapping; empty for a rule over all rows.
    legacy_id = models.CharField(max_length=200, blank=True)
    #: The target field that it was made for.
    field = models.CharField(max_length=100)
    #: The legacy column, as the declaration names it.
    path = models.CharField(max_length=200)
    #: Text of the legacy value that is wrong, NULL for NULL; and what to read instead. Personal data.
    old = models.TextField(null=True)
    new = models.TextField(null=True)
    target_id = models.UUIDField(null=True)
    reason = models.TextField()
    author = models.CharField(max_length=150)
    #: The group of failures that it was made for.
    fingerprint = models.CharField(max_length=16, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=150, blank=True)

    class Meta:
        db_table = "migration_corrections"
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "legacy_id", "path", "old"],
                condition=Q(revoked_at=None),
                nulls_distinct=False,
                name="migration_corrections_live",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.legacy_id or 'all rows'}, {self.path}"
