"""What is known of the migration as a whole: data domains, the inventory of scripts, snapshots of the coverage."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone


class DataDomain(models.Model):
    """A part of the company's data. Its code is the name of the folder with the declarations of its entities."""

    code = models.CharField(max_length=32, primary_key=True)
    name = models.CharField(max_length=60)
    description = models.TextField()
    priority = models.PositiveSmallIntegerField(help_text="1 is migrated and proved first")

    class Meta:
        ordering = ["priority", "code"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.name


class MigrationScript(models.Model):
    """A line of the inventory: one of the scripts with which the migration was done before, and what they recorded.

    All of it comes from `scripts.csv`, except for the note. Entities belong to a script by their declaration, and how
    far a script is follows from the runs; neither is stored.
    """

    class Category(models.TextChoices):
        CORE = "core", "core"
        COMMUNICATIONS = "communications", "communications"
        BUSINESS = "business", "business"
        CASE_MANAGEMENT = "case_management", "case management"
        FILES = "files", "files"
        SPECIALISED_CLINICAL = "specialised_clinical", "specialised clinical"
        SYSTEM = "system", "system"
        SUPPORT = "support", "support"
        CRITICAL_FIX = "critical_fix", "critical fix"

    class Kind(models.TextChoices):
        MIGRATE = "migrate"
        REPAIR = "repair"
        VALIDATE = "validate"
        ORCHESTRATE = "orchestrate"

    number = models.PositiveSmallIntegerField(primary_key=True)
    file_name = models.CharField("original file", max_length=100, unique=True)
    title = models.CharField(max_length=100)
    category = models.CharField(max_length=32, choices=Category.choices)
    domain = models.ForeignKey(DataDomain, on_delete=models.PROTECT, related_name="scripts")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    recorded_total = models.PositiveIntegerField(null=True, help_text="rows to migrate, as the original recorded them")
    recorded_migrated = models.PositiveIntegerField(null=True, help_text="rows migrated, as the original recorded them")
    recorded_rate = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        null=True,
        help_text="percent, as the original recorded it",
    )
    recorded_note = models.TextField(blank=True, help_text="what is odd about the recorded numbers")
    depends_on = models.ManyToManyField("self", symmetrical=False, related_name="needed_by")
    staff_note = models.TextField(
        blank=True, help_text="Written by staff, and kept whenever the inventory is brought up to date."
    )

    class Meta:
        ordering = ["number"]
        default_permissions = ("view", "change")
        constraints = [
            models.CheckConstraint(
                condition=Q(recorded_rate__range=(0, 100)), name="catalog_migrationscript_recorded_rate"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class CoverageSnapshot(models.Model):
    """How much of the legacy schema was accounted for at a moment: plain data, as `catalog.coverage` made it."""

    taken_at = models.DateTimeField(default=timezone.now, db_index=True)
    data = models.JSONField()

    class Meta:
        ordering = ["-taken_at"]
        get_latest_by = "taken_at"
        default_permissions = ("add", "view")

    def __str__(self) -> str:
        return f"Coverage on {self.taken_at:%Y-%m-%d %H:%M}"
