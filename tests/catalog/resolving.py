"""Runs the real transform and resolve stages on rows written by hand: no database.

A parent that was migrated is known by its entity and legacy id, and "entity id" stands for its UUID.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from catalog.declare import Spec
from runs.engine.resolve import Find, resolve
from runs.engine.rows import Batch, Pending, Rejected, Resolved
from runs.engine.transform import read, transform
from tests.catalog.transforming import NAMESPACE


class Outcome(NamedTuple):
    """What became of the rows; `good` are dicts of target values."""

    good: list[dict[str, Any]]
    rejected: list[Rejected]
    resolved: list[Resolved]
    pending: list[Pending]


def migrate(spec: Spec, *rows: Mapping[str, Any], known: Mapping[str, Collection[int]]) -> Outcome:
    """The outcome of both stages, given the legacy ids of the parents that were migrated, by entity.

    Columns that a row does not name are NULL. A column that the entity does not read is a mistake in the test.
    """
    batch, refused = _read(spec, rows)
    batch, misfits = transform(spec, batch)
    batch, missing = resolve(spec, batch, _find(known))
    return Outcome(_good(batch), refused + misfits + missing, batch.resolved, batch.pending)


def references(
    spec: Spec, known: Mapping[str, Collection[int]], *rows: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], list[Rejected], list[Resolved]]:
    """Like `migrate`, but for the references alone: good rows hold nothing else, and no other column can fail."""
    batch, refused = _read(spec, rows)
    batch, missing = resolve(spec, batch, _find(known))
    return _good(batch), refused + missing, batch.resolved


def _read(spec: Spec, rows: Sequence[Mapping[str, Any]]) -> tuple[Batch, list[Rejected]]:
    for row in rows:
        assert set(row) <= set(spec.paths), f"not read: {set(row) - set(spec.paths)}"
    return read(spec, [tuple(row.get(path) for path in spec.paths) for row in rows], NAMESPACE)


def _find(known: Mapping[str, Collection[int]]) -> Find:
    def find(entity: str, keys: Collection[str]) -> dict[str, str]:
        return {key: f"{entity} {key}" for key in keys if key in set(map(str, known.get(entity, ())))}

    return find


def _good(batch: Batch) -> list[dict[str, Any]]:
    return [{name: values[i] for name, values in batch.values.items()} for i in range(len(batch))]


def causes(outcome: Outcome) -> list[tuple[str, str, str]]:
    """(legacy id, field, code) of each rejected row."""
    return [(r.legacy_id, r.field, r.code) for r in outcome.rejected]


class Side(NamedTuple):
    """One of the two references of a table that joins two others."""

    column: str
    entity: str
    field: str


def assert_joins(spec: Spec, one: Side, other: Side) -> None:
    """A row arrives with both parents; without either it is a failed record that names the field."""
    row: dict[str, Any] = {"id": 1, one.column: 20, other.column: 30}
    known = {one.entity: {20}, other.entity: {30}} if one.entity != other.entity else {one.entity: {20, 30}}
    missing = [row | {"id": n, side.column: 99} for n, side in enumerate((one, other), 2)]
    empty = [row | {"id": n, side.column: None} for n, side in enumerate((one, other), 4)]
    outcome = migrate(spec, row, *missing, *empty, known=known)
    assert outcome.good == [{one.field: f"{one.entity} 20", other.field: f"{other.entity} 30"}]
    assert causes(outcome) == [
        ("2", one.field, "missing_parent"),
        ("3", other.field, "missing_parent"),
        ("4", one.field, "required"),
        ("5", other.field, "required"),
    ]
    assert set(spec.match) == {one.field, other.field}
