"""The verbs. Every door (command, admin, task) calls one of these and puts its answer into words."""

from runs.background import silent_since
from runs.services.choosing import Options, chosen, missing_ids
from runs.services.comparing import Comparison, shown
from runs.services.correcting import Wanted, correct, correct_group, corrections, drafted, group_rule, revoke
from runs.services.grouping import Filter, Group, groups
from runs.services.handling import acknowledge, reopen_findings, waive
from runs.services.looking import look_up
from runs.services.rehearsing import Rehearsal, of_record, parent_of, rehearse, spoken_of, wrong_columns
from runs.services.reporting import check_report, report, report_format
from runs.services.reviewing import assign, dismiss, note, reopen, retry
from runs.services.scheduling import (
    Frequency,
    Plan,
    Scheduled,
    ordered_by,
    schedule,
    schedules,
    start_due,
    unschedule,
)
from runs.services.selecting import Selection
from runs.services.signing import SIGNING, revoke_sign_off, sign_off, sign_offs
from runs.services.starting import enqueue, execute, find_run, look, put_down_dead, resume, start
from runs.services.status import status
from runs.services.stopping import cancel, pause
from runs.services.trying import Outcome, what_if
from runs.services.undoing import Undo, undo, undo_plan
from runs.services.validating import Sample, start_validation
from runs.services.working import Slice, sweep, work_off

__all__ = [
    "SIGNING",
    "Comparison",
    "Filter",
    "Frequency",
    "Group",
    "Options",
    "Outcome",
    "Plan",
    "Rehearsal",
    "Sample",
    "Scheduled",
    "Selection",
    "Slice",
    "Undo",
    "Wanted",
    "acknowledge",
    "assign",
    "cancel",
    "check_report",
    "chosen",
    "correct",
    "correct_group",
    "corrections",
    "dismiss",
    "drafted",
    "enqueue",
    "execute",
    "find_run",
    "group_rule",
    "groups",
    "look",
    "look_up",
    "missing_ids",
    "note",
    "of_record",
    "ordered_by",
    "parent_of",
    "pause",
    "put_down_dead",
    "rehearse",
    "reopen",
    "reopen_findings",
    "report",
    "report_format",
    "resume",
    "retry",
    "revoke",
    "revoke_sign_off",
    "schedule",
    "schedules",
    "shown",
    "sign_off",
    "sign_offs",
    "silent_since",
    "spoken_of",
    "start",
    "start_due",
    "start_validation",
    "status",
    "sweep",
    "undo",
    "undo_plan",
    "unschedule",
    "waive",
    "what_if",
    "work_off",
    "wrong_columns",
]
