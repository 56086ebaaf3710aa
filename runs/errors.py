"""What stops a run, as exceptions for people. Row failures are data, not exceptions."""

from __future__ import annotations

from collections.abc import Iterable

from runs.states import State


class MigratorError(Exception):
    """Something that a person has to decide or repair; the message says what and how."""


class StaleState(MigratorError):
    """Somebody else changed the state first."""

    def __init__(self, what: str, old: str, new: str) -> None:
        super().__init__(f"{what} is no longer {old!r}, so it cannot become {new!r}: somebody else was faster.")


class Refused(MigratorError):
    """The run cannot start. Carries all problems at once, each with what to do about it."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


class Busy(MigratorError):
    """Another run of the entity is under way."""

    def __init__(self, entity: str, run: object) -> None:
        super().__init__(
            f"{entity} is being migrated by {run}: wait until it ends, or stop it. "
            "Only one run of an entity may be active."
        )


class Held(Busy):
    """Somebody carries the run out at this moment."""

    def __init__(self, run: int) -> None:
        MigratorError.__init__(
            self,
            f"Run {run} is being carried out by another process: `manage.py show_run {run}` tells how far it is, and "
            f"`manage.py pause_run {run}` stops it after its page.",
        )


class UsageError(MigratorError):
    """An option or argument that cannot be."""


class UndoRefused(MigratorError):
    """Something that stays depends on what an undo was to delete. Nothing of the undo was done."""


class StopRequested(Exception):
    """Somebody asked for it; what was committed stays. `state` is what the run is to become."""

    def __init__(self, state: State) -> None:
        self.state = state
