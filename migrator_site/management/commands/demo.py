"""manage.py demo: the whole story on a made-up legacy database, from an empty disk to the admin."""

from __future__ import annotations

import secrets
import signal
import socket
from argparse import BooleanOptionalAction
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser

from migrator_site import tryout
from migrator_site.beside import background_worker
from migrator_site.predecessor import is_fresh
from runs import services
from runs.management.base import USAGE, MigratorCommand, exit_code
from runs.management.report import print_summary, watching

LOGIN = "demo"


class Command(MigratorCommand):
    help = (
        "Builds a legacy database with planted defects, migrates it, prints what became of every row, and serves the "
        "admin, with a background worker beside it. Run it again: nothing is built or migrated twice. Exit codes as "
        "for migrate_entity."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", type=float, default=0.02, help="1 is the size of the original, 1.3 million rows")
        parser.add_argument("--seed", type=int, default=1, help="another seed makes another database")
        parser.add_argument("--serve", action=BooleanOptionalAction, default=True, help="serve the admin at the end")
        parser.add_argument("--port", type=int, default=8000)

    def run(self, **options: Any) -> int:
        if not settings.TRY_OUT:
            raise CommandError(
                "The demo writes a made-up legacy database and makes a login, so it runs only without any setting of "
                "your own: unset DATABASE_URL, LEGACY_DATABASE_URL, TARGET_DATABASE_URL and the secrets, also in .env.",
                returncode=USAGE,
            )
        if options["serve"]:
            _check_port(options["port"])
        for alias in ("default", "target"):
            call_command("migrate", database=alias, verbosity=0)
        call_command("build_demo_legacy", scale=options["scale"], seed=options["seed"])
        if is_fresh():
            call_command("build_demo_predecessor", stdout=self.stdout)
        run = services.start(services.chosen(everything=True), services.Options(settings.BATCH_SIZE), note="The demo.")
        with watching(self.err, show=True) as watch:
            services.execute(run, watch)
        print_summary(self.out, run)
        if options["serve"]:
            self._serve(options["port"])
        return exit_code(run)

    def _serve(self, port: int) -> None:
        password = tryout.kept(settings.DATA_DIR / "demo_password", lambda: secrets.token_urlsafe(9))
        users = get_user_model().objects
        user, _ = users.get_or_create(username=LOGIN, defaults={"is_staff": True, "is_superuser": True})
        user.set_password(password)
        user.save()
        self.stdout.write(
            f"\nAdmin: http://127.0.0.1:{port}/   login: {LOGIN}   password: {password}   (Ctrl-C ends it)"
        )
        # SIGTERM ends it as Ctrl-C does, and the worker with it.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with background_worker():
            call_command("runserver", f"127.0.0.1:{port}", use_reloader=False)


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise CommandError(
                f"Port {port} of this machine is in use: choose another with `make demo PORT=8001`, or SERVE=0.",
                returncode=USAGE,
            ) from None
