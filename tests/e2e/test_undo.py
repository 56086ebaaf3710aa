"""Undo of whole migrations by real processes: what was there before is there again, to the last value."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from tests.databases import plain_connection
from tests.e2e import evidence
from tests.e2e.installation import Installation, create

KILLS = 10
#: What staff's work and undone runs leave behind on purpose.
HISTORY = ("migration_failed_records", "migration_failed_attempts", "migration_before_images", "migration_removed_rows")


@pytest.fixture(scope="module")
def twice(install: Callable[..., Installation]) -> Installation:
    """Everything migrated by a first run up to the 300th row of each entity, the rest by a second one."""
    made = install()
    made.report = {"empty": contents(made)}
    made.migrate("--all", "--limit", "300")
    made.report["first"] = contents(made)
    made.migrate("--all")
    return made


def contents(installation: Installation) -> dict[str, list[str]]:
    """All rows of the new system, and what the ledger holds about them."""
    with installation.connection("target") as db:
        return {table: rows for table, rows in evidence.dump(db).items() if table not in HISTORY}


def undo(installation: Installation, *args: str, codes: tuple[int, ...] = (0,)) -> dict[str, Any]:
    done = installation.manage("undo_run", *args, "--yes", "--json")
    assert done.returncode in codes, f"exit {done.returncode}: {done.stderr}"
    return json.loads(done.stdout or "{}")


def runs(installation: Installation) -> list[tuple[int, str, str]]:
    """(number, kind, state) of all runs."""
    with installation.connection("default") as db:
        return db.execute("SELECT id, kind, state FROM runs_run ORDER BY id").fetchall()


def copied(installation: Installation, label: str) -> Installation:
    """The same in databases of its own: what a backup that was restored elsewhere looks like."""
    with plain_connection("postgres") as db:
        db.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ANY (%s)",
            [[installation.default, installation.target]],
        )
    return Installation(
        create(f"control_{label}", installation.default),
        installation.legacy,
        create(f"target_{label}", installation.target),
        installation.data_dir,
    )


def test_in_a_restored_copy_every_row_counts_as_edited(twice: Installation):
    copy = copied(twice, "copy")
    plan = json.loads(copy.manage("undo_run", "2", "--plan", "--json").stdout)
    changed = [part for part in plan["parts"] if part["edited"]]
    assert sum(part["edited"] for part in changed) > 1000
    assert sum(part["delete"] for part in plan["parts"]) == 0
    assert all(len(part["edited_ids"]) == part["edited"] for part in changed)


def test_undone_step_by_step_under_fire_everything_is_as_it_was(twice: Installation):
    _undo_under_fire(twice, 2)
    assert evidence.differences(contents(twice), twice.report["first"]) == {}
    done = undo(twice, "1")
    assert done["state"] == "succeeded"
    assert evidence.differences(contents(twice), twice.report["empty"]) == {}
    assert runs(twice) == [
        (1, "migration", "undone"),
        (2, "migration", "undone"),
        (3, "undo", "succeeded"),
        (4, "undo", "succeeded"),
    ]
    with twice.connection("default") as db:
        off = db.execute(
            "SELECT count(*) FROM runs_entityrun e WHERE run_id > 2"
            " AND in_scope IS DISTINCT FROM deleted + restored + released + kept"
        )
        assert off.fetchone() == (0,)


def _undo_under_fire(victim: Installation, run: int) -> None:
    """Takes the run back, killed ten times on its way and once more whenever it is started again."""
    moments = random.Random(20260202)
    for _ in range(KILLS):
        process = victim.start("undo_run", str(run), "--yes", "--no-progress")
        _wait_for_pages(victim, process, moments.randint(1, 4))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert process.returncode == -signal.SIGKILL, "it came to its end before it could be killed"
    undo(victim, str(run))


def _wait_for_pages(victim: Installation, process: subprocess.Popen[str], number: int) -> None:
    """Until it has committed so many pages more."""
    with victim.connection("target") as db:
        goal = _pages(db) + number
        while _pages(db) < goal and process.poll() is None:
            time.sleep(0.01)


def _pages(db: psycopg.Connection[Any]) -> int:
    (number,) = db.execute("SELECT count(*) FROM migration_pages").fetchone() or (0,)
    return int(number)
