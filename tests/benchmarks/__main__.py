"""python -m tests.benchmarks: the contenders in turns, each in a process of its own, on databases of the benchmark."""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import django
from rich.console import Console


def main() -> None:
    options = _options()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.benchmarks.settings"
    django.setup()
    from django.conf import settings

    from tests.benchmarks import world

    with open(settings.DATA_DIR / "bench.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            sys.exit("Another benchmark is running here: two at once would measure each other.")
        try:
            if options.profile:
                _profile(options)
            else:
                _compare(options, settings.DATA_DIR / "result.json")
        finally:
            world.server().stop()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000, help="legacy tasks (default 200000)")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each contender (default 5)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    parser.add_argument("--profile", action="store_true", help="one run of the engine with timers around its stages")
    options = parser.parse_args()
    if options.rows < 1 or options.rounds < 1:
        parser.error("rows and rounds must be 1 or more")
    return options


def _compare(options: argparse.Namespace, result: Path) -> None:
    from tests.benchmarks import report, world

    found = report.summary(options.rows, _rounds(options.rows, options.rounds), world.version())
    result.write_text(json.dumps(found, indent=2) + "\n")
    if options.json:
        print(json.dumps(found))
    else:
        report.show(Console(), found)
        print(f"All measurements: {result}")


def _profile(options: argparse.Namespace) -> None:
    from tests.benchmarks import report, world

    world.build(options.rows)
    _alone("engine")
    report.show_stages(Console(), _alone("engine", "--profile"))


def _rounds(rows: int, number: int) -> list[dict[str, dict[str, Any]]]:
    """The measurements of each round. A run of the engine that does not count makes the yardstick's rows first."""
    from django.conf import settings

    from tests.benchmarks import world
    from tests.benchmarks.contenders import CONTENDERS, keep_ready_made

    _tell(f"Building {rows:,} legacy tasks and the parents that they refer to ...")
    world.build(rows)
    _alone("engine")
    expected = world.outcome()
    if expected[:2] != (rows, rows):
        sys.exit(f"Of {rows} tasks the engine made {expected[0]} rows and {expected[1]} mappings.")
    keep_ready_made(settings.DATA_DIR)
    names, rounds = list(CONTENDERS), []
    for n in range(number):
        costs = {}
        for name in names[n % 3 :] + names[: n % 3]:
            costs[name] = _alone(name)
            _tell(f"Round {n + 1} of {number}: {name} {costs[name]['seconds']:.2f} s")
            if world.outcome() != expected:
                sys.exit(f"The contender {name!r} came to another result than the engine: the times say nothing.")
        rounds.append(costs)
    return rounds


def _alone(name: str, *flags: str) -> dict[str, Any]:
    from tests.benchmarks import world

    world.reset()
    used = world.processor_seconds()
    command = [sys.executable, "-m", "tests.benchmarks.alone", name, *flags]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"The contender {name!r} failed: its words are above.")
    cost: dict[str, Any] = json.loads(done.stdout)
    return cost | {"server_processor_seconds": world.processor_seconds() - used}


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
