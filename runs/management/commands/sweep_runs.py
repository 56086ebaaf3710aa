"""manage.py sweep_runs: see to the runs whose worker or command died."""

from __future__ import annotations

from typing import Any

from runs import services
from runs.management.base import OK, MigratorCommand


class Command(MigratorCommand):
    help = (
        "Puts down the runs whose process died, and sends those of the background to a worker again. The workers do "
        "so by themselves each minute; a run is never touched while it lives."
    )

    def run(self, **options: Any) -> int:
        sent = services.sweep()
        self.stdout.write("\n".join(f"{run} waits for a background worker again." for run in sent) or "Nothing to do.")
        return OK
