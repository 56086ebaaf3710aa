"""manage.py migration_scripts: the inventory, and how far each script is."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from rich.console import Console
from rich.table import Table

from catalog.models import DataDomain, MigrationScript
from runs.errors import UsageError
from runs.inventory import Progress, Tally, progress
from runs.management.base import OK, MigratorCommand
from runs.management.report import print_json


class Command(MigratorCommand):
    help = "Lists the scripts of the inventory with their entities, their status and their rates, recorded and ours."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--domain", help="only the scripts of this data domain")
        parser.add_argument("--json", action="store_true", help="as JSON")

    def run(self, **options: Any) -> int:
        found = progress(_scripts(options["domain"]))
        if options["json"]:
            print_json(self.out, [as_dict(one) for one in found])
        else:
            width = None if self.stdout.isatty() else 160
            Console(file=self.out, width=width, highlight=False).print(_table(found))
        return OK


def as_dict(one: Progress) -> dict[str, Any]:
    """A script as plain data. Rates are percentages as text, exact to two decimals; None where there is none."""
    script = one.script
    return {
        "number": script.number,
        "title": script.title,
        "file_name": script.file_name,
        "kind": script.kind,
        "domain": script.domain_id,
        "category": script.category,
        "entities": one.entities,
        "depends_on": sorted(needed.number for needed in script.depends_on.all()),
        "status": one.status,
        "recorded": {
            "migrated": script.recorded_migrated,
            "of": script.recorded_total,
            "rate": script.recorded_rate,
            "note": script.recorded_note,
        },
        "ours": {**_ours(one.tally), "failed": one.failed},
    }


def _ours(tally: Tally | None) -> dict[str, Any]:
    if tally is None:
        return {"migrated": None, "of": None, "rate": None}
    return {"migrated": tally.migrated, "of": tally.whole, "rate": tally.rate}


def _scripts(domain: str | None) -> list[MigrationScript]:
    scripts = MigrationScript.objects.prefetch_related("depends_on")
    if domain is not None:
        domains = list(DataDomain.objects.values_list("code", flat=True))
        if domain not in domains:
            raise UsageError(f"There is no data domain {domain!r}. Known domains: {', '.join(domains)}.")
        scripts = scripts.filter(domain=domain)
    if not scripts:
        raise UsageError("The inventory is empty: bring it up to date with `manage.py sync_catalog`.")
    return list(scripts)


def _table(found: list[Progress]) -> Table:
    table = Table(title="Scripts", title_justify="left")
    table.add_column("", justify="right", no_wrap=True)
    for heading in ("script", "domain", "kind", "status"):
        table.add_column(heading, no_wrap=heading != "script")
    table.add_column("entities")
    table.add_column("recorded", justify="right", no_wrap=True)
    table.add_column("ours", justify="right", no_wrap=True)
    table.add_column("rows", justify="right", no_wrap=True)
    for one in found:
        script, tally = one.script, one.tally
        table.add_row(
            str(script.number),
            script.title,
            script.domain_id,
            script.kind,
            one.status.label,
            ", ".join(one.entities),
            _percent(script.recorded_rate),
            _percent(tally.rate if tally else None),
            f"{tally.migrated:,} of {tally.whole:,}" if tally else "",
        )
    return table


def _percent(rate: Any) -> str:
    return "" if rate is None else f"{rate} %"
