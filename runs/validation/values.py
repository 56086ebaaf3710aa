"""Every field holds what the declaration makes of the legacy row: each row is transformed again and compared.

Foreign keys are left to `references`. Values that a policy leaves out, or keeps raw, are expected so, and have to be
recorded as resolutions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db.models import NOT_PROVIDED, Field, JSONField

from catalog.declare import Spec
from legacy import reader
from runs import sql_validation
from runs.engine.load import defaulted
from runs.engine.rows import Batch
from runs.engine.transform import transform
from runs.findings import Found, Kind, Notes, Origin
from runs.ledger.models import Outcome
from runs.models import Severity
from runs.sides import Sides, sides

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


def check(spec: Spec, snapshot: reader.Snapshot) -> Iterator[Found]:
    notes = Notes()
    names = [name for name in spec.recipes if name not in spec.references]
    names += [field.name for field in defaulted(spec) if not callable(field.default)]
    for page in sides(spec, snapshot, names):
        _compare(spec, names, page, notes)
    yield from notes.found()


def _compare(spec: Spec, names: list[str], page: Sides, notes: Notes) -> None:
    good, refused = transform(spec, page.batch)
    for row in refused:
        notes.note(CHANGED if row.legacy_id in page.changed else REFUSED, [row.legacy_id], row.field)
    out = {row.legacy_id for row in refused}
    rows = [row for legacy_id, row in zip(page.batch.ids, page.target, strict=True) if legacy_id not in out]
    before = {i for i, row in zip(good.ids, rows, strict=True) if row.outcome == Outcome.MATCHED}
    for place, name in enumerate(names):
        field = spec.fields[name]
        actual = [row.values[place] for row in rows]
        odd = [good.ids[i] for i in _differences(field, _expected(field, good), actual)]
        notes.note(CHANGED, [i for i in odd if i in page.changed], name)
        left = [i for i in odd if i not in page.changed]
        notes.note(DIFFERENT_BEFORE, [i for i in left if i in before], name)
        notes.note(DIFFERENT, [i for i in left if i not in before], name)
    _policies(spec, good, page.changed, notes)


def _policies(spec: Spec, good: Batch, changed: set[str], notes: Notes) -> None:
    applied = [(row.legacy_id, row.field) for row in good.resolved if row.legacy_id not in changed]
    recorded = sql_validation.resolved(spec.name, {i for i, _ in applied}) if applied else set()
    for legacy_id, name in applied:
        if (legacy_id, name) not in recorded:
            notes.note(UNRECORDED, [legacy_id], name)


def _expected(field: Field, good: Batch) -> list[Any]:
    """A field without a recipe holds what the target's model declares."""
    values = good.values.get(field.name)
    if values is None:
        assert field.default is not NOT_PROVIDED
        return [field.default] * len(good)
    return values


def _differences(field: Field, expected: list[Any], actual: list[Any]) -> Iterator[int]:
    """The positions at which a column of the target is not as it should be."""
    if isinstance(field, JSONField):
        # The driver gives JSON as text.
        actual = [None if text is None else json.loads(text) for text in actual]
    if expected == actual:  # which is the rule, and one step for the whole column
        return
    for position, (one, other) in enumerate(zip(expected, actual, strict=True)):
        if one != other and _plain(field, one) != _plain(field, other):
            yield position


def _plain(field: Field, value: Any) -> Any:
    """The value as it compares with what the database made of it: instants in UTC, numbers in JSON exact."""
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    if isinstance(field, JSONField):
        return json.loads(json.dumps(value), parse_float=Decimal, parse_int=Decimal)
    return value
