"""The corruption suite: a finished migration is spoilt in one way at a time, and validation names check and rows.

Validation runs in this process on the databases of the migrated installation. What is spoilt in the target or the
ledger is taken back with its transaction; the legacy side is a copy for each corruption.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections, transaction

from catalog.registry import spec
from legacy.reader import Snapshot
from runs import validating
from runs.findings import Checked
from runs.models import Severity
from tests.databases import plain_connection
from tests.e2e.corruptions import CORRUPTIONS, Corruption, Side
from tests.e2e.installation import Installation, create, database


@pytest.fixture(scope="module")
def in_process(migrated: Installation, django_db_blocker: Any) -> Iterator[Installation]:
    """This process's connections lead to the migrated installation."""
    with django_db_blocker.unblock():
        names = {alias: connections[alias].settings_dict["NAME"] for alias in ("default", "target", "legacy")}
        _lead_to(default=migrated.default, target=migrated.target, legacy=migrated.legacy)
        yield migrated
        _lead_to(**names)


def _lead_to(**names: str) -> None:
    for alias, name in names.items():
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


def found(entity: str) -> list[Checked]:
    with Snapshot() as snapshot:
        return validating.validate(spec(entity), snapshot)


@contextmanager
def spoilt_target(one: Corruption, installation: Installation) -> Iterator[Any]:
    """The target as the corruption leaves it; nobody else sees it, and it is gone afterwards."""
    with transaction.atomic("target"), connections["target"].cursor() as cursor:

        def run(statement: str, params: Any = ()) -> Any:
            cursor.execute(statement, params or None)
            return cursor

        yield one.spoil(Side(run))
        transaction.set_rollback(True, "target")


@contextmanager
def spoilt_legacy(one: Corruption, installation: Installation) -> Iterator[Any]:
    """A copy of the legacy database as the corruption leaves it."""
    connections["legacy"].close()
    copy = create("spoilt", installation.legacy)
    with plain_connection(copy) as db:
        expected = one.spoil(Side(db.execute))
    _lead_to(legacy=copy)
    try:
        yield expected
    finally:
        _lead_to(legacy=installation.legacy)
        with plain_connection("postgres") as db:
            db.execute(f'DROP DATABASE "{database("spoilt")}" WITH (FORCE)')


def serious(checked: list[Checked]) -> dict[tuple[str, str, str], set[str]]:
    """(check, code, field) → the rows that the finding names, of everything that somebody has to look at."""
    return {
        (one.check, one.found.kind.code, one.found.field): set(one.found.sample)
        for one in checked
        if one.found.kind.severity != Severity.INFO
    }


def test_there_are_many_kinds_of_corruption():
    assert len({one.name for one in CORRUPTIONS}) == len(CORRUPTIONS) >= 25


@pytest.mark.parametrize("entity", sorted({one.entity for one in CORRUPTIONS}))
def test_a_clean_migration_has_nothing_to_look_at(entity: str, in_process: Installation):
    assert serious(found(entity)) == {}


@pytest.mark.parametrize("one", CORRUPTIONS, ids=lambda one: one.name)
def test_it_is_found_by_name_with_its_rows(one: Corruption, in_process: Installation):
    spoilt: Callable[..., Any] = spoilt_legacy if one.legacy else spoilt_target
    with spoilt(one, in_process) as expected:
        told = serious(found(one.entity))
    assert expected.keys() <= told.keys()
    for key, rows in expected.items():
        if rows is not None:
            assert told[key] == rows, key
