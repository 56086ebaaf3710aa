"""Rows that are in the target already, found by their natural key: adopted instead of made a second time."""

from __future__ import annotations

from catalog.declare import Spec
from runs import sql
from runs.engine.rows import Batch


def match(spec: Spec, batch: Batch) -> tuple[Batch, Batch]:
    """(rows to create, rows that are there). Only target rows that no mapping claims can be adopted.

    A target row is adopted by the first legacy row with its key. A second one goes on to the load, where the
    database says that the key is taken.
    """
    positions = [i for i in range(len(batch)) if all(batch.values[name][i] is not None for name in spec.match)]
    if not positions:
        return batch, batch.at([])
    columns = [spec.column(name) for name in spec.match]
    keys = [[batch.values[name][i] for name in spec.match] for i in positions]
    adopted: dict[int, str] = {}
    for target_id, place in sorted(sql.unclaimed(spec.name, spec.target._meta.db_table, columns, keys)):
        if target_id not in adopted.values():
            adopted.setdefault(positions[place], target_id)
    matched = batch.at(sorted(adopted))
    matched.target_ids = [adopted[position] for position in sorted(adopted)]
    return batch.without(adopted), matched
