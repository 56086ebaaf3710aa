"""manage.py build_demo_predecessor: fill the demo's target with what the scripts of old had loaded."""

from __future__ import annotations

import time
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from legacy.demo.store import Store
from legacy.management.commands.build_demo_legacy import writable_dsn
from migrator_site.predecessor import Predecessor, is_fresh


class Command(BaseCommand):
    help = (
        "Loads what the scripts of old brought over from the demo's legacy database, under UUIDs of their own, most "
        "orders with a wrong doctor. Scale and seed are those of the legacy database."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--yes-outside", action="store_true", help="allow a target outside of the embedded PostgreSQL"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if "target" not in settings.EMBEDDED_DATABASES and not options["yes_outside"]:
            raise CommandError(
                "TARGET_DATABASE_URL is set: add --yes-outside to write made-up rows into that database."
            )
        with psycopg.connect(writable_dsn(), autocommit=True) as connection:
            facts = Store(connection).standing()
        if facts is None:
            raise CommandError(
                "The legacy database was not made by the demo builder: run `manage.py build_demo_legacy`."
            )
        if not is_fresh():
            raise CommandError("The target holds rows already, and the predecessor came first: nothing was loaded.")
        begun = time.monotonic()
        predecessor = Predecessor(scale=float(facts["scale"]), seed=int(facts["seed"]))
        predecessor.load()
        rows = ", ".join(f"{len(known):,} {name}" for name, known in predecessor.known.items())
        self.stdout.write(
            f"Loaded by the predecessor: {rows}; {predecessor.wrong:,} of the orders have a profile for a doctor "
            f"({time.monotonic() - begun:.1f} s)."
        )
