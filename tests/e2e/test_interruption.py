"""kill -9 at any moment: nothing is lost, nothing is doubled."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.e2e import evidence
from tests.e2e.installation import Installation

KILLS = 20


@pytest.mark.slow
def test_killed_twenty_times_the_result_is_that_of_an_undisturbed_run(
    install: Callable[..., Installation], migrated: Installation
):
    moments = random.Random(20260101)
    kills = 0
    while kills < KILLS:
        victim = install()
        kills += _migrate_under_fire(victim, moments, KILLS - kills)
        with victim.connection("target") as one, migrated.connection("target") as other:
            assert evidence.differences(evidence.dump(one), evidence.dump(other)) == {}
        with victim.connection("default") as db:
            active = db.execute("SELECT count(*) FROM runs_entityrun WHERE state IN ('planned', 'running')").fetchone()
            assert active == (0,)


def _migrate_under_fire(victim: Installation, moments: random.Random, most: int) -> int:
    """Migrates everything, killed and resumed again and again; returns how often."""
    kills = 0
    process = victim.start("migrate_entity", "--all", "--batch-size", "500", "--no-progress")
    while kills < most:
        # Start-up takes most of a second; then come pages, settlements and the ends of entities.
        time.sleep(moments.uniform(0.3, 3.0))
        if process.poll() is not None:
            break
        process.send_signal(signal.SIGKILL)
        process.communicate()
        kills += 1
        run = _unfinished_run(victim)
        arguments = ["--resume", str(run)] if run else ["--all", "--batch-size", "500"]
        process = victim.start("migrate_entity", *arguments, "--no-progress")
    _, errors = process.communicate()
    assert process.returncode in (0, 2), errors
    return kills


def _unfinished_run(installation: Installation) -> int | None:
    """The number of the run that was killed; None if the process died before it had made one."""
    with installation.connection("default") as db:
        found = db.execute("SELECT max(id) FROM runs_run WHERE state NOT IN ('succeeded', 'completed_with_failures')")
        (run,) = found.fetchone()
    return run


def test_a_signal_stops_between_two_pages_and_says_how_to_go_on(
    install: Callable[..., Installation], migrated: Installation
):
    stopped = install()
    process = stopped.start("migrate_entity", "--all", "--no-progress")
    for number in (signal.SIGINT, signal.SIGTERM):
        before = _pages(stopped)
        while _pages(stopped) == before and process.poll() is None:
            time.sleep(0.05)
        process.send_signal(number)
        out, errors = process.communicate()
        run = _unfinished_run(stopped)
        assert process.returncode == 3, errors
        assert f"resume_run {run}" in out and "Traceback" not in errors
        process = stopped.start("resume_run", str(run), "--no-progress")
    _, errors = process.communicate()
    assert process.returncode == 2, errors
    with stopped.connection("target") as one, migrated.connection("target") as other:
        assert evidence.differences(evidence.dump(one), evidence.dump(other)) == {}


def _pages(installation: Installation) -> int:
    with installation.connection("target") as db:
        return db.execute("SELECT count(*) FROM migration_pages").fetchone()[0]


@contextmanager
def stuck(installation: Installation) -> Iterator[subprocess.Popen[str]]:
    """A `migrate_entity offices` in the middle of its first page, which somebody else's lock holds up."""
    with installation.connection("target") as db:
        db.execute("BEGIN")
        db.execute("LOCK TABLE offices IN SHARE MODE")
        process = installation.start("migrate_entity", "offices", "--no-progress")
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'offices'::regclass"
        while db.execute(waiting).fetchone() == (0,) and process.poll() is None:
            time.sleep(0.05)
        yield process
        db.execute("ROLLBACK")


def _shown(installation: Installation, run: int) -> tuple[int, str]:
    """The exit code of `show_run`, and the state of the run."""
    done = installation.manage("show_run", str(run), "--json")
    return done.returncode, json.loads(done.stdout)["state"]


def test_a_run_that_was_killed_shows_as_interrupted_and_one_that_only_sleeps_does_not(
    install: Callable[..., Installation],
):
    made = install()
    with stuck(made) as process:
        process.send_signal(signal.SIGSTOP)
        assert _shown(made, 1) == (0, "running")
        for command in (["migrate_entity", "offices"], ["resume_run", "1"]):
            other = made.manage(*command)
            assert other.returncode == 3 and "run 1" in other.stderr.lower()
            assert len(other.stderr.strip().splitlines()) == 1
        assert made.manage("sweep_runs").stdout == "Nothing to do.\n"
        process.send_signal(signal.SIGKILL)
        process.communicate()
    while _shown(made, 1) == (0, "running"):  # until the server has noticed that nobody is there any more
        pass
    assert _shown(made, 1) == (3, "interrupted")
    assert made.migrate("offices")["state"] == "succeeded"


def test_a_second_signal_ends_the_run_at_once(install: Callable[..., Installation]):
    made = install()
    with stuck(made) as process:
        process.send_signal(signal.SIGINT)
        while "Pausing after this page" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
        assert process.returncode == 3
        assert "Stopped at once" in errors and "Traceback" not in errors
    assert _shown(made, 1) == (3, "interrupted")
    again = made.manage("resume_run", "1", "--json")
    assert (again.returncode, json.loads(again.stdout)["state"]) == (0, "succeeded")
