"""Pages, and which target row a legacy row became."""

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
    # Of a page of an undo.
    deleted = models.IntegerField(default=0)
    restored = models.IntegerField(default=0)
    released = models.IntegerField(default=0)
    kept = models.IntegerField(default=0)
    #: The versions (xmin, as text) that the page's rows have as long as nobody but us has written them, and the table
    #: that they are in: cluster, database and table by number. Elsewhere, or restored from a dump, they say nothing.
    versions = models.JSONField(default=list)
    place = models.CharField(max_length=100, blank=True)
    #: Control totals of the page's rows that arrived: money field → sum, exact, as text.
    totals = models.JSONField(default=dict)
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
