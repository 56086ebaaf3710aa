"""A small migration to validate, ways to corrupt it, and what the checks say of it."""

from __future__ import annotations

from typing import Any

from django.db import connections

from catalog.registry import spec
from legacy.reader import Snapshot
from runs import validating
from runs.findings import Checked
from runs.sampling import Sample


def execute(statement: str, *params: Any) -> None:
    with connections["target"].cursor() as cursor:
        cursor.execute(statement, params)


def change(entity: str, legacy_id: int | str, assignment: str) -> None:
    """UPDATE of the target row that came from this legacy row."""
    execute(
        f"UPDATE {spec(entity).target._meta.db_table} SET {assignment} WHERE id ="
        " (SELECT target_id FROM migration_mappings WHERE entity = %s AND legacy_id = %s)",
        entity,
        str(legacy_id),
    )


def uuid_of(entity: str, legacy_id: int | str) -> str:
    return f"(SELECT target_id FROM migration_mappings WHERE entity = '{entity}' AND legacy_id = '{legacy_id}')"


def found(entity: str, *names: str, sample: Sample | None = None) -> list[Checked]:
    with Snapshot() as snapshot:
        return validating.validate(spec(entity), snapshot, names, sample)


def told(entity: str, *names: str, sample: Sample | None = None) -> list[tuple[str, str, int, list[str]]]:
    """(code, field, rows, sample) of what these checks find."""
    return [
        (o.found.kind.code, o.found.field, o.found.rows, list(o.found.sample))
        for o in found(entity, *names, sample=sample)
    ]
