"""The states of runs and entity runs, and the table of allowed transitions, one reason per arrow."""

from __future__ import annotations

from django.db.models import TextChoices


class State(TextChoices):
    """A participle says what has happened; an -ing form says that somebody is at it, or is asked to be.

    Requested, queued, pausing, cancelling and undo refused are states of runs only, planned and blocked of entity runs.
    """

    REQUESTED = "requested", "requested"
    QUEUED = "queued", "queued"
    PLANNED = "planned", "planned"
    RUNNING = "running", "running"
    PAUSING = "pausing", "pausing"
    PAUSED = "paused", "paused"
    CANCELLING = "cancelling", "cancelling"
    CANCELLED = "cancelled", "cancelled"
    INTERRUPTED = "interrupted", "interrupted"
    SUCCEEDED = "succeeded", "succeeded"
    COMPLETED_WITH_FAILURES = "completed_with_failures", "completed with failures"
    BROKEN = "broken", "broken"
    BLOCKED = "blocked", "blocked"
    UNDO_REFUSED = "undo_refused", "undo refused"
    UNDOING = "undoing", "undoing"
    UNDONE = "undone", "undone"


S = State

_TAKEN_BACK = "Somebody asked for what it did to be taken back."
_SO_FAR = "What it had done so far is taken back."
_RESUMED = "It was resumed, and waits for its turn."

#: From → to → why this may happen.
TRANSITIONS: dict[State, dict[State, str]] = {
    S.REQUESTED: {
        S.QUEUED: "A background worker will take it up.",
        S.RUNNING: "A process took it up.",
        S.PAUSED: "It was paused before anybody took it up.",
        S.CANCELLED: "It was cancelled before anybody took it up.",
        S.INTERRUPTED: "The process that was to carry it out ended before it began.",
    },
    S.QUEUED: {
        S.RUNNING: "A worker took it up.",
        S.PAUSED: "It was paused between two workers.",
        S.CANCELLED: "It was cancelled between two workers.",
        S.INTERRUPTED: "No worker will take it up any more.",
        S.BROKEN: "Its workers failed too often; the reason says how.",
    },
    S.PLANNED: {
        S.RUNNING: "A process took it up.",
        S.PAUSED: "The run was paused before its turn came.",
        S.CANCELLED: "The run was cancelled before its turn came.",
        S.INTERRUPTED: "The run stopped before its turn came.",
        S.BLOCKED: "An entity that it refers to could not be migrated.",
        S.BROKEN: "The run failed before its turn came.",
    },
    S.RUNNING: {
        S.QUEUED: "A worker's time is up; the next one goes on at the next page.",
        S.PLANNED: "A worker's time is up; the next one goes on at the next page.",
        S.PAUSING: "It was asked to pause after its page.",
        S.CANCELLING: "It was asked to end for good after its page.",
        S.PAUSED: "It was paused between two pages.",
        S.CANCELLED: "It was cancelled between two pages; what has arrived stays.",
        S.SUCCEEDED: "Every row in scope is accounted for, and none failed.",
        S.COMPLETED_WITH_FAILURES: "Every row in scope is accounted for, and some failed or were left.",
        S.INTERRUPTED: "The process stopped, was stopped or died; it can go on at the next page.",
        S.BROKEN: "An error stopped it, or its numbers do not balance; the reason says which.",
        S.UNDO_REFUSED: "Rows that stay depend on what it was to delete; nothing was done.",
    },
    S.PAUSING: {
        S.PAUSED: "It stopped between two pages.",
        S.CANCELLING: "It was asked to end for good instead.",
        S.INTERRUPTED: "Its process stopped or died before it could pause.",
        S.SUCCEEDED: "It came to its end before it could pause.",
        S.COMPLETED_WITH_FAILURES: "It came to its end before it could pause.",
        S.BROKEN: "An error stopped it before it could pause.",
        S.UNDO_REFUSED: "It found what stands in its way before it could pause.",
    },
    S.CANCELLING: {
        S.CANCELLED: "It stopped between two pages; what has arrived stays.",
        S.SUCCEEDED: "It came to its end before it could be cancelled.",
        S.COMPLETED_WITH_FAILURES: "It came to its end before it could be cancelled.",
        S.BROKEN: "An error stopped it before it could be cancelled.",
        S.UNDO_REFUSED: "It found what stands in its way before it could be cancelled.",
    },
    S.PAUSED: {
        S.QUEUED: "It was resumed; a background worker will take it up.",
        S.RUNNING: "It was resumed.",
        S.PLANNED: _RESUMED,
        S.CANCELLED: "It was cancelled while it was paused.",
        S.UNDOING: _SO_FAR,
    },
    S.INTERRUPTED: {
        S.QUEUED: "A background worker will take it up again.",
        S.RUNNING: "It was resumed.",
        S.PLANNED: _RESUMED,
        S.PAUSED: "It is not to go on by itself.",
        S.BROKEN: "Its workers failed too often; the reason says how.",
        S.CANCELLED: "It was given up.",
        S.UNDOING: _SO_FAR,
    },
    S.BROKEN: {
        S.QUEUED: "It was resumed after the cause was put right; a background worker will take it up.",
        S.RUNNING: "It was resumed after the cause was put right.",
        S.PLANNED: _RESUMED,
        S.CANCELLED: "It was given up.",
        S.UNDOING: _SO_FAR,
    },
    S.BLOCKED: {
        S.RUNNING: "It was resumed after its parents were migrated.",
        S.PLANNED: _RESUMED,
        S.CANCELLED: "The run was given up.",
        S.UNDOING: "The run that it belongs to is taken back.",
    },
    S.CANCELLED: {S.UNDOING: _SO_FAR},
    S.SUCCEEDED: {S.UNDOING: _TAKEN_BACK},
    S.COMPLETED_WITH_FAILURES: {S.UNDOING: _TAKEN_BACK},
    S.UNDO_REFUSED: {},
    S.UNDOING: {S.UNDONE: "The target is as it was before, but for the rows that the problem names."},
    S.UNDONE: {},
}

#: Somebody is at it, or will be: only one entity run of an entity may be in such a state.
ACTIVE = (S.PLANNED, S.RUNNING)

#: A run in such a state is asked to stop after its page.
STOPPING = (S.PAUSING, S.CANCELLING)

#: Somebody should be at it. Who holds the run's lock is; if nobody does, whoever was is dead.
ALIVE = (S.RUNNING, *STOPPING)

#: May be taken up again.
RESUMABLE = (S.REQUESTED, S.QUEUED, S.PLANNED, S.RUNNING, S.PAUSING, S.PAUSED, S.INTERRUPTED, S.BROKEN, S.BLOCKED)

#: Came to its end; all that can follow is that it is taken back.
FINISHED = (S.SUCCEEDED, S.COMPLETED_WITH_FAILURES)

#: Is not to be carried out any more, nor again.
SETTLED = (*FINISHED, S.CANCELLED, S.UNDO_REFUSED, S.UNDOING, S.UNDONE)

#: May be taken back. One that is being taken back can be taken up by another undo, if the first does not go on.
UNDOABLE = (*FINISHED, S.PAUSED, S.INTERRUPTED, S.BROKEN, S.BLOCKED, S.CANCELLED, S.UNDOING)


def reason(old: str, new: str) -> str:
    """Why a transition may happen. Raises KeyError for a transition that is not in the table."""
    return TRANSITIONS[State(old)][State(new)]
