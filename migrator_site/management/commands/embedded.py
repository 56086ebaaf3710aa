"""`manage.py embedded`: look at, start or stop the embedded PostgreSQL."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from migrator_site.embedded import Server


class Command(BaseCommand):
    help = "The embedded PostgreSQL: status, start, stop, or the databases' URLs for psql."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=("status", "start", "stop", "url"))

    def handle(self, *, action: str, **options: Any) -> None:
        server: Server | None = settings.EMBEDDED_SERVER
        if server is None:
            raise CommandError("No embedded PostgreSQL here: all three database URLs are set.")
        if action == "stop":
            self.stdout.write("Stopped." if server.stop() else "It does not run.")
            return
        if action == "start":
            server.ensure(list(settings.EMBEDDED_DATABASES.values()))
        if action == "url":
            for alias, name in settings.EMBEDDED_DATABASES.items():
                self.stdout.write(f"{alias:8}{server.url(name)}")
            return
        status = server.status()
        self.stdout.write(f"Running, process {status.pid}." if status.running else "It does not run.")
        self.stdout.write(f"Folder: {status.base}\nLog:    {status.log}")
