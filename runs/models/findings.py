"""What validations found."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from runs.models.history import EntityRun, Run


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
        ACKNOWLEDGED = "acknowledged"  #: Somebody knows of it, for a reason that is on record.
        WAIVED = "waived"  #: Does not count until a day that is on record.
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
    #: Who acknowledged or waived it, when, why and until when.
    handled_by = models.CharField(max_length=150, blank=True)
    handled_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    waived_until = models.DateField(null=True)
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
