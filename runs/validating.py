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
from runs.validation import checks


def validate(spec: Spec, snapshot: Snapshot, names: Collection[str] = ()) -> list[Checked]:
    """What these checks (default: all) find in the entity. The caller keeps others from migrating it meanwhile."""
    with _one_view():
        return [
            Checked(spec.name, name, found)
            for name, check in checks().items()
            if not names or name in names
            for found in check(spec, snapshot)
        ]


@contextmanager
def _one_view() -> Iterator[None]:
    """One unchanging view of the target, except inside of a dry run, whose rows no other view has."""
    connection = connections[sql.ALIAS]
    read_carefully(connection)
    alone = not connection.in_atomic_block
    with transaction.atomic(using=sql.ALIAS):
        if alone:
            sql_validation.one_view()
        yield
