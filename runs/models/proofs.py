"""What people attest of entities, and what schemas looked like."""

from __future__ import annotations

from django.db import models


class SignOff(models.Model):
    """A named role accepts an entity with its totals as they were at that moment."""

    class Role(models.TextChoices):
        CLINICAL = "clinical"
        FINANCE = "finance"

    entity = models.CharField(max_length=100)
    role = models.CharField(max_length=16, choices=Role.choices)
    who = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)
    note = models.TextField(blank=True)
    #: The totals that were accepted, and their digest: other totals make the sign-off stale.
    totals = models.JSONField()
    digest = models.CharField(max_length=64)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["-pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.entity}, {self.role}"


class SchemaPicture(models.Model):
    """A schema as a run found it, kept once for each fingerprint: what a later one is compared with, in words."""

    class Side(models.TextChoices):
        LEGACY = "legacy"
        TARGET = "target"

    side = models.CharField(max_length=8, choices=Side.choices)
    fingerprint = models.CharField(max_length=64)
    #: Table → column → its type and nullability, as text.
    tables = models.JSONField()
    first_seen = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(fields=["side", "fingerprint"], name="runs_schemapicture_once")]

    def __str__(self) -> str:
        return f"{self.side} {self.fingerprint[:8]}"
