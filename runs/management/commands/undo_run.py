"""manage.py undo_run: give the rows that a run changed what they held before."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from runs import services
from runs.errors import UsageError
from runs.management.base import FAILURES, NOT_RUN, OK, MigratorCommand


class Command(MigratorCommand):
    help = (
        "Takes back a run of repairs: every row that it changed gets back what it held before, unless somebody has "
        "edited it since. Exit codes: 0 all is as it was, 1 wrong usage, 2 edited rows were left, 3 nothing was done "
        "or it was stopped."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", type=int, metavar="RUN", help="its number, as in migration_status")
        parser.add_argument(
            "parts", nargs="*", metavar="REPAIR", help="only these repairs of the run; default: all of it"
        )
        parser.add_argument("--overwrite", action="store_true", help="restore rows that were edited since as well")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def run(self, **options: Any) -> int:
        number, overwrite = options["run"], options["overwrite"]
        for part in services.undo_plan(number, options["parts"]):
            self.stdout.write(
                f"{part.entity_run.entity}: {part.rows:,} rows of {part.spec.table} get back what they held."
            )
            if part.edited:
                fate = "lose these edits (--overwrite)" if overwrite else "stay as they are"
                self.stdout.write(f"{len(part.edited):,} of them were edited or deleted since: they {fate}.")
        if not options["yes"] and not self._confirmed():
            self.stdout.write("Nothing was done.")
            return NOT_RUN
        try:
            parts = services.undo(number, options["parts"], overwrite=overwrite)
        except KeyboardInterrupt:
            self.stderr.write(f"Stopped between two pages. Go on with `manage.py undo_run {number}`.")
            return NOT_RUN
        for part in parts:
            if part.entity_run.problem:
                self.stdout.write(part.entity_run.problem)
        self.stdout.write(f"Run {number}: {', '.join(part.spec.name for part in parts)} taken back.")
        return FAILURES if any(part.entity_run.problem for part in parts) else OK

    def _confirmed(self) -> bool:
        try:
            return input("Go on? [y/N] ").strip().lower() in ("y", "yes")
        except EOFError:
            raise UsageError("Nobody can be asked here: add --yes.") from None
