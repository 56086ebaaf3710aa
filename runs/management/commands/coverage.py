"""manage.py coverage: what becomes of every legacy table and column."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.db import Error
from rich.console import Console
from rich.table import Table

from catalog.coverage import Coverage, Share, TableCoverage, coverage
from catalog.models import CoverageSnapshot
from runs.errors import MigratorError
from runs.management.base import FAILURES, OK, MigratorCommand
from runs.management.report import print_json


class Command(MigratorCommand):
    help = (
        "Every legacy table and column: read by an entity, left behind with a reason, or a finding. Compares the "
        "mirrors with the live legacy database. Exit code 2 if there are findings."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="as JSON")
        parser.add_argument(
            "--values", action="store_true", help="count the values in columns that are left behind (reads the tables)"
        )
        parser.add_argument(
            "--save", action="store_true", help="store it as a snapshot, with these values; the admin shows them"
        )

    def run(self, **options: Any) -> int:
        found = _found(values=options["values"] or options["save"])
        saved = CoverageSnapshot.objects.create(data=found.as_dict()) if options["save"] else None
        if options["json"]:
            print_json(self.out, found.as_dict())
        else:
            console = Console(file=self.out, width=None if self.stdout.isatty() else 140, highlight=False)
            _print(console, found)
            if saved:
                console.print(f"Stored as snapshot {saved.pk}.")
        return FAILURES if found.findings else OK


def _found(*, values: bool) -> Coverage:
    try:
        return coverage(values=values)
    except Error:
        raise MigratorError(
            "The legacy database cannot be read: check LEGACY_DATABASE_URL and that the server runs. "
            "Nothing was stored."
        ) from None


def _print(console: Console, found: Coverage) -> None:
    for finding in found.findings:
        console.print(f"finding: {finding}", markup=False)
    console.print(_domains(found))
    console.print(_tables(found))
    console.print(
        f"{len(found.findings):,} findings, {found.total.columns - found.total.explained:,} columns unexplained."
    )


def _domains(found: Coverage) -> Table:
    table = Table("domain", title="Columns by domain", title_justify="left")
    for heading in ("columns", "explained", "explained %", "migrated", "migrated %"):
        table.add_column(heading, justify="right", no_wrap=True)
    for domain, share in found.domains.items():
        table.add_row(domain, *_numbers(share))
    table.add_row("all", *_numbers(found.total), style="bold")
    return table


def _numbers(share: Share) -> list[str]:
    return [
        f"{share.columns:,}",
        f"{share.explained:,}",
        f"{share.explained_percent:.2f}",
        f"{share.migrated:,}",
        f"{share.migrated_percent:.2f}",
    ]


def _tables(found: Coverage) -> Table:
    table = Table("table", "domain", "columns", "read by", "left behind", title="Legacy tables", title_justify="left")
    for one in sorted(found.tables, key=lambda one: (one.domain, one.name)):
        read = sum(bool(column.readers) for column in one.columns)
        table.add_row(one.name, one.domain, f"{read}/{len(one.columns)}", ", ".join(one.readers), _left_behind(one))
    return table


def _left_behind(table: TableCoverage) -> str:
    if table.reason and not table.readers:
        return f"as a whole: {table.reason}"
    return "\n".join(
        f"{column.name}{'' if column.values is None else f' ({column.values:,} values)'}: {column.reason}"
        for column in table.left_behind
    )
