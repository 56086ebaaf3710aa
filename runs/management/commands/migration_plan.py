"""manage.py migration_plan: in which order entities are migrated, and why."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from rich.console import Console
from rich.table import Table

from catalog.declare import OnMissing, Spec
from catalog.plan import levels
from catalog.registry import parent
from catalog.repair import RepairSpec
from catalog.validation import ValidationSpec
from catalog.work import Work, needs, reads
from runs import services
from runs.management.base import OK, MigratorCommand
from runs.management.report import print_json


class Command(MigratorCommand):
    help = "The order of the entities: each level refers only to earlier ones, so that parents come before children."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("entities", nargs="*", metavar="ENTITY", help="names; default: all")
        parser.add_argument("--json", action="store_true", help="as JSON")

    def run(self, **options: Any) -> int:
        names = options["entities"]
        chosen = services.chosen(names, everything=not names)
        repairs = [one for one in chosen if isinstance(one, RepairSpec)]
        validations = [one for one in chosen if isinstance(one, ValidationSpec)]
        entities = levels(one for one in chosen if isinstance(one, Spec))
        plan: list[Any] = [*entities, *filter(None, (repairs, validations))]
        rows = [{"level": level, **_row(one)} for level, group in enumerate(plan, 1) for one in group]
        if options["json"]:
            print_json(self.out, rows)
            return OK
        table = Table(title="Plan", title_justify="left")
        for heading in ("level", "script"):
            table.add_column(heading, justify="right")
        for heading in ("entity", "from", "to", "parents", "waits for"):
            table.add_column(heading)
        for row in rows:
            table.add_row(*(", ".join(cell) if isinstance(cell, list) else str(cell) for cell in row.values()))
        console = Console(file=self.out, width=None if self.stdout.isatty() else 160, highlight=False)
        console.print(table)
        console.print(f"{len(rows):,} entities in {len(plan):,} levels.")
        return OK


def _row(one: Work) -> dict[str, Any]:
    read = reads(one)
    waiting = [
        f"{name} ({parent(spec, name)})"
        for spec in ([] if isinstance(one, ValidationSpec) else read)
        for name, recipe in spec.references.items()
        if recipe.on_missing is OnMissing.WAIT
    ]
    return {
        "script": one.script,
        "entity": one.name,
        "source": ", ".join(spec.source._meta.db_table for spec in read),
        "target": ", ".join(spec.target._meta.db_table for spec in read),
        "parents": sorted(parent.name for parent in needs(one)),
        "waits_for": waiting,
    }
