"""manage.py undo_run: take back what runs did."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from runs import services
from runs.engine.undo_set import Dependants
from runs.errors import UsageError
from runs.management.base import FAILURES, NOT_RUN, OK, MigratorCommand
from runs.management.report import as_dict, print_json, watching
from runs.management.stopping import stoppable
from runs.management.undo_report import plan_as_dict, print_outcome, print_plan
from runs.models import Run
from runs.states import FINISHED


class Command(MigratorCommand):
    help = (
        "Takes back what a run did, or everything that there is of an entity, a script or a domain: rows that were "
        "made go, rows that were changed get back what they held, rows that were there before stay. Rows edited since "
        "stay and are named. Exit codes: 0 all was taken back, 1 wrong usage, 2 some rows stayed, 3 refused or stopped."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", type=int, nargs="?", metavar="RUN", help="its number, as in migration_status")
        parser.add_argument("parts", nargs="*", metavar="ENTITY", help="only these entities and repairs; default: all")
        parser.add_argument("--entity", action="append", default=[], help="likewise; without RUN: of all runs")
        parser.add_argument("--script", type=int, action="append", default=[], help="the entities of a script")
        parser.add_argument("--domain", action="append", default=[], help="the entities of a data domain")
        parser.add_argument("--ids", help="only these legacy ids of one entity, separated by commas")
        parser.add_argument("--plan", action="store_true", help="say what would be done, and do nothing")
        dependants = parser.add_mutually_exclusive_group()
        dependants.add_argument(
            "--with-dependants", action="store_true", help="take back the migrated rows that refer to them as well"
        )
        dependants.add_argument(
            "--keep-dependants", action="store_true", help="leave rows that others refer to as they are"
        )
        parser.add_argument(
            "--take-edited", action="store_true", help="rows edited since go too; what they held is stored"
        )
        parser.add_argument("--note", default="", help="why this is done; kept with the run")
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument("--json", action="store_true", help="plan and outcome as JSON")
        parser.add_argument("--no-progress", action="store_true", help="no live display")

    def run(self, **options: Any) -> int:
        wanted = _wanted(options)
        plan = services.undo_plan(wanted, all_ids=options["json"])
        if options["plan"] and options["json"]:
            print_json(self.out, plan_as_dict(plan))
        elif not options["json"]:
            print_plan(self.out, plan)
        if options["plan"]:
            return NOT_RUN if plan.refusal else OK
        if not plan.refusal and not options["yes"] and not self._confirmed():
            self.stdout.write("Nothing was done.")
            return NOT_RUN
        run = services.undo(wanted, note=options["note"])
        with watching(self.err, not (options["json"] or options["no_progress"])) as watch, stoppable(watch):
            services.execute(run, watch)
        if options["json"]:
            print_json(self.out, {"plan": plan_as_dict(plan), **as_dict(run)})
        else:
            print_outcome(self.out, run)
        return _exit_code(run)

    def _confirmed(self) -> bool:
        try:
            return input("Go on? [y/N] ").strip().lower() in ("y", "yes")
        except EOFError:
            raise UsageError("Nobody can be asked here: add --yes.") from None


def _wanted(options: dict[str, Any]) -> services.Undo:
    dependants = Dependants.REFUSE
    if options["with_dependants"]:
        dependants = Dependants.INCLUDE
    elif options["keep_dependants"]:
        dependants = Dependants.KEEP
    return services.Undo(
        run=options["run"],
        entities=[*options["parts"], *options["entity"]],
        scripts=options["script"],
        domains=options["domain"],
        ids=None if options["ids"] is None else [one.strip() for one in options["ids"].split(",") if one.strip()],
        dependants=dependants,
        take_edited=options["take_edited"],
    )


def _exit_code(run: Run) -> int:
    if run.state not in FINISHED:
        return NOT_RUN
    return FAILURES if run.entity_runs.filter(kept__gt=0).exists() else OK
