"""kill -9 at any moment: nothing is lost, nothing is doubled."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable

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


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_between_two_pages_and_says_how_to_go_on(
    number: signal.Signals, install: Callable[..., Installation], migrated: Installation
):
    stopped = install()
    process = stopped.start("migrate_entity", "--all", "--no-progress")
    while not _started(stopped) and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(number)
    out, errors = process.communicate()
    run = _unfinished_run(stopped)
    assert process.returncode == 3, errors
    assert f"--resume {run}" in out and "Traceback" not in errors
    stopped.migrate("--resume", str(run))
    with stopped.connection("target") as one, migrated.connection("target") as other:
        assert evidence.differences(evidence.dump(one), evidence.dump(other)) == {}


def _started(installation: Installation) -> bool:
    with installation.connection("target") as db:
        return db.execute("SELECT EXISTS (SELECT FROM migration_pages)").fetchone() == (True,)
