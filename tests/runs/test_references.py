"""References that are looked up for a whole page at once: as strict as the database's own check of each row."""

from __future__ import annotations

import uuid

import psycopg
import pytest
from django.db import connections, transaction

from catalog.target import models as target
from runs import sql, sql_references
from tests.databases import plain_connection


@pytest.fixture
def profile(committed: None) -> str:
    made = target.Profile.objects.create(
        profile_type="patient", username="p", password_hash="!", joined_at="2020-01-01T00:00:00Z",
        is_active=True, is_staff=False, is_superuser=False,
    )  # fmt: skip
    return str(made.pk)


def execute(statement: str) -> None:
    with connections["target"].cursor() as cursor:
        cursor.execute(statement)


def test_every_foreign_key_of_the_table_is_known(profile: str):
    found = sql_references.parents("patients")
    assert found is not None
    assert {(one.column, one.table) for one in found} == {
        ("profile_id", "profiles"),
        ("primary_doctor_id", "doctors"),
        ("office_id", "offices"),
    }


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
            "CREATE TRIGGER t BEFORE INSERT ON patients FOR EACH ROW EXECUTE FUNCTION nothing()",
            id="a trigger",
        ),
        pytest.param(
            "ALTER TABLE patients ADD CONSTRAINT late UNIQUE (suffix) DEFERRABLE",
            id="a constraint that is checked late",
        ),
        pytest.param(
            "ALTER TABLE profiles ADD UNIQUE (username, id); ALTER TABLE patients ADD FOREIGN KEY (suffix, profile_id) "
            "REFERENCES profiles (username, id)",
            id="a foreign key of two columns",
        ),
        pytest.param("CREATE ROLE nobody_special; SET LOCAL ROLE nobody_special", id="a session without the right"),
    ],
)
def test_what_else_would_be_silenced_is_left_to_the_database(profile: str, change: str):
    with transaction.atomic(using="target"):
        execute(change)
        assert sql_references.parents("patients") is None
        transaction.set_rollback(True, using="target")


def test_a_parent_that_was_found_cannot_go_before_the_end(profile: str):
    (parent,) = [one for one in sql_references.parents("patients") or () if one.column == "profile_id"]
    with plain_connection(connections["target"].settings_dict["NAME"]) as other:
        other.execute("SET lock_timeout = '200ms'")
        with transaction.atomic(using="target"):
            assert sql_references.present(parent, {profile})
            with pytest.raises(psycopg.errors.LockNotAvailable):
                other.execute("DELETE FROM profiles")
        assert not sql_references.present(parent, {profile, str(uuid.uuid4())})
        other.execute("DELETE FROM profiles")
    assert not sql_references.present(parent, {profile})


def test_the_checks_are_on_again_afterwards_and_after_an_error(profile: str):
    def role() -> str:
        return sql._fetch(sql.sql.SQL("SHOW session_replication_role"))[0][0]

    with transaction.atomic(using="target"):
        with transaction.atomic(using="target"), sql_references.unchecked():
            assert role() == "replica"
        assert role() == "origin"
        with pytest.raises(ZeroDivisionError), transaction.atomic(using="target"), sql_references.unchecked():
            raise ZeroDivisionError
        assert role() == "origin"
