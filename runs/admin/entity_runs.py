"""How far one entity came in a run: bars, the conservation equation and the groups of failures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from django.utils import timezone

from catalog.declare import Spec
from runs.admin import entity_groups
from runs.admin.entity_groups import Group
from runs.admin.links import declared, list_url
from runs.ledger.models import FailedRecord, Mapping, Page
from runs.models import EntityRun
from runs.states import ACTIVE, UNDOABLE, State

#: Counter → words. In this order in bars and equations.
OUTCOMES = {
    "created": "created",
    "updated": "updated",
    "matched": "matched",
    "unchanged": "unchanged",
    "skipped": "skipped",
    "failed": "failed",
    "not_reached": "not reached",
    "deleted": "deleted",
    "restored": "restored",
    "released": "released",
    "kept": "kept",
}
#: Those of them that are in the target.
ARRIVED = ("created", "updated", "matched", "unchanged")
#: An undo's terms in words that say what became of the rows of the target.
UNDONE_WORDS = {
    "deleted": "deleted",
    "restored": "got back what they held before",
    "released": "were there before us and stay",
    "kept": "left as they are",
}
#: State → how the theme colours its label.
STATE_LABELS = {
    State.REQUESTED: "",
    State.QUEUED: "info",
    State.PLANNED: "",
    State.RUNNING: "info",
    State.PAUSING: "info",
    State.PAUSED: "warning",
    State.CANCELLING: "info",
    State.CANCELLED: "",
    State.INTERRUPTED: "warning",
    State.SUCCEEDED: "success",
    State.COMPLETED_WITH_FAILURES: "warning",
    State.BROKEN: "danger",
    State.BLOCKED: "danger",
    State.UNDO_REFUSED: "danger",
    State.UNDOING: "info",
    State.UNDONE: "",
}
#: A running entity that has been silent for longer is reported: it writes with every page.
SILENCE = timedelta(minutes=2)


#: The `Panel.urgency` of an entity about which there is nothing to say.
FINE = (3, 0)


class Term(NamedTuple):
    """A number of the equation; `share` is its part of all rows in percent."""

    key: str
    words: str
    rows: int
    share: float


def duration(seconds: float | None) -> str:
    """Such as "42 s", "3 min 5 s", "2 h 10 min"; a dash for None."""
    if seconds is None:
        return "–"
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes_rest = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes_rest} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


@dataclass(frozen=True)
class Panel:
    """An entity run, ready for a template. `since`: when the work on it was taken up last, while it goes on."""

    entity_run: EntityRun
    since: datetime | None = None

    @property
    def label(self) -> str:
        return STATE_LABELS[State(self.entity_run.state)]

    @cached_property
    def spec(self) -> Spec | None:
        return declared(self.entity_run.entity)

    @property
    def domain(self) -> str:
        return self.spec.domain if self.spec else "no longer declared"

    @cached_property
    def whole(self) -> int | None:
        """All rows to account for; None before they were counted."""
        return None if self.entity_run.in_scope is None else self.entity_run.in_scope + self.entity_run.expanded

    @cached_property
    def terms(self) -> list[Term]:
        counted = {key: getattr(self.entity_run, key) for key in OUTCOMES}
        whole = max(self.whole or 0, sum(counted.values())) or 1
        words = OUTCOMES | UNDONE_WORDS
        return [Term(key, words[key], rows, round(100 * rows / whole, 3)) for key, rows in counted.items()]

    @property
    def equation(self) -> list[Term]:
        """The terms that are not 0; of an empty table the first one."""
        return [term for term in self.terms if term.rows] or self.terms[:1]

    @property
    def accounted(self) -> int:
        return sum(term.rows for term in self.terms)

    @property
    def migrated(self) -> int:
        """Rows that are in the target."""
        return sum(getattr(self.entity_run, key) for key in ARRIVED)

    @property
    def percent(self) -> int | None:
        """How much is done, rounded down: 100 means all."""
        if self.whole is None:
            return None
        return min(100, 100 * self.accounted // self.whole) if self.whole else 100

    @property
    def unfinished(self) -> bool:
        return self.entity_run.state in (*ACTIVE, State.PAUSED, State.INTERRUPTED, State.BLOCKED)

    @property
    def undoable(self) -> bool:
        """It changed the target, and that has not been taken back as a whole."""
        run = self.entity_run
        return run.state in UNDOABLE and run.created + run.updated + run.matched > run.taken_back

    @property
    def notable(self) -> bool:
        """It did not go smoothly, or goes on."""
        return self.urgency < FINE

    @property
    def urgency(self) -> tuple[int, int]:
        """Sorts what needs somebody first, then what runs, then what has failed rows (most first), then the rest."""
        state = self.entity_run.state
        if self.verdict[0] == "bad" or state in (State.BROKEN, State.BLOCKED):
            return 0, 0
        if state in (State.RUNNING, State.PAUSED, State.INTERRUPTED, State.UNDOING):
            return 1, 0
        wrong = self.entity_run.failed or state == State.COMPLETED_WITH_FAILURES
        return (2, -self.entity_run.failed) if wrong else FINE

    @property
    def verdict(self) -> tuple[str, str]:
        """(kind, sentence) about the equation: kind is "good", "open" or "bad"."""
        balance = self.entity_run.balance
        if self.entity_run.state == State.UNDONE:
            return "open", "Taken back: what it made is no longer in the target."
        if balance is None:
            return "open", "The rows have not been counted yet."
        if balance == 0:
            return "good", "Balances."
        if self.unfinished and balance > 0:
            return "open", f"{balance:,} rows are still to come."
        if self.entity_run.state == State.CANCELLED and balance > 0:
            return "open", f"{balance:,} rows were not reached before it was cancelled."
        if balance > 0:
            return "bad", f"Does not balance: {balance:,} rows are not accounted for."
        return "bad", f"Does not balance: {-balance:,} rows more than there should be."

    @property
    def seconds(self) -> float:
        """Spent working so far, over all resumptions."""
        going = self.since if self.entity_run.state == State.RUNNING else None
        return self.entity_run.seconds + ((timezone.now() - going).total_seconds() if going else 0)

    @property
    def time(self) -> str:
        return duration(self.seconds) if self.entity_run.started_at else ""

    @property
    def rate(self) -> int:
        """Rows a second; 0 where nothing was done, or too quickly to be measured."""
        return round(self.accounted / self.seconds) if self.seconds >= 1 else 0

    @property
    def remaining(self) -> str:
        """How long a running entity will take at its speed so far; empty if nobody can tell."""
        if self.entity_run.state != State.RUNNING or not self.rate or self.whole is None:
            return ""
        return duration(self.seconds * max(0, self.whole - self.accounted) / self.accounted)

    @property
    def silent(self) -> str:
        """Since when a running entity has given no sign of life; empty while it does."""
        seen = self.entity_run.heartbeat_at or self.entity_run.started_at
        if self.entity_run.state != State.RUNNING or not seen or timezone.now() - seen < SILENCE:
            return ""
        return duration((timezone.now() - seen).total_seconds())

    @property
    def failures(self) -> list[Group]:
        return entity_groups.failures(self.entity_run)

    @property
    def resolutions(self) -> list[Group]:
        return entity_groups.resolutions(self.entity_run)

    @property
    def findings(self) -> list[Group]:
        return entity_groups.findings(self.entity_run)

    @property
    def urls(self) -> dict[str, str]:
        entity, run = self.entity_run.entity, self.entity_run.run_id
        return {
            "failed": list_url(FailedRecord, entity=entity, run=run),
            "pages": list_url(Page, entity=entity, run=run),
            "mappings": list_url(Mapping, entity=entity),
        }
