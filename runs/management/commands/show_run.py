"""manage.py show_run: one run, how far it is and what came of it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from runs import services
from runs.management.base import OK, MigratorCommand, exit_code
from runs.management.report import print_json
from runs.management.run_report import print_run, run_dict
from runs.states import ALIVE, State


class Command(MigratorCommand):
    help = (
        "Shows one run: its state, progress, parts, failures, events and what to do next. Exit codes: 0 all rows are "
        "in, or it goes on; 1 there is no such run; 2 completed with failed records; 3 it was stopped or is broken."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", type=int, metavar="RUN", help="its number, as in migration_status")
        parser.add_argument("--events", action="store_true", help="all events, also those of its parts")
        parser.add_argument("--json", action="store_true", help="as JSON")

    def run(self, **options: Any) -> int:
        run = services.look(options["run"])
        if options["json"]:
            print_json(self.out, run_dict(run, with_events=options["events"]))
        else:
            print_run(self.out, run, all_events=options["events"])
        return OK if run.state in (State.REQUESTED, State.QUEUED, *ALIVE) else exit_code(run)
