"""Carrying out checks over an entity: both databases as they are at one moment, and neither of them written."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import connections, transaction

from catalog.declare import Spec
from legacy.dates import read_carefully
from legacy.reader import Snapshot
from runs import sql, sql_validation
from runs.findings import Checked
from runs.sampling import Sample
from runs.sides import Comparison
from runs.validation import checks, row_by_row


def validate(
    spec: Spec, snapshot: Snapshot, names: Collection[str] = (), sample: Sample | None = None
) -> list[Checked]:
    """What these checks (default: all) find in the entity. The caller keeps others from migrating it meanwhile."""
    with one_view():
        return [
            one
            for name in checks()
            if not names or name in names
            for one in examined(spec, snapshot, name, Comparison(sample))
        ]


def examined(spec: Spec, snapshot: Snapshot, name: str, comparison: Comparison | None = None) -> list[Checked]:
    """What one check finds in the entity; `comparison` (default: all rows) is for those that compare row by row."""
    check = checks()[name]
    found = check(spec, snapshot, comparison or Comparison()) if name in row_by_row() else check(spec, snapshot)
    return [Checked(spec.name, name, one) for one in found]


@contextmanager
def one_view() -> Iterator[None]:
    """One unchanging view of the target, except inside of a dry run, whose rows no other view has."""
    connection = connections[sql.ALIAS]
    read_carefully(connection)
    alone = not connection.in_atomic_block
    with transaction.atomic(using=sql.ALIAS):
        if alone:
            sql_validation.one_view()
        yield
