"""Text that people typed, as the value that the legacy reader would have given for it."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from django.core.exceptions import FieldDoesNotExist, FieldError, ValidationError
from django.db import models
from django.utils import timezone

from catalog.columns import rows, trace
from catalog.declare import Spec


class NotReadable(ValueError):
    """Text that no value of the column is written as. The message names the column and what it takes, not the text."""


#: What a column takes, in words. Subclasses first: a DateTimeField is a DateField.
KINDS: tuple[tuple[type[models.Field], str], ...] = (
    (models.DateTimeField, "a date and time, such as 2024-05-31 14:30"),
    (models.DateField, "a date, such as 2024-05-31"),
    (models.BooleanField, "true or false"),
    (models.IntegerField, "a whole number"),
    (models.DecimalField, "a number"),
)


def text(value: Any) -> str | None:
    """A legacy value as corrections and failed records write it; NULL is None."""
    return None if value is None else str(value)


def column(spec: Spec, path: str) -> models.Field | None:
    """The field that tells what kind of values a path has; None for what a split gives, which has no kind.

    Raises `NotReadable` for a path that leads nowhere.
    """
    if spec.each and path in spec.each.gives:
        return None
    if path in spec.annotate:
        return rows(spec).query.annotations[path].output_field
    try:
        found = trace(spec.source, path)[-1]
    except (FieldDoesNotExist, FieldError, ValueError):
        raise NotReadable(f"{spec.name} reads no column {path}.") from None
    return found.target_field if isinstance(found, models.ForeignKey) else found


def as_read(spec: Spec, path: str, new: str | None, old: Any = None) -> Any:
    """The value that the reader gives where the legacy row holds what is meant by `new`; None is NULL.

    `old` is the value that it replaces: of what a split gives, nothing else tells the kind. Raises `NotReadable`.
    """
    if new is None:
        return None
    field = column(spec, path)
    if field is None:
        if isinstance(old, int) and not isinstance(old, bool):
            return _converted(models.IntegerField(), path, new)
        return new
    if isinstance(field, models.BooleanField):
        new = new.strip().capitalize()
    value = _converted(field, path, new)
    if isinstance(field, models.DateTimeField) and timezone.is_naive(value):
        return timezone.make_aware(value, UTC)
    return value


def _converted(field: models.Field, path: str, new: str) -> Any:
    try:
        return field.to_python(new)
    except (ValidationError, ValueError, OverflowError):
        takes = next((words for kind, words in KINDS if isinstance(field, kind)), "another kind of value")
        raise NotReadable(f"The corrected value cannot be read: {path} takes {takes}.") from None
