"""manage.py build_demo_legacy: fill the legacy database with a made-up dental laboratory."""

from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from psycopg.conninfo import make_conninfo
from rich.columns import Columns
from rich.console import Console
from rich.table import Table

from legacy import demo


class Command(BaseCommand):
    help = "Build a realistic legacy database with planted defects, and a manifest of what must become of each."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--scale", type=float, default=0.02, help="1 is the laboratory as recorded: about 1.4 million rows"
        )
        parser.add_argument("--seed", type=int, default=1, help="the same seed and scale give the same rows")
        parser.add_argument(
            "--manifest",
            type=Path,
            default=None,
            help="where the manifest goes (default: DATA_DIR/demo_manifest.jsonl)",
        )
        parser.add_argument("--force", action="store_true", help="build again even if the same demo stands already")
        parser.add_argument(
            "--yes-overwrite", action="store_true", help="allow a database outside of the embedded PostgreSQL"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if "legacy" not in settings.EMBEDDED_DATABASES and not options["yes_overwrite"]:
            raise CommandError(
                "LEGACY_DATABASE_URL is set: add --yes-overwrite to replace the demo tables in that database."
            )
        manifest = options["manifest"] or settings.DATA_DIR / "demo_manifest.jsonl"
        try:
            summary = demo.build(
                writable_dsn(),
                scale=options["scale"],
                seed=options["seed"],
                manifest_path=manifest,
                force=options["force"],
            )
        except demo.DemoError as error:
            raise CommandError(str(error)) from error
        except psycopg.Error as error:
            # The primary message alone: detail and context may quote a row.
            reason = error.diag.message_primary or type(error).__name__
            raise CommandError(f"PostgreSQL refused to build the demo database: {reason}") from error
        self._print(summary, manifest)

    def _print(self, summary: demo.Summary, manifest: Path) -> None:
        console = Console(file=self.stdout)  # type: ignore[arg-type]
        console.print(Columns([_table("Table", summary.rows), _table("Manifest", summary.defects)]))
        verb = "built" if summary.rebuilt else "stands already"
        console.print(
            f"Demo database {verb}: {sum(summary.rows.values()):,} rows, {sum(summary.defects.values()):,} lines in"
            f" {manifest}, {summary.seconds:.1f} s",
            soft_wrap=True,
        )


def writable_dsn() -> str:
    """Where the alias `legacy` points, without the option that makes it read only."""
    connection = connections["legacy"]
    if connection.vendor != "postgresql":
        raise CommandError("The demo is built in PostgreSQL only: point LEGACY_DATABASE_URL at a PostgreSQL database.")
    connection.ensure_connection()
    given = connection.get_connection_params()
    names = {"host", "hostaddr", "port", "user", "password", "dbname", "sslmode", "sslrootcert", "connect_timeout"}
    return make_conninfo(**{name: given[name] for name in names & given.keys() if given[name]})


def _table(title: str, numbers: dict[str, int]) -> Table:
    table = Table(title, "Rows" if title == "Table" else "Lines", box=None, pad_edge=False)
    for name, number in numbers.items():
        table.add_row(name, f"{number:,}")
    return table
