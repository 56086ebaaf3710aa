"""python -m tests.benchmarks.validation: how long validating takes, measured by how long migrating took.

All entities of a demo laboratory are migrated, and then validated: once by each check that compares row by row, once by
both, and once by all checks. What is printed are the ratios of seconds of work, entity by entity the same rows.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import Any

import django


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.validation", description=__doc__)
    parser.add_argument("--scale", type=float, default=0.1, help="1 is the size of the original (default 0.1)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.benchmarks.settings"
    django.setup()
    from tests.benchmarks import world

    try:
        found = measured(options.scale)
    finally:
        world.server().stop()
    print(json.dumps(found) if options.json else in_words(found))


def measured(scale: float) -> dict[str, Any]:
    """Rows and seconds of the migration, and seconds and ratio of each validation."""
    from django.core.management import call_command
    from psycopg import sql

    from catalog.plan import ordered
    from catalog.registry import specs
    from runs import services
    from tests.benchmarks import world

    world.server().ensure([])
    with world.connect("postgres") as db:
        for name in (*world.NAMES, world.READY):
            db.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    world.server().ensure(world.NAMES)
    for alias in ("default", "target"):
        call_command("migrate", database=alias, verbosity=0)
    call_command("build_demo_legacy", scale=scale, seed=1, stdout=sys.stderr)
    entities = ordered(list(specs()))
    run = services.execute(services.start(entities, services.Options()))
    migrating = _seconds(run)
    rows = sum(part.read for part in run.entity_runs.all())
    validating = {}
    for title, checks in (
        ("values", ["values"]),
        ("references", ["references"]),
        ("values and references", ["values", "references"]),
        ("all checks", []),
    ):
        seconds = _seconds(services.execute(services.start_validation(entities, checks)))
        validating[title] = {"seconds": round(seconds, 1), "ratio": round(seconds / migrating, 2)}
    return {"scale": scale, "rows": rows, "migrating": round(migrating, 1), "validating": validating}


def _seconds(run: Any) -> float:
    unfinished = run.entity_runs.exclude(state__in=["succeeded", "completed_with_failures"])
    if unfinished:
        sys.exit(f"{', '.join(part.entity for part in unfinished)} did not come to an end: {unfinished[0].problem}")
    return sum(part.seconds for part in run.entity_runs.all())


def in_words(found: dict[str, Any]) -> str:
    lines = [f"{found['rows']:,} legacy rows, migrated in {found['migrating']:,.1f} s"]
    lines += [
        f"{title:<24}{one['seconds']:>8,.1f} s   validation ÷ migration {one['ratio']:.2f}"
        for title, one in found["validating"].items()
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
