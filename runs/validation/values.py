"""Every field holds what the declaration makes of the legacy row: each row is transformed again and compared.

Page by page the target's server makes one digest for each column, and so does this check of the values that it expects.
Only where they differ are the values of that column fetched, and compared one by one.

Foreign keys are left to `references`. Values that a policy leaves out, or keeps raw, are expected so, and have to be
recorded as resolutions. Corrections are applied as in a run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db.models import NOT_PROVIDED, Field, JSONField

from catalog.declare import Spec
from legacy import reader
from runs import sql_checksums
from runs.checksums import digest
from runs.engine.load import defaulted
from runs.engine.rows import Batch, Rejected
from runs.engine.transform import transform
from runs.findings import Found, Kind, Notes, Origin
from runs.ledger.models import Outcome
from runs.models import Severity
from runs.sides import CORRECTION, Comparison, arrived, changed, corrected, looked_at, place

DIFFERENT = Kind(
    "different",
    Severity.ERROR,
    "These rows hold in {field} something else than their legacy rows say.",
)
DIFFERENT_BEFORE = Kind(
    "different_before",
    Severity.INFO,
    "These rows were in the target before the migration, which adopted them as they are: their {field} is not what "
    "their legacy rows say.",
    Origin.INHERITED,
)
CHANGED = Kind(
    "changed",
    Severity.WARNING,
    "The legacy rows, or the columns that the declaration reads of them, have changed since they were migrated, and "
    "{field} does not follow: that is a differential run's.",
)
REFUSED = Kind(
    "refused",
    Severity.WARNING,
    "The declaration would refuse these rows today for their {field}, although they were migrated.",
)
UNRECORDED = Kind(
    "unrecorded",
    Severity.ERROR,
    "A policy leaves {field} of these rows empty or raw, and no resolution records it.",
)
CORRECTED = Kind(
    "corrected",
    Severity.WARNING,
    "A correction of these rows was made, changed or revoked after they were migrated, and {field} does not follow.",
)


def check(spec: Spec, snapshot: reader.Snapshot, comparison: Comparison | None = None) -> Iterator[Found]:
    comparison = comparison or Comparison()
    notes = comparison.notes()
    fields = [spec.fields[name] for name in spec.recipes if name not in spec.references]
    fields += [field for field in defaulted(spec) if not callable(field.default)]
    # The same declaration without its references: their columns are not even read.
    plain = replace(spec, recipes={name: r for name, r in spec.recipes.items() if name not in spec.references})

    def look(batch: Batch) -> tuple[Batch, list[Rejected]]:
        good, refused = transform(plain, batch)
        return replace(good, source={}), refused

    for good, refused in looked_at(plain, snapshot, look, comparison.sample):
        _refused(spec, refused, notes)
        comparison.add(_compare(spec, fields, good, notes))
    yield from notes.found()
    yield from comparison.nothing(spec)


def _refused(spec: Spec, refused: list[Rejected], notes: Notes) -> None:
    """Rows that the declaration does not take: most of them are not in the target either."""
    there = arrived(spec, (), [row.legacy_id for row in refused]) if refused else {}
    moved = changed(spec, {legacy_id: row.digest for legacy_id, row in there.items()})
    for row in refused:
        if row.legacy_id in there:
            notes.note(CHANGED if row.legacy_id in moved else REFUSED, [row.legacy_id], row.field)


def _compare(spec: Spec, fields: Sequence[Field], good: Batch, notes: Notes) -> int:
    """The number of rows that are in the target, and all of which are compared."""
    gone, found = sql_checksums.digests(place(spec), [str(field.column) for field in fields], good.ids)
    good = good.without(gone)
    if len(good):
        pairs = zip(fields, found, strict=True)
        odd = [field for field, theirs in pairs if digest(field, _expected(field, good)) != theirs]
        if odd:
            _one_by_one(spec, odd, good, notes)
        _policies(spec, good, notes)
    return len(good)


def _one_by_one(spec: Spec, fields: Sequence[Field], good: Batch, notes: Notes) -> None:
    """Columns whose digests differ, value by value."""
    rows = arrived(spec, [field.name for field in fields], good.ids)
    odd: dict[str, list[str]] = {}
    for position, field in enumerate(fields):
        actual = [rows[legacy_id].values[position] for legacy_id in good.ids]
        odd[field.name] = [good.ids[i] for i in _differences(field, _expected(field, good), actual)]
    every = {legacy_id for ids in odd.values() for legacy_id in ids}
    moved = changed(spec, {legacy_id: rows[legacy_id].digest for legacy_id in every})
    since = corrected(spec, good.resolved, every - moved, odd)
    before = {legacy_id for legacy_id in every if rows[legacy_id].outcome == Outcome.MATCHED}
    for name, ids in odd.items():
        left = ids
        for kind, these in ((CHANGED, moved), (CORRECTED, since), (DIFFERENT_BEFORE, before)):
            notes.note(kind, [i for i in left if i in these], name)
            left = [i for i in left if i not in these]
        notes.note(DIFFERENT, left, name)


def _policies(spec: Spec, good: Batch, notes: Notes) -> None:
    """What a policy did has to be on record; corrections tell for themselves, by the values."""
    applied = [(row.legacy_id, row.field) for row in good.resolved if not row.rule.startswith(CORRECTION)]
    recorded = sql_checksums.rules(spec.name, {legacy_id for legacy_id, _ in applied}) if applied else {}
    silent = [one for one in applied if one not in recorded]
    if silent:
        rows = arrived(spec, (), [legacy_id for legacy_id, _ in silent])
        moved = changed(spec, {legacy_id: row.digest for legacy_id, row in rows.items()})
        excused = moved | corrected(
            spec, good.resolved, set(rows) - moved, spec.recipes.keys() - spec.references.keys()
        )
        for legacy_id, name in silent:
            notes.note(UNRECORDED, [legacy_id] if legacy_id not in excused else [], name)


def _expected(field: Field, good: Batch) -> list[Any]:
    """A field without a recipe holds what the target's model declares."""
    values = good.values.get(field.name)
    if values is None:
        assert field.default is not NOT_PROVIDED
        return [field.default] * len(good)
    return values


def _differences(field: Field, expected: Sequence[Any], actual: Sequence[Any]) -> Iterator[int]:
    """The positions at which a column of the target is not as it should be."""
    if isinstance(field, JSONField):
        # The driver gives JSON as text.
        expected = [None if value is None else _exact(json.dumps(value)) for value in expected]
        actual = [None if text is None else _exact(text) for text in actual]
    for position, (one, other) in enumerate(zip(expected, actual, strict=True)):
        if one != other and _in_zone(one) != other:
            yield position


def _exact(text: str) -> Any:
    """JSON in which numbers are exact, and no number is a truth value."""

    def number(digits: str) -> tuple[str, Decimal]:
        return "number", Decimal(digits)

    return json.loads(text, parse_float=number, parse_int=number)


def _in_zone(value: Any) -> Any:
    """An instant without a zone is one of UTC, as for the database."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value
