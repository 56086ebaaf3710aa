"""manage.py sync_catalog: brings the inventory up to date with its files and the declarations."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError

from catalog.inventory import sync


class Command(BaseCommand):
    help = "Brings domains and scripts up to date with their files and the declarations. Notes of staff stay."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            synced = sync()
        except ProgrammingError:
            raise CommandError("The inventory has no tables yet: run `manage.py migrate` first.") from None
        self.stdout.write(f"Domains and scripts: {synced}.")
