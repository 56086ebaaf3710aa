"""manage.py migration_results: what the migration came to, as a document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from runs.errors import UsageError
from runs.management.base import OK, MigratorCommand
from runs.management.results_document import document
from runs.results import collect


class Command(MigratorCommand):
    help = (
        "Writes the results of the migration as Markdown, counted in the databases: rates per script and entity beside "
        "the recorded ones, what failed and what helps, sums of money on both sides, times, environment."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--output", type=Path, metavar="FILE", help="such as docs/results.md; default: the terminal"
        )
        parser.add_argument(
            "--run", type=int, metavar="RUN", help="whose times; default: the run that brought most rows"
        )

    def run(self, **options: Any) -> int:
        text = document(collect(options["run"]))
        output = options["output"]
        if output is None:
            self.out.write(text)
            return OK
        try:
            output.write_text(text, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{output} cannot be written: {error.strerror}.") from None
        self.stdout.write(f"Wrote {output}.")
        return OK
