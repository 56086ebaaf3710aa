"""What became of every legacy row. Lives in the target database and is written in the target rows' transactions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Outcome(models.TextChoices):
    """How a mapping came about."""

    CREATED = "created"  #: We made the target row.
    MATCHED = "matched"  #: The target row was there before us; we adopted it unchanged.


class Page(models.Model):
    """A page of legacy rows whose outcome is committed: the checkpoint that a run resumes from."""

    entity_run = models.UUIDField()
    run = models.BigIntegerField(db_index=True)
    entity = models.CharField(max_length=100)
    number = models.PositiveIntegerField()
    #: Legacy keys as text, first and last of the page; empty for an empty page.
    first_key = models.CharField(max_length=200, blank=True)
    last_key = models.CharField(max_length=200, blank=True)
    #: The source had no row after this page.
    final = models.BooleanField(default=False)
    #: Legacy rows read, and how many rows more (or fewer) they became where one row becomes several.
    read = models.IntegerField(default=0)
    expanded = models.IntegerField(default=0)
    created = models.IntegerField(default=0)
    updated = models.IntegerField(default=0)
    matched = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    skipped = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)
    committed_at = models.DateTimeField(auto_now_add=True)
    #: When what the page changed was restored; NULL if it was not.
    undone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "migration_pages"
        constraints = [
            models.UniqueConstraint(fields=["entity_run", "number"], name="migration_pages_number"),
        ]
        indexes = [models.Index(fields=["entity", "final"], name="migration_pages_entity")]

    def __str__(self) -> str:
        return f"{self.entity}, run {self.run}, page {self.number}"


class Mapping(models.Model):
    """A legacy row and the target row that it became. The truth for every look-up of a reference."""

    entity = models.CharField(max_length=100)
    #: Text, so that composite and text keys have a place too.
    legacy_id = models.CharField(max_length=200)
    target_id = models.UUIDField(db_index=True)
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    page = models.ForeignKey(Page, on_delete=models.DO_NOTHING, db_constraint=False, related_name="mappings")
    #: Digest of the source columns as they were read: a changed legacy row has another.
    source_hash = models.CharField(max_length=16)

    class Meta:
        db_table = "migration_mappings"
        constraints = [
            models.UniqueConstraint(fields=["entity", "legacy_id"], name="migration_mappings_legacy"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="migration_mappings_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.legacy_id}"


class FailedRecord(models.Model):
    """A legacy row that could not be migrated, with its cause; one for each row, however often it was tried."""

    class Stage(models.TextChoices):
        TRANSFORM = "transform"
        RESOLVE = "resolve"
        LOAD = "load"

    class State(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"  #: A later run migrated the row.
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


class BeforeImage(models.Model):
    """What a run's change to a target row replaced, so that it can be restored."""

    entity = models.CharField(max_length=100)
    legacy_id = models.CharField(max_length=200)
    target_id = models.UUIDField(db_index=True)
    #: The changed columns and no others: column → value, as the database itself puts a row into JSON. What they held
    #: before, and what the run wrote. Personal data, like `FailedRecord.source`.
    before = models.JSONField()
    after = models.JSONField()
    run = models.BigIntegerField()
    entity_run = models.UUIDField()
    page = models.ForeignKey(Page, on_delete=models.DO_NOTHING, db_constraint=False, related_name="before_images")
    #: When the row got back what it held before; NULL if it did not.
    restored_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "migration_before_images"
        constraints = [
            models.UniqueConstraint(fields=["entity_run", "target_id"], name="migration_before_images_row"),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.legacy_id}, run {self.run}"
