"""The live legacy schema against the mirrors: each change is made on the real database and undone by its test."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.test.utils import CaptureQueriesContext

from legacy import schema
from legacy.models import Agent, Note, Office
from legacy.schema import Drift, Kind, drift, fingerprint


@pytest.fixture
def db(legacy_db: psycopg.Connection[Any], django_db_blocker: Any) -> Iterator[psycopg.Connection[Any]]:
    """The writable connection, while `legacy` runs in autocommit: in a snapshot it would not see the changes."""
    with django_db_blocker.unblock():
        yield legacy_db
        connections["legacy"].close()


@pytest.fixture
def sqlite(monkeypatch: pytest.MonkeyPatch, db: psycopg.Connection[Any]) -> Iterator[DatabaseWrapper]:
    """The alias `legacy` is a SQLite database with a table for each mirror."""
    settings = {**connections["legacy"].settings_dict, "NAME": ":memory:", "OPTIONS": {}}
    connection = DatabaseWrapper(settings, "legacy")
    with connection.schema_editor() as editor:
        for model in apps.get_app_config("legacy").get_models():
            editor.create_model(model)
    monkeypatch.setattr(schema, "connections", {"legacy": connection})
    yield connection
    connection.connection.close()


@contextmanager
def changed(db: psycopg.Connection[Any], change: str, undo: str) -> Iterator[None]:
    db.execute(change)
    try:
        yield
    finally:
        db.execute(undo)


def note(change: str) -> str:
    return f"ALTER TABLE dispatch_note {change}"


def office(change: str) -> str:
    return f"ALTER TABLE dispatch_office {change}"


def test_a_fresh_database_has_no_drift_and_takes_one_query(db):
    with CaptureQueriesContext(connections["legacy"]) as queries:
        assert drift() == []
    assert len(queries) == 1


CHANGES = {
    "table gone": (
        "ALTER TABLE dispatch_ware RENAME TO aside",
        "ALTER TABLE aside RENAME TO dispatch_ware",
        [Drift(Kind.MISSING_TABLE, "dispatch_ware"), Drift(Kind.EXTRA_TABLE, "aside")],
    ),
    "column renamed": (
        note("RENAME COLUMN text TO body"),
        note("RENAME COLUMN body TO text"),
        [
            Drift(Kind.MISSING_COLUMN, "dispatch_note", "text", expected="text"),
            Drift(Kind.EXTRA_COLUMN, "dispatch_note", "body", found="text"),
        ],
    ),
    "reference became text": (
        note("ALTER author_id TYPE text"),
        note("ALTER author_id TYPE integer USING author_id::integer"),
        [Drift(Kind.CHANGED_TYPE, "dispatch_note", "author_id", expected="integer", found="text")],
    ),
    "exact became inexact": (
        office("ALTER tax_rate TYPE double precision"),
        office("ALTER tax_rate TYPE numeric(12, 4)"),
        [Drift(Kind.CHANGED_TYPE, "dispatch_office", "tax_rate", expected="numeric", found="double precision")],
    ),
    "timestamp became date": (
        note("ALTER created_at TYPE date"),
        note("ALTER created_at TYPE timestamptz"),
        [Drift(Kind.CHANGED_TYPE, "dispatch_note", "created_at", expected="timestamp", found="date")],
    ),
    "type that no field has": (
        office("ALTER phone TYPE inet USING NULL"),
        office("ALTER phone TYPE varchar(64)"),
        [Drift(Kind.CHANGED_TYPE, "dispatch_office", "phone", expected="text", found="inet")],
    ),
    "column added": (
        office("ADD COLUMN latitude numeric"),
        office("DROP COLUMN latitude"),
        [Drift(Kind.EXTRA_COLUMN, "dispatch_office", "latitude", found="numeric")],
    ),
    "table added": (
        "CREATE TABLE dispatch_shipment (id integer)",
        "DROP TABLE dispatch_shipment",
        [Drift(Kind.EXTRA_TABLE, "dispatch_shipment")],
    ),
}


@pytest.mark.parametrize(("change", "undo", "expected"), CHANGES.values(), ids=CHANGES.keys())
def test_a_change_is_told_as_drift_and_changes_the_fingerprint(db, change, undo, expected):
    before = fingerprint()
    with changed(db, change, undo):
        assert drift() == expected
        assert fingerprint() != before
    assert drift() == []
    assert fingerprint() == before


@pytest.mark.parametrize(
    ("change", "undo"),
    [
        (office("ALTER name TYPE varchar(80)"), office("ALTER name TYPE varchar(255)")),
        (office("ALTER name TYPE text"), office("ALTER name TYPE varchar(255)")),
        (note("ALTER author_id TYPE bigint"), note("ALTER author_id TYPE integer")),
        (note("ALTER author_id TYPE smallint"), note("ALTER author_id TYPE integer")),
        (note("ALTER created_at TYPE timestamp"), note("ALTER created_at TYPE timestamptz")),
        (office("ALTER tax_rate TYPE numeric(5, 2)"), office("ALTER tax_rate TYPE numeric(12, 4)")),
    ],
)
def test_another_width_is_no_drift(db, change, undo):
    with changed(db, change, undo):
        assert drift() == []


def test_only_the_given_mirrors_are_compared_and_extra_tables_left_out(db):
    with changed(db, "ALTER TABLE dispatch_note RENAME TO aside", "ALTER TABLE aside RENAME TO dispatch_note"):
        assert drift([Office]) == []
        assert drift([Note, Office]) == [Drift(Kind.MISSING_TABLE, "dispatch_note")]


def test_a_table_that_the_user_may_not_read_is_missing(db):
    role = f"may_read_nothing_{os.getpid()}"  # roles belong to the server, which test runs share
    with changed(db, f"CREATE ROLE {role}; GRANT {role} TO CURRENT_USER", f"DROP ROLE {role}"):
        with connections["legacy"].cursor() as cursor:
            cursor.execute(f"SET ROLE {role}")
        assert {found.kind for found in drift()} == {Kind.MISSING_TABLE}
        connections["legacy"].close()


def test_nullability_counts_in_the_fingerprint_and_the_order_of_columns_does_not(db):
    before = fingerprint()
    with changed(db, note("ALTER text SET NOT NULL"), note("ALTER text DROP NOT NULL")):
        assert fingerprint() != before
    with changed(db, note("DROP COLUMN text"), note("ADD COLUMN IF NOT EXISTS text text")):
        db.execute(note("ADD COLUMN text text"))
        assert fingerprint() == before
    assert len(before) == 64


@pytest.mark.parametrize("kind", Kind)
def test_each_message_names_the_place_and_says_what_to_do(kind):
    message = Drift(kind, "dispatch_note", "text", "text", "bytea").message
    assert "dispatch_note" in message
    assert "None" not in message and "{" not in message
    assert message.endswith(".") and ": " in message


def test_the_message_of_a_changed_type_names_both_types():
    message = Drift(Kind.CHANGED_TYPE, "dispatch_note", "author_id", "integer", "text").message
    assert message.startswith("Column dispatch_note.author_id should be integer but is text")


def test_another_backend_is_introspected_through_django(sqlite):
    assert drift() == []
    before = fingerprint()
    with sqlite.cursor() as cursor:
        cursor.execute("ALTER TABLE dispatch_note RENAME COLUMN text TO body")
        cursor.execute("ALTER TABLE dispatch_office ADD COLUMN place point")
        cursor.execute("CREATE TABLE aside (id integer)")
    assert set(drift()) == {
        Drift(Kind.MISSING_COLUMN, "dispatch_note", "text", expected="text"),
        Drift(Kind.EXTRA_COLUMN, "dispatch_note", "body", found="TextField"),
        Drift(Kind.EXTRA_COLUMN, "dispatch_office", "place", found="point"),
        Drift(Kind.EXTRA_TABLE, "aside"),
    }
    assert fingerprint() != before


def test_an_integer_passes_for_a_boolean_only_on_mysql_which_has_none(sqlite, monkeypatch):
    with sqlite.cursor() as cursor:
        cursor.execute("DROP TABLE dispatch_agent")
        cursor.execute("CREATE TABLE dispatch_agent (id integer, user_id integer, name varchar(255), active integer)")
    assert drift([Agent]) == [Drift(Kind.CHANGED_TYPE, "dispatch_agent", "active", "boolean", "IntegerField")]
    monkeypatch.setattr(sqlite, "vendor", "mysql")
    assert drift([Agent]) == []
