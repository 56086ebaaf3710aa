"""What rows of the target held before we changed or deleted them."""

from __future__ import annotations

from django.db import models

from runs.ledger.models.pages import Page


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


class RemovedRow(models.Model):
    """A target row that an undo deleted on request although it had been edited since: its last content.

    Nobody's work is silently lost: this is where it is. Personal data, like `FailedRecord.source`.
    """

    entity = models.CharField(max_length=100)
    legacy_id = models.CharField(max_length=200)
    target_id = models.UUIDField(db_index=True)
    #: Column → value, as the database itself puts a row into JSON.
    content = models.JSONField()
    #: The undo that deleted it.
    run = models.BigIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "migration_removed_rows"
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.entity} {self.legacy_id}, deleted by run {self.run}"
