"""manage.py migration_report: a report as a file or on the terminal, and the check of a filed one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from runs import services
from runs.errors import UsageError
from runs.management.base import FAILURES, OK, MigratorCommand
from runs.reporting.formats import FORMATS

#: Those that a terminal can show.
SHOWN = ("text", "json", "csv", "html")


class Command(MigratorCommand):
    help = (
        "Reports on a run, a domain or the whole migration: what was in scope, arrived, failed and why, money on both "
        "sides, references, findings, coverage, sign-offs, who did what. Counted afresh, with a digest of the figures."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--run", type=int, metavar="RUN", help="about one run")
        parser.add_argument("--domain", default="", help="about one data domain; without either: the whole migration")
        parser.add_argument("--format", choices=FORMATS, help="default: by the ending of FILE, text on the terminal")
        parser.add_argument("--output", type=Path, metavar="FILE", help="default: the terminal")
        parser.add_argument(
            "--check",
            type=Path,
            metavar="FILE",
            help="whether a filed HTML or JSON report is as it was made (exit 2: no)",
        )

    def run(self, **options: Any) -> int:
        if options["check"]:
            return self._check(options["check"])
        output: Path | None = options["output"]
        name = options["format"] or (output.suffix.lstrip(".") if output else "text")
        form = services.report_format("text" if name == "txt" else name)
        if output is None and name not in SHOWN:
            raise UsageError(f"A report as {form.title} is a file: say where with --output FILE.")
        report = services.report(options["run"], options["domain"])
        content = form.write(report)
        if output is None:
            self.out.write(content.decode())
            return OK
        try:
            output.write_bytes(content)
        except OSError as error:
            raise UsageError(f"{output} cannot be written: {error.strerror}.") from None
        self.stdout.write(f"Wrote {output}. SHA-256 of its figures: {report.digest}")
        return OK

    def _check(self, path: Path) -> int:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
        verdict = services.check_report(content)
        self.stdout.write(f"{verdict.title}, counted {verdict.made_at}. SHA-256 of its figures: {verdict.digest}")
        if verdict.problem:
            self.stderr.write(verdict.problem)
            return FAILURES
        self.stdout.write("The file is as it was made, if this is the digest that was filed with it.")
        return OK
