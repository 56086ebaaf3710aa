"""Carrying a run out from the command line, or leaving it to the background, and saying what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from runs import services
from runs.management.base import OK, MigratorCommand, exit_code
from runs.management.report import as_dict, print_json, print_summary, watching
from runs.management.stopping import stoppable
from runs.models import Run
from runs.states import RESUMABLE, State


def add_arguments(parser: CommandParser) -> None:
    """How a command carries a run out."""
    parser.add_argument("--background", action="store_true", help="leave it to a background worker (qcluster)")
    parser.add_argument("--json", action="store_true", help="the summary as JSON")
    parser.add_argument("--no-progress", action="store_true", help="no live display")


def carried_out(command: MigratorCommand, run: Run, notes: Sequence[str], options: dict[str, Any]) -> int:
    """Does what the options say with the run; returns the exit code. `notes` are said before anything else."""
    if options["background"]:
        return _left_to_a_worker(command, run, [*notes, *silence()], options["json"])
    with watching(command.err, not (options["json"] or options["no_progress"])) as watch, stoppable(watch):
        services.execute(run, watch)
    further = [f"Go on with `manage.py resume_run {run.pk}`."] if run.state in RESUMABLE and not run.dry_run else []
    if options["json"]:
        print_json(command.out, as_dict(run) | {"notes": [*notes, *further]})
    else:
        print_summary(command.out, run, [*notes, *further])
    return exit_code(run)


def silence() -> list[str]:
    """A note if no worker cluster has given a sign of life."""
    since = services.silent_since()
    if since is None:
        return []
    seen = f"{timezone.localtime(since):%Y-%m-%d %H:%M}"
    return [f"No background worker has been at work since {seen}: start one with `manage.py qcluster`."]


def _left_to_a_worker(command: MigratorCommand, run: Run, notes: Sequence[str], as_json: bool) -> int:
    services.enqueue(run)
    if as_json:
        print_json(command.out, as_dict(run) | {"notes": list(notes)})
        return OK
    for note in notes:
        command.stdout.write(f"note: {note}")
    command.stdout.write(
        f"Run {run.pk} waits for a background worker.\n"
        f"  manage.py show_run {run.pk}      how far it is\n"
        f"  manage.py pause_run {run.pk}     stops it after its page; resume_run goes on\n"
        f"  manage.py cancel_run {run.pk}    ends it for good; what has arrived stays"
    )
    return OK


def asked(command: MigratorCommand, run: Run, as_json: bool) -> int:
    """What becomes of a run that was asked to stop."""
    if as_json:
        print_json(command.out, as_dict(run))
        return OK
    again = f"`manage.py resume_run {run.pk}` goes on with it."
    words = {
        State.PAUSING: f"stops after its page. `manage.py show_run {run.pk}` tells when it has. {again}",
        State.PAUSED: f"is paused. {again}",
        State.CANCELLING: f"ends after its page, for good. `manage.py show_run {run.pk}` tells when it has.",
        State.CANCELLED: "is cancelled. What has arrived stays; `manage.py undo_run` takes it back.",
    }
    command.stdout.write(f"Run {run.pk} {words[State(run.state)]}")
    return OK
