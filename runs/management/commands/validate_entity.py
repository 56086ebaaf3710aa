"""manage.py validate_entity: compare what is in the target with the legacy rows that it came from."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from runs import findings, services
from runs.management.base import FAILURES, OK, MigratorCommand
from runs.management.report import finding_line, print_json
from runs.validation import checks


class Command(MigratorCommand):
    help = (
        "Compares entities with their legacy rows: every row accounted for, every reference, every value, every sum of "
        "money. It only reads. Exit codes: 0 no finding of severity error or above, 1 wrong usage, 2 there are such "
        "findings, 3 could not validate."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("entities", nargs="*", metavar="NAME", help="names such as: offers discounts")
        parser.add_argument("--all", action="store_true", help="every entity")
        parser.add_argument(
            "--check", action="append", default=[], metavar="CHECK", help=f"only this one of: {', '.join(checks())}"
        )
        parser.add_argument("--json", action="store_true", help="the findings as JSON")

    def run(self, **options: Any) -> int:
        chosen = services.chosen(options["entities"], everything=options["all"])
        entities, found = 0, list[findings.Checked]()
        for here in services.validate(chosen, options["check"]):
            entities, found = entities + 1, found + here
            if not options["json"]:
                for one in here:
                    self.stdout.write(finding_line(findings.as_dict(one)))
        wrong = findings.failing(found)
        if options["json"]:
            print_json(self.out, {"entities": entities, "findings": [findings.as_dict(one) for one in found]})
        else:
            words = ", ".join(f"{number:,} {severity}" for severity, number in findings.by_severity(found).items())
            self.stdout.write(f"{entities:,} entities validated: {words or 'nothing found'}.")
        return FAILURES if wrong else OK
