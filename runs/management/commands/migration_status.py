"""manage.py migration_status: how far each entity is."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from rich.console import Console
from rich.table import Table

from runs import services
from runs.management.base import OK, MigratorCommand
from runs.management.report import print_json


class Command(MigratorCommand):
    help = "For every entity: legacy rows in scope, migrated, failed and remaining, counted afresh; and the last runs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("entities", nargs="*", metavar="ENTITY", help="names; default: all")
        parser.add_argument("--json", action="store_true", help="as JSON")

    def run(self, **options: Any) -> int:
        names = options["entities"]
        status = services.status(services.chosen(names, everything=not names))
        if options["json"]:
            print_json(self.out, status)
            return OK
        console = Console(file=self.out, width=None if self.stdout.isatty() else 120, highlight=False)
        table = Table("entity", title="Entities", title_justify="left")
        for heading in ("script", "in scope", "out of scope", "migrated", "failed", "remaining"):
            table.add_column(heading, justify="right")
        for entity in status["entities"]:
            table.add_row(entity["entity"], *(f"{entity[k]:,}" for k in list(entity)[1:]))
        console.print(table)
        for run in status["runs"]:
            console.print(
                f"Run {run['run']}: {run['state']}, {run['requested_by']}, {run['started_at']:%Y-%m-%d %H:%M}"
            )
        return OK
