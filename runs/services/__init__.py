"""The verbs. Every door (command, admin, task) calls one of these and puts its answer into words."""

from runs.services.choosing import Options, chosen, missing_ids
from runs.services.comparing import Comparison, shown
from runs.services.correcting import Wanted, correct, correct_group, corrections, revoke
from runs.services.grouping import Filter, Group, groups
from runs.services.reviewing import assign, dismiss, note, reopen, retry
from runs.services.selecting import Selection
from runs.services.starting import enqueue, execute, find_run, put_down_dead, resume, start
from runs.services.status import status
from runs.services.stopping import cancel, pause
from runs.services.trying import Outcome, what_if
from runs.services.undoing import undo, undo_plan
from runs.services.validating import validate

__all__ = [
    "Comparison",
    "Filter",
    "Group",
    "Options",
    "Outcome",
    "Selection",
    "Wanted",
    "assign",
    "cancel",
    "chosen",
    "correct",
    "correct_group",
    "corrections",
    "dismiss",
    "enqueue",
    "execute",
    "find_run",
    "groups",
    "missing_ids",
    "note",
    "pause",
    "put_down_dead",
    "reopen",
    "resume",
    "retry",
    "revoke",
    "shown",
    "start",
    "status",
    "undo",
    "undo_plan",
    "validate",
    "what_if",
]
