"""manage.py retry_failed: failed rows once more, and no others."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from runs import services
from runs.management.base import MigratorCommand
from runs.management.carrying import add_arguments, carried_out


class Command(MigratorCommand):
    help = (
        "Migrates the rows of open failed records again, parents first, with the corrections in force. Exit codes: 0 "
        "all of them are in, 1 wrong usage or nothing to try, 2 some failed again, 3 could not run or was stopped."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("entities", nargs="*", metavar="ENTITY", help="all open records of these")
        parser.add_argument("--fingerprint", default="", help="only those of this group, as `failures groups` lists it")
        parser.add_argument("--ids", help="only these legacy ids of one entity, separated by commas")
        parser.add_argument(
            "--batch-size", type=int, default=settings.BATCH_SIZE, help="legacy rows in a page, 500 to 2000"
        )
        parser.add_argument("--dry-run", action="store_true", help="do everything, and keep nothing")
        parser.add_argument("--note", default="", help="why they are tried again; kept with the run")
        add_arguments(parser)

    def run(self, **options: Any) -> int:
        selection = services.Selection.of(options["entities"], options["ids"], options["fingerprint"])
        run = services.retry(selection, options["note"], batch_size=options["batch_size"], dry_run=options["dry_run"])
        notes = list(run.events.filter(what="retry").values_list("why", flat=True))
        return carried_out(self, run, notes, options)
