"""manage.py pause_run: stop a run between two pages, for a while."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from runs import services
from runs.management.base import MigratorCommand
from runs.management.carrying import asked


class Command(MigratorCommand):
    help = (
        "Asks a run to stop after its page, whoever carries it out; it can be resumed. Exit codes: 0 asked, 1 wrong "
        "usage, or nothing to pause."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", type=int, metavar="RUN", help="its number, as in migration_status")
        parser.add_argument("--json", action="store_true", help="the run as JSON")

    def run(self, **options: Any) -> int:
        return asked(self, services.pause(options["run"]), options["json"])
