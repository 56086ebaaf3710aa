"""What an operator sees who mistypes, or whose databases are not as they should be: one clear line."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable

import pytest

from tests.e2e.installation import Installation, create


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ordrs"], "no entity 'ordrs'"),
        ([], "Name at least one entity"),
        (["--script", "99"], "No entity belongs to script 99"),
        (["orders", "--ids", ""], "list of ids is empty"),
        (["orders", "--ids", " , "], "list of ids is empty"),
        (["orders", "--ids", "4,x"], "'x' cannot be a legacy id"),
        (["orders", "offices", "--ids", "4"], "name exactly one"),
        (["orders", "--batch-size", "100"], "choose 500 to 2000"),
        (["orders", "--batch-size", "many"], "--batch-size"),
        (["orders", "--limit", "0"], "at least 1"),
        (["--resume", "4711"], "no run 4711"),
        (["orders", "--resume", "1"], "leave out all other selections"),
        (["--nonsense"], "--nonsense"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_1(arguments: list[str], said: str, blank: Installation):
    done = blank.manage("migrate_entity", *arguments)
    assert done.returncode == 1
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


@pytest.mark.parametrize("variable", ["DATABASE_URL", "LEGACY_DATABASE_URL", "TARGET_DATABASE_URL"])
def test_a_database_that_is_down_is_named(variable: str, blank: Installation):
    down = dataclasses.replace(blank, extra={variable: "postgresql://nobody:secret@127.0.0.1:9/none"})
    for command in (["migrate_entity", "offices"], ["migration_status"]):
        done = down.manage(*command)
        assert done.returncode == 3
        assert variable in done.stderr and "does not answer" in done.stderr
        assert "Traceback" not in done.stderr and "secret" not in done.stderr


def test_a_wrong_url_is_named(blank: Installation):
    done = dataclasses.replace(blank, extra={"LEGACY_DATABASE_URL": "my old server"}).manage(
        "migrate_entity", "offices"
    )
    assert done.returncode != 0
    assert "LEGACY_DATABASE_URL" in done.stderr and "Traceback" not in done.stderr


def test_tables_that_are_not_made_yet_are_said(blank: Installation):
    empty = dataclasses.replace(blank, target=create("nothing"))
    done = empty.manage("migrate_entity", "offices")
    assert done.returncode == 3
    assert "manage.py migrate --database target" in done.stderr


def test_parents_that_are_missing_are_said_all_at_once(install: Callable[..., Installation]):
    done = install().manage("migrate_entity", "orders")
    assert done.returncode == 3
    for parent in ("patients", "doctors", "offices", "courses"):
        assert f"orders refers to {parent}, of which nothing has been migrated" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_id_that_does_not_exist_is_reported(install: Callable[..., Installation]):
    done = install().manage("migrate_entity", "offices", "--ids", "987654")
    assert done.returncode == 0
    assert "dispatch_office has no row 987654" in done.stdout


def test_the_summary_is_for_people_and_for_programs(install: Callable[..., Installation]):
    fresh = install()
    words = fresh.manage("migrate_entity", "courses", "offices")
    assert words.returncode == 2
    assert "✓" in words.stdout and "transform/unmapped_code" in words.stdout and "failed" in words.stdout
    data = fresh.manage("migrate_entity", "courses", "offices", "--json")
    report = json.loads(data.stdout)
    assert [e["entity"] for e in report["entities"]] == ["courses", "offices"]
    assert all(e["balance"] == 0 for e in report["entities"])


def test_status_counts_afresh(install: Callable[..., Installation]):
    fresh = install()
    fresh.migrate("offices", "--limit", "20")
    done = fresh.manage("migration_status", "offices", "--json")
    (offices,) = json.loads(done.stdout)["entities"]
    assert done.returncode == 0
    assert offices["migrated"] + offices["failed"] == 20
    assert offices["remaining"] == offices["in_scope"] - 20 > 0
    assert "offices" in fresh.manage("migration_status").stdout


def test_a_legacy_database_that_drifted_is_refused_before_the_first_row(
    install: Callable[..., Installation], blank: Installation
):
    fresh = install(legacy=create("drifted", blank.legacy))
    with fresh.connection("legacy") as db:
        db.execute("ALTER TABLE dispatch_office RENAME COLUMN tax_rate TO tax_percentage")
        db.execute("ALTER TABLE dispatch_course DROP COLUMN type")
    done = fresh.manage("migrate_entity", "offices", "courses")
    assert done.returncode == 3
    for table, column, entity in (("dispatch_office", "tax_rate", "offices"), ("dispatch_course", "type", "courses")):
        assert any(entity in line and table in line and column in line for line in done.stderr.splitlines())
    with fresh.connection("target") as db:
        assert db.execute("SELECT count(*) FROM migration_pages").fetchone() == (0,)
    with fresh.connection("default") as db:
        assert db.execute("SELECT count(*) FROM runs_run").fetchone() == (0,)


def test_a_column_that_no_mirror_knows_is_reported(install: Callable[..., Installation], blank: Installation):
    fresh = install(legacy=create("grown", blank.legacy))
    with fresh.connection("legacy") as db:
        db.execute("ALTER TABLE dispatch_office ADD COLUMN fax text")
    done = fresh.manage("migrate_entity", "offices")
    assert done.returncode == 0
    assert "dispatch_office" in done.stdout and "fax" in done.stdout
