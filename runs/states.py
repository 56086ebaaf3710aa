"""The states of runs and entity runs, and the table of allowed transitions, one reason per arrow."""

from __future__ import annotations

from django.db.models import TextChoices


class State(TextChoices):
    """A participle says what has happened; an -ing form says that somebody is at it."""

    PLANNED = "planned", "planned"
    RUNNING = "running", "running"
    INTERRUPTED = "interrupted", "interrupted"
    SUCCEEDED = "succeeded", "succeeded"
    COMPLETED_WITH_FAILURES = "completed_with_failures", "completed with failures"
    BROKEN = "broken", "broken"
    BLOCKED = "blocked", "blocked"
    UNDOING = "undoing", "undoing"
    UNDONE = "undone", "undone"


S = State

#: From → to → why this may happen.
TRANSITIONS: dict[State, dict[State, str]] = {
    S.PLANNED: {
        S.RUNNING: "A process took it up.",
        S.INTERRUPTED: "The run stopped before its turn came.",
        S.BLOCKED: "An entity that it refers to could not be migrated.",
        S.BROKEN: "The run failed before its turn came.",
    },
    S.RUNNING: {
        S.SUCCEEDED: "Every row in scope is accounted for, and none failed.",
        S.COMPLETED_WITH_FAILURES: "Every row in scope is accounted for, and some failed.",
        S.INTERRUPTED: "The process stopped, was stopped or died; it can go on at the next page.",
        S.BROKEN: "An error stopped it, or its numbers do not balance; the reason says which.",
    },
    S.INTERRUPTED: {
        S.RUNNING: "It was resumed.",
        S.PLANNED: "It was resumed, and waits for its turn.",
        S.UNDOING: "What it had done so far is taken back.",
    },
    S.BROKEN: {
        S.RUNNING: "It was resumed after the cause was put right.",
        S.PLANNED: "It was resumed, and waits for its turn.",
        S.UNDOING: "What it had done so far is taken back.",
    },
    S.BLOCKED: {
        S.RUNNING: "It was resumed after its parents were migrated.",
        S.PLANNED: "It was resumed, and waits for its turn.",
        S.UNDOING: "The run that it belongs to is taken back.",
    },
    S.SUCCEEDED: {S.UNDOING: "Somebody asked for what it did to be taken back."},
    S.COMPLETED_WITH_FAILURES: {S.UNDOING: "Somebody asked for what it did to be taken back."},
    S.UNDOING: {S.UNDONE: "The target is as it was before, but for the rows that the problem names."},
    S.UNDONE: {},
}

#: Somebody is at it, or will be: only one entity run of an entity may be in such a state.
ACTIVE = (S.PLANNED, S.RUNNING, S.UNDOING)

#: May be taken up again.
RESUMABLE = (S.PLANNED, S.RUNNING, S.INTERRUPTED, S.BROKEN, S.BLOCKED)

#: Came to its end; all that can follow is that it is taken back.
FINISHED = (S.SUCCEEDED, S.COMPLETED_WITH_FAILURES)

#: Is not to be carried out any more, nor again.
SETTLED = (*FINISHED, S.UNDOING, S.UNDONE)

#: May be taken back. One that is being taken back can be taken up again by whoever holds the run's lock.
UNDOABLE = (*FINISHED, S.INTERRUPTED, S.BROKEN, S.BLOCKED, S.UNDOING)


def reason(old: str, new: str) -> str:
    """Why a transition may happen. Raises KeyError for a transition that is not in the table."""
    return TRANSITIONS[State(old)][State(new)]
