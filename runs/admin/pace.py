"""How far a run is as a whole, how quickly it goes and when it will end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from runs.admin.entity_runs import Panel, duration
from runs.models import EntityRun, Run, RunEvent
from runs.states import SETTLED, State

#: Kinds of runs that read the legacy rows of an entity from the first to the last.
WHOLE = (Run.Kind.MIGRATION, Run.Kind.VALIDATION)


@dataclass(frozen=True)
class Pace:
    """Rows and parts of a run. `whole`: rows that are known to be in scope; `unknown`: parts not counted yet."""

    done: int
    whole: int
    unknown: int
    parts_done: int
    parts: int
    seconds: float

    @property
    def percent(self) -> int:
        """By rows where all parts have been counted, else by parts; rounded down."""
        share = self.parts_done / (self.parts or 1)
        if not self.unknown and self.whole:
            share = self.done / self.whole
        return min(100, int(100 * share))

    @property
    def rate(self) -> int:
        """Rows a second, over all the time that was spent working."""
        return round(self.done / self.seconds) if self.seconds >= 1 else 0

    @property
    def remaining(self) -> str:
        """How long it will take at this speed; empty if nobody can tell."""
        if not self.rate or self.unknown:
            return ""
        return duration(self.seconds * max(0, self.whole - self.done) / self.done)


def pace(run: Run, panels: Sequence[Panel]) -> Pace:
    """A part whose turn has not come counts with the rows that it had in its last run, if there was one."""
    waiting = [panel.entity_run.entity for panel in panels if panel.whole is None]
    expected = _earlier(run, waiting)
    return Pace(
        done=sum(panel.accounted for panel in panels),
        whole=sum(panel.whole or 0 for panel in panels) + sum(expected.values()),
        unknown=len(waiting) - len(expected),
        parts_done=sum(panel.entity_run.state in SETTLED for panel in panels),
        parts=len(panels),
        seconds=sum(panel.seconds for panel in panels),
    )


def _earlier(run: Run, entities: Sequence[str]) -> dict[str, int]:
    """Entity → rows in scope the last time that it was read as a whole, as it is by this run."""
    if run.kind not in WHOLE or run.options.get("ids") or run.options.get("limit"):
        return {}
    found = EntityRun.objects.filter(run__kind__in=WHOLE, entity__in=entities, in_scope__isnull=False)
    latest = found.order_by("entity", "-run_id").distinct("entity")
    return {entity: rows or 0 for entity, rows in latest.values_list("entity", "in_scope")}


def taken_up(events: Iterable[RunEvent]) -> dict[str, datetime]:
    """Part → when the work on it was taken up last."""
    return {event.entity: event.at for event in events if event.entity and event.new_state == State.RUNNING}
