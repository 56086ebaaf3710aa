"""manage.py migrate_entity: migrate entities, from here to the end."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from catalog.work import reads
from runs import gates, services
from runs.engine.requirements import warnings
from runs.errors import UsageError
from runs.management.base import MigratorCommand
from runs.management.carrying import add_arguments, carried_out
from runs.models import Run


class Command(MigratorCommand):
    help = (
        "Migrates entities, parents first. Exit codes: 0 all rows are in, 1 wrong usage, 2 completed with failed "
        "records, 3 could not run or was stopped."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("entities", nargs="*", metavar="ENTITY", help="names such as: orders patients")
        parser.add_argument("--all", action="store_true", help="every entity")
        parser.add_argument(
            "--script", type=int, action="append", default=[], help="the entities of a script by its number"
        )
        parser.add_argument("--domain", action="append", default=[], help="the entities of a data domain")
        parser.add_argument(
            "--batch-size", type=int, default=settings.BATCH_SIZE, help="legacy rows in a page, 500 to 2000"
        )
        parser.add_argument("--limit", type=int, help="at most so many rows that were not migrated before")
        parser.add_argument("--ids", help="only these legacy ids of one entity, separated by commas")
        parser.add_argument(
            "--gate",
            choices=list(gates.LEVELS),
            help="how bad a finding has to be to stop the next phase; default: the setting GATE",
        )
        parser.add_argument("--dry-run", action="store_true", help="do everything, and keep nothing")
        parser.add_argument("--resume", type=int, metavar="RUN", help="go on with this run, as resume_run does")
        parser.add_argument("--note", default="", help="why this run is made; kept with it")
        add_arguments(parser)

    def run(self, **options: Any) -> int:
        run, notes = self._resumed(options) if options["resume"] is not None else self._started(options)
        return carried_out(self, run, notes, options)

    def _started(self, options: dict[str, Any]) -> tuple[Run, list[str]]:
        ids = None if options["ids"] is None else tuple(filter(None, map(str.strip, options["ids"].split(","))))
        entities = services.chosen(
            options["entities"], scripts=options["script"], domains=options["domain"], everything=options["all"]
        )
        settings_of_run = services.Options(
            options["batch_size"], options["limit"], ids, options["dry_run"], options["gate"]
        )
        run = services.start(entities, settings_of_run, note=options["note"])
        notes = warnings(entities)
        if ids:
            unknown, outside = services.missing_ids(entities[0], ids)
            notes += [f"{reads(entities[0])[0].source._meta.db_table} has no row {i}." for i in unknown]
            notes += [f"Row {i} is out of the scope of {entities[0].name}." for i in outside]
        return run, notes

    def _resumed(self, options: dict[str, Any]) -> tuple[Run, list[str]]:
        if (
            options["entities"]
            or options["all"]
            or options["script"]
            or options["domain"]
            or options["ids"] is not None
        ):
            raise UsageError("--resume goes on with the entities of that run: leave out all other selections.")
        return services.resume(options["resume"]), []
