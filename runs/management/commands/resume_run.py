"""manage.py resume_run: go on with a run where it stopped."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from runs import services
from runs.management.base import MigratorCommand
from runs.management.carrying import add_arguments, carried_out


class Command(MigratorCommand):
    help = (
        "Goes on with a run at its next page, however it was stopped. Exit codes: 0 all rows are in, 1 wrong usage, "
        "2 completed with failed records, 3 could not go on or was stopped again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", type=int, metavar="RUN", help="its number, as in migration_status")
        add_arguments(parser)

    def run(self, **options: Any) -> int:
        return carried_out(self, services.resume(options["run"]), [], options)
