"""Three real test databases of this run's own, and fixtures for tests that commit."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connections
from django.test.utils import teardown_databases
from psycopg import sql
from xdist.scheduler import LoadScopeScheduling

from tests.databases import make_databases, plain_connection, writable_legacy
from tests.settings import LEASE


class ByPlace(LoadScopeScheduling):
    """Spreads the tests over processes: each module stays together, and so do the end-to-end tests.

    These share a migrated demo database, and take as long as all others.
    """

    def _split_scope(self, nodeid: str) -> str:
        place = nodeid.partition("::")[0]
        return "e2e" if "/e2e/" in place else place


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByPlace:
    return ByPlace(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The end-to-end tests begin first."""
    items.sort(key=lambda item: "e2e" not in item.path.parts)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """All three databases, the legacy one with the tables of the mirrors."""
    with django_db_blocker.unblock():
        made = make_databases()
    yield
    with django_db_blocker.unblock(), writable_legacy():
        teardown_databases(made, verbosity=0)


@pytest.fixture
def legacy_db(django_db_setup: None) -> Iterator[psycopg.Connection[Any]]:
    """A writable connection (autocommit) to the legacy test database; its tables are emptied after the test.

    The alias `legacy` sees what was written before its first query of the test, as each of its transactions is
    a snapshot.
    """
    with plain_connection(connections["legacy"].settings_dict["NAME"]) as db:
        yield db
        tables = sorted({model._meta.db_table for model in apps.get_app_config("legacy").get_models()})
        # DELETE, as TRUNCATE would wait for the test's own open snapshot.
        db.execute(sql.SQL("; ").join(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)) for table in tables))


def _filled(alias: str) -> set[str]:
    """The database's tables that have rows."""
    with connections[alias].cursor() as cursor:
        tables = connections[alias].introspection.table_names(cursor)
        probes = [
            sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(table), sql.Identifier(table))
            for table in tables
        ]
        cursor.execute(sql.SQL(" UNION ALL ").join(probes))
        return {row[0] for row in cursor.fetchall()}


@pytest.fixture(scope="session")
def migrated_tables(django_db_setup: None, django_db_blocker: Any) -> dict[str, set[str]]:
    """The tables of `default` and `target` that migrations filled."""
    with django_db_blocker.unblock():
        return {alias: _filled(alias) for alias in ("default", "target")}


@pytest.fixture(scope="session")
def sequences(migrated_tables: dict[str, set[str]], django_db_blocker: Any) -> dict[str, dict[str, str]]:
    """For `default` and `target`: table → the sequence of its keys."""
    found = {}
    with django_db_blocker.unblock():
        for alias in migrated_tables:
            with connections[alias].cursor() as cursor:
                cursor.execute(
                    "SELECT r.relname, s.relname FROM pg_class s JOIN pg_depend d ON d.objid = s.oid"
                    " JOIN pg_class r ON r.oid = d.refobjid WHERE s.relkind = 'S' AND d.deptype IN ('a', 'i')"
                )
                found[alias] = dict(cursor.fetchall())
    return found


@pytest.fixture
def committed(
    migrated_tables: dict[str, set[str]], sequences: dict[str, dict[str, str]], django_db_blocker: Any
) -> Iterator[None]:
    """For tests that commit (threads, several connections), instead of the mark `django_db`.

    Afterwards every table of `default` and `target` that the test filled is emptied, and its keys begin again at 1.
    """
    with django_db_blocker.unblock():
        yield
        for alias, kept in migrated_tables.items():
            if tables := sorted(_filled(alias) - kept):
                # Of some rows DELETE is many times as quick as TRUNCATE, without triggers in any order of the tables.
                steps = [sql.SQL("SET session_replication_role = replica; SET lock_timeout = '20s'")]
                steps += [sql.SQL("DELETE FROM {}").format(sql.Identifier(table)) for table in tables]
                steps += [
                    sql.SQL("SELECT setval({}, 1, false)").format(sql.Literal(sequences[alias][table]))
                    for table in tables
                    if table in sequences[alias]
                ]
                with connections[alias].cursor() as cursor:
                    cursor.execute(sql.SQL("; ").join(steps))
        connections.close_all()


def pytest_unconfigure(config: pytest.Config) -> None:
    """The last test run ends the server."""
    LEASE.release_read_lock()
    if LEASE.acquire_write_lock(blocking=False):
        settings.EMBEDDED_SERVER.stop()
        LEASE.release_write_lock()
