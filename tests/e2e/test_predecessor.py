"""The whole story of script 41: a target that the predecessor filled, adopted, repaired, and the repair taken back."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from tests.e2e import evidence
from tests.e2e.installation import Installation

WRONG = """
    SELECT count(*) FROM orders o WHERE doctor_id IS NOT NULL
    AND NOT EXISTS (SELECT FROM doctors d WHERE d.id = o.doctor_id)
"""
#: The tables of which the predecessor had brought over rows.
LOADED = ("offices", "courses", "profiles", "doctors", "patients", "orders")


def constraint(db: psycopg.Connection) -> tuple[str, str]:
    return db.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = 'orders'::regclass AND confrelid = 'doctors'::regclass"
    ).fetchone()


def content(db: psycopg.Connection) -> dict[str, list[str]]:
    """All rows of the new system, and all mappings."""
    return {
        table: rows
        for table, rows in evidence.dump(db).items()
        if table == "migration_mappings" or not table.startswith("migration_")
    }


@pytest.fixture(scope="module")
def told() -> dict:
    return {}


@pytest.fixture(scope="module")
def adopted(install: Callable[..., Installation], told: dict) -> Installation:
    """What the predecessor had left, and everything migrated on top of it; not repaired yet."""
    made = install()
    done = made.manage("build_demo_predecessor", "--yes-outside")
    assert done.returncode == 0, done.stderr
    with made.connection("target") as db:
        told["wrong"] = db.execute(WRONG).fetchone()[0]
        told["there"] = {
            t: [r[0] for r in db.execute(f"SELECT to_jsonb(t)::text FROM {t} t").fetchall()] for t in LOADED
        }
    made.migrate("--all")
    return made


def test_the_predecessor_comes_first_or_not_at_all(adopted: Installation):
    done = adopted.manage("build_demo_predecessor", "--yes-outside")
    assert done.returncode == 1 and "nothing was loaded" in done.stderr
    done = adopted.manage("build_demo_predecessor")
    assert done.returncode == 1 and "--yes-outside" in done.stderr


def test_every_row_ends_as_without_a_predecessor(adopted: Installation, migrated: Installation):
    with adopted.connection("target") as one, migrated.connection("target") as two:
        assert evidence.failed(one) == evidence.failed(two)
        assert evidence.resolved(one) == evidence.resolved(two)
        assert _arrived(one) == _arrived(two)


def _arrived(db: psycopg.Connection) -> set:
    return set(db.execute("SELECT entity, legacy_id FROM migration_mappings").fetchall())


def test_rows_that_were_there_are_adopted_and_none_is_doubled(
    adopted: Installation, migrated: Installation, told: dict
):
    with adopted.connection("target") as db, migrated.connection("target") as other:
        for table in LOADED:
            count = f"SELECT count(*) FROM {table}"
            assert db.execute(count).fetchone() == other.execute(count).fetchone()
            matched = "SELECT count(*) FROM migration_mappings WHERE entity = %s AND outcome = 'matched'"
            assert db.execute(matched, [table]).fetchone()[0] == len(told["there"][table]) > 0
            rows = {r[0] for r in db.execute(f"SELECT to_jsonb(t)::text FROM {table} t").fetchall()}
            # A row that was there is as it was, but for the doctors that the repair set right.
            assert table == "orders" or set(told["there"][table]) <= rows


def test_as_many_orders_were_repaired_as_were_wrong(adopted: Installation, told: dict):
    with adopted.connection("target") as db:
        images = db.execute("SELECT count(*) FROM migration_before_images WHERE restored_at IS NULL").fetchone()[0]
        assert images == told["wrong"] > 300
        assert db.execute(WRONG).fetchone()[0] == 0
        assert "NOT VALID" not in constraint(db)[1]


def test_every_order_has_the_doctor_of_the_legacy_patient(adopted: Installation):
    with adopted.connection("target") as target, adopted.connection("legacy") as legacy:
        doctors = dict(
            target.execute(
                """
                SELECT m.legacy_id, d.legacy_id FROM orders o JOIN migration_mappings m ON m.target_id = o.id
                AND m.entity = 'orders' JOIN migration_mappings d ON d.target_id = o.doctor_id AND d.entity = 'doctors'
                """
            ).fetchall()
        )
        expected = dict(
            legacy.execute(
                "SELECT i.id::text, p.doctor_id::text FROM dispatch_instruction i"
                " JOIN dispatch_patient p ON p.id = i.patient_id"
            ).fetchall()
        )
    assert len(doctors) > 300
    assert doctors == {legacy_id: expected[legacy_id] for legacy_id in doctors}


def test_taking_the_repair_back_restores_every_value_and_the_constraint(adopted: Installation, told: dict):
    with adopted.connection("target") as db:
        repaired, valid = content(db), constraint(db)
    done = adopted.manage("undo_run", "1", "repair_order_doctors", "--yes")
    assert done.returncode == 0, done.stderr
    with adopted.connection("target") as db:
        before, name = content(db), constraint(db)
        assert db.execute(WRONG).fetchone()[0] == told["wrong"]
        assert name == (valid[0], f"{valid[1]} NOT VALID")
        assert set(told["there"]["orders"]) <= {r[0] for r in db.execute("SELECT to_jsonb(t)::text FROM orders t")}
    again = adopted.migrate("--script", "41")
    assert again["entities"][0]["updated"] == told["wrong"]
    with adopted.connection("target") as db:
        assert (content(db), constraint(db)) == (repaired, valid)
    assert adopted.manage("undo_run", str(again["run"]), "--yes").returncode == 0
    with adopted.connection("target") as db:
        assert (content(db), constraint(db)) == (before, name)
