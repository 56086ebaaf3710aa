"""What all tables of the new system share."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q


class TargetModel(models.Model):
    """A row of the new system, known by a UUID."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


def codes(choices: type[models.TextChoices], **options: Any) -> models.CharField:
    """A text field for one of the choices; pair it with `only` in the model's constraints."""
    return models.CharField(max_length=32, choices=choices.choices, **options)


def only(table: str, field: str, choices: type[models.TextChoices]) -> models.CheckConstraint:
    """The database's own word that the field holds one of the choices (or NULL, where the field may be NULL)."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": choices.values}), name=f"{table}_{field}_code")


def reference(to: str, *, on_delete: Any = models.PROTECT, **options: Any) -> models.ForeignKey:
    """A real foreign key to another table of the new system."""
    return models.ForeignKey(to, on_delete=on_delete, **options)
