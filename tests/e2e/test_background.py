"""Real worker clusters on one broker: a run is finished whatever happens to them, and one that cannot be ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from picklefield.fields import dbsafe_decode

from tests.e2e import evidence
from tests.e2e.installation import ROOT, Installation

#: Slices of a second, so that the broker delivers again after twelve.
SMALL = {"SLICE_SECONDS": "1", "Q_WORKERS": "1"}
#: Seconds after which something is taken to hang.
FOREVER = 240


@contextmanager
def cluster(installation: Installation, name: str, **extra: str) -> Iterator[subprocess.Popen[bytes]]:
    """A `qcluster` in a process group of its own, which the databases know by this name."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "qcluster"],
        cwd=ROOT,
        env={**installation.environ, **SMALL, "PGAPPNAME": name, **extra},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """kill -9 for the cluster and all of its workers."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def start(installation: Installation, *args: str) -> int:
    done = installation.manage("migrate_entity", *args, "--background", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["state"] == "queued"
    return report["run"]


def ask(installation: Installation, database: str, query: str, *values: Any) -> Any:
    """The first column of the first row."""
    with installation.connection(database) as db:
        return (db.execute(query, values).fetchone() or [None])[0]


def state(installation: Installation, run: int) -> str:
    return ask(installation, "default", "SELECT state FROM runs_run WHERE id = %s", run)


def events(installation: Installation, run: int, new_state: str) -> int:
    """How often the run came into this state by the hand of a worker."""
    query = """
        SELECT count(*) FROM runs_runevent WHERE entity = '' AND door = 'worker' AND run_id = %s AND new_state = %s
    """
    return ask(installation, "default", query, run, new_state)


def failed_tasks(installation: Installation, number: int) -> bool:
    return ask(installation, "default", "SELECT count(*) FROM django_q_task WHERE NOT success") == number


def wait(condition: Callable[[], Any]) -> None:
    end = time.monotonic() + FOREVER
    while not condition():
        assert time.monotonic() < end, "it hangs"
        time.sleep(0.2)


def carrying(installation: Installation, name: str) -> bool:
    """A worker of this cluster holds the lock of a run, and has finished a page of it."""
    held = """
        SELECT EXISTS (SELECT FROM migration_pages) AND EXISTS (
            SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
            WHERE locktype = 'advisory' AND application_name = %s AND datname = current_database()
        )
    """
    return ask(installation, "target", held, name)


@pytest.mark.slow
def test_a_cluster_that_is_killed_changes_nothing_in_the_result(
    install: Callable[..., Installation], migrated: Installation
):
    made = install()
    with cluster(made, "doomed") as doomed, cluster(made, "other"):
        run = start(made, "--all")
        wait(lambda: carrying(made, "doomed"))
        kill(doomed)
        wait(lambda: state(made, run) not in ("queued", "running", "interrupted"))
    assert state(made, run) == migrated.report["state"]
    with made.connection("target") as one, migrated.connection("target") as other:
        assert evidence.differences(evidence.dump(one), evidence.dump(other)) == {}
    assert events(made, run, "interrupted") == 1
    assert events(made, run, "running") > 2


def test_a_run_that_always_fails_is_broken_after_its_attempts(install: Callable[..., Installation]):
    made = install()
    down = "postgresql://nobody:secret@127.0.0.1:9/none"
    run = start(made, "offices", "courses")
    with cluster(made, "blind", LEGACY_DATABASE_URL=down):
        for attempt in (1, 2, 3):
            wait(partial(failed_tasks, made, attempt))
            assert state(made, run) == ("queued" if attempt < 3 else "broken")
            assert made.manage("sweep_runs").returncode == 0
    assert "Nothing to do" in made.manage("sweep_runs").stdout
    done = made.manage("show_run", str(run))
    assert done.returncode == 3
    assert "3 workers in a row" in done.stdout and "database stopped answering" in done.stdout
    with made.connection("default") as db:
        kept = [dbsafe_decode(row[0]) for row in db.execute("SELECT result FROM django_q_task").fetchall()]
    assert all("A database stopped answering" in one and "secret" not in one for one in kept)
    again = made.manage("resume_run", str(run), "--json")
    assert (again.returncode, json.loads(again.stdout)["state"]) == (2, "completed_with_failures")
