"""Taking back what runs did."""

from __future__ import annotations

from collections.abc import Collection

from runs import undoing
from runs.models import Run
from runs.services.starting import find_run, held, put_down_dead
from runs.states import ALIVE


def undo_plan(number: int, names: Collection[str] = ()) -> list[undoing.Part]:
    """What `undo` would restore. Raises `UsageError`, or `Refused` if the run did what cannot be taken back."""
    return undoing.parts(_undoable(number), names)


def undo(number: int, names: Collection[str] = (), *, overwrite: bool = False) -> list[undoing.Part]:
    """Takes a run back, or only its parts of these names; what was stopped goes on with the next call.

    Rows edited since stay as they are and are named, unless `overwrite` is set. Raises like `undo_plan`, and `Busy`.
    """
    with held(_undoable(number)):
        run = _undoable(number)
        parts = undoing.parts(run, names)
        undoing.undo(run, parts, overwrite)
    return parts


def _undoable(number: int) -> Run:
    """The run, as it is once a process that died over it has been put down."""
    run = find_run(number)
    if run.state in ALIVE:
        put_down_dead(run)
        run.refresh_from_db()
    return run
