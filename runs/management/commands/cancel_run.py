"""manage.py cancel_run: end a run between two pages, for good."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from runs import services
from runs.management.base import MigratorCommand
from runs.management.carrying import asked


class Command(MigratorCommand):
    help = (
        "Asks a run to end for good after its page, whoever carries it out; what has arrived stays. Exit codes: 0 "
        "asked, 1 wrong usage, or nothing to cancel."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", type=int, metavar="RUN", help="its number, as in migration_status")
        parser.add_argument("--json", action="store_true", help="the run as JSON")

    def run(self, **options: Any) -> int:
        return asked(self, services.cancel(options["run"]), options["json"])
