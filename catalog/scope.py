"""Conditions on legacy rows for a declaration's `where` that keep rows with broken references in sight."""

from __future__ import annotations

from django.db.models import F, Q
from django.db.models.lookups import IsNull


def has_key(column: str) -> Q:
    """Whether the column ("instruction_id") holds a key, of a parent that exists or of one that is gone.

    Unlike the look-up `instruction__isnull=False`: Django takes it as leave to read columns of the parent by INNER
    JOIN, which hides the rows whose parent is gone.
    """
    return Q(IsNull(F(column), False))
