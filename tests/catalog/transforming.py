"""Runs the real transform stage on rows written by hand: no database."""

from typing import Any
from uuid import UUID

from catalog.declare import Spec
from runs.engine.rows import Rejected, Resolved
from runs.engine.transform import read, transform

NAMESPACE = UUID("5a1f3c1e-0000-4000-8000-000000000001")


def run(spec: Spec, *rows: dict[str, Any]) -> tuple[list[dict[str, Any]], list[Rejected], list[Resolved]]:
    """Good rows as dicts of target values, rejected rows, resolutions. Columns that a row does not name are NULL.

    A column that the entity does not read is a mistake in the test.
    """
    for row in rows:
        assert set(row) <= set(spec.paths), f"not read: {set(row) - set(spec.paths)}"
    batch, refused = read(spec, [tuple(row.get(path) for path in spec.paths) for row in rows], NAMESPACE)
    batch, rejected = transform(spec, batch)
    good = [{name: values[i] for name, values in batch.values.items()} for i in range(len(batch))]
    return good, refused + rejected, batch.resolved
