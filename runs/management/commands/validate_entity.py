"""manage.py validate_entity: compare what is in the target with the legacy rows that it came from."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from runs import services
from runs.errors import UsageError
from runs.management.base import MigratorCommand, exit_code
from runs.management.report import print_json, watching
from runs.management.stopping import stoppable
from runs.management.validation_report import as_dict, print_validation
from runs.validation import checks


class Command(MigratorCommand):
    help = (
        "Compares entities with their legacy rows: every row accounted for, every reference, every value, every sum of "
        "money. It only reads. What it finds is kept, and is in the admin under Findings. Exit codes: 0 no finding of "
        "severity error or above that is not waived, 1 wrong usage, 2 there are such findings, 3 could not validate or "
        "was stopped."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("entities", nargs="*", metavar="NAME", help="names such as: offers discounts")
        parser.add_argument("--all", action="store_true", help="every entity")
        parser.add_argument("--domain", action="append", default=[], help="the entities of a data domain")
        parser.add_argument(
            "--script", type=int, action="append", default=[], help="what belongs to a script, by its number"
        )
        parser.add_argument(
            "--check", nargs="+", action="extend", default=[], metavar="CHECK", help=f"only: {', '.join(checks())}"
        )
        rows = parser.add_mutually_exclusive_group()
        rows.add_argument("--full", action="store_true", help="compare all rows, which is the default")
        rows.add_argument("--sample", type=int, metavar="N", help="compare so many rows of each entity, at random")
        parser.add_argument("--seed", type=int, help="draw the sample that was drawn with this number")
        parser.add_argument("--note", default="", help="why it is made; kept with it")
        parser.add_argument("--json", action="store_true", help="the findings as JSON")
        parser.add_argument("--no-progress", action="store_true", help="no live display")

    def run(self, **options: Any) -> int:
        chosen = services.chosen(
            options["entities"], scripts=options["script"], domains=options["domain"], everything=options["all"]
        )
        run = services.start_validation(chosen, options["check"], _sample(options), options["note"])
        show = not (options["json"] or options["no_progress"])
        with watching(self.err, show, failures=False) as watch, stoppable(watch):
            services.execute(run, watch)
        if options["json"]:
            print_json(self.out, as_dict(run))
        else:
            print_validation(self.out, run)
        return exit_code(run)


def _sample(options: dict[str, Any]) -> services.Sample | None:
    if options["sample"] is None:
        if options["seed"] is not None:
            raise UsageError("--seed draws a sample again: say how many rows with --sample.")
        return None
    drawn = {} if options["seed"] is None else {"seed": options["seed"]}
    return services.Sample(options["sample"], **drawn)
