"""Memory stays flat whatever the number of rows."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString

import pytest
from psycopg import sql

from tests.databases import plain_connection, template_names
from tests.e2e.installation import ROOT, Installation, create

#: As in a real laboratory: three orders to a patient.
ORDERS_PER_PATIENT = 3
#: manage.py, which says at its end how much memory it had at its peak.
MANAGE = """
import runpy, sys
from tests.benchmarks.alone import peak_memory
try:
    runpy.run_path("manage.py", run_name="__main__")
finally:
    print("peak", peak_memory(), file=sys.stderr)
"""

LEGACY: LiteralString = """
    INSERT INTO dispatch_patient (id, user_id, doctor_id, office_id, suffix)
    SELECT i, i, 1 + i % 100, 1 + i % 50, 'P' || i % 1000 FROM generate_series(1, {patients}) i;
    INSERT INTO dispatch_instruction (id, patient_id, course_id, status, deleted, price, notes, exports, submitted_at)
    SELECT i, 1 + (i::bigint * 7919) % {patients}, 1 + i % 5, i % 3, false, i % 1000,
           repeat('Bitte beachten. ', i % 20),
           '{{"stl": [' || i || ', 2, 3], "version": "1.0"}}', timestamptz '2019-01-01 08:00+00' + i * interval '1 hour'
    FROM generate_series(1, {orders}) i;
    ANALYZE
"""

PARENTS: LiteralString = """
    CREATE FUNCTION key_of(entity text, i int) RETURNS uuid LANGUAGE sql AS $$ SELECT md5(entity || i)::uuid $$;
    INSERT INTO profiles (id, profile_type, username, password_hash, is_active, is_staff, is_superuser, joined_at)
    SELECT key_of('profiles', i), 'patient', 'user' || i, '', true, false, false, now()
    FROM generate_series(1, {patients}) i;
    INSERT INTO patients (id, profile_id, patient_number) SELECT key_of('patients', i), key_of('profiles', i), i
    FROM generate_series(1, {patients}) i;
    INSERT INTO doctors (id, profile_id, doctor_number, is_active, joined_at)
    SELECT key_of('doctors', i), key_of('profiles', i), i, true, now() FROM generate_series(1, 100) i;
    INSERT INTO offices (id, office_number, name) SELECT key_of('offices', i), i, 'Office'
    FROM generate_series(1, 50) i;
    INSERT INTO courses (id, course_number, name, course_type) SELECT key_of('courses', i), i, 'Course', 'main'
    FROM generate_series(1, 5) i;
    INSERT INTO migration_mappings (entity, legacy_id, target_id, outcome, page_id, source_hash)
    SELECT entity, i, key_of(entity, i), 'created', 0, ''
    FROM (VALUES ('patients', {patients}), ('doctors', 100), ('offices', 50), ('courses', 5)) AS all_of (entity, n),
         generate_series(1, n) i;
    ANALYZE
"""


@contextmanager
def installation(orders: int, data_dir: Path) -> Iterator[Installation]:
    """So many legacy orders, whose parents are in the target already."""
    names = {alias: create(f"memory_{alias}", template) for alias, template in template_names().items()}
    made = Installation(**names, data_dir=data_dir)
    numbers = {"orders": sql.Literal(orders), "patients": sql.Literal(orders // ORDERS_PER_PATIENT)}
    for alias, statements in (("legacy", LEGACY), ("target", PARENTS)):
        with made.connection(alias) as db:
            db.execute(sql.SQL(statements).format(**numbers))
    yield made
    with plain_connection("postgres") as db:
        for name in names.values():
            db.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def peaks(orders: int, data_dir: Path) -> list[int]:
    """Bytes of memory at the peak of migrating so many orders, and of comparing all of them."""
    with installation(orders, data_dir) as made:
        found = [
            peak(made, "migrate_entity", "orders"),
            peak(made, "validate_entity", "orders", "--check", "values", "references"),
        ]
        with made.connection("target") as db:
            assert db.execute("SELECT count(*) FROM orders").fetchone() == (orders,)
    return found


def peak(made: Installation, *arguments: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", MANAGE, *arguments, "--no-progress"],
        cwd=ROOT,
        env=made.environ,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return int(done.stderr.rpartition("peak")[2])


@pytest.mark.slow
def test_ten_times_the_orders_take_less_than_a_tenth_more_memory(django_db_setup: None, tmp_path: Path):
    few, many = (peaks(orders, tmp_path) for orders in (10_000, 100_000))
    for one, other in zip(few, many, strict=True):
        assert abs(other - one) < one / 10, f"{one / 1e6:.1f} MB, then {other / 1e6:.1f} MB"
