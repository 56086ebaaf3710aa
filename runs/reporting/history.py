"""Who did what and when, how rows arrived over time, and on which databases, with which code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from runs import sql_reporting
from runs.environment import environment
from runs.ledger.models import RecordEvent
from runs.models import Run, RunEvent
from runs.reporting.moments import moment
from runs.reporting.scope import Scope
from runs.results import groups, seconds

#: Points of the line that shows how rows arrived.
STEPS = 60


def runs(scope: Scope) -> list[dict[str, Any]]:
    """The runs that the report speaks of, dry ones left out, the oldest first."""
    found = Run.objects.filter(dry_run=False)
    if scope.run:
        found = found.filter(pk=scope.run.pk)
    elif scope.domain:
        found = found.filter(entity_runs__entity__in=scope.names).distinct()
    return [
        {
            "run": run.pk,
            "kind": run.kind,
            "state": run.get_state_display(),
            "problem": run.problem,
            "requested_by": run.requested_by,
            "door": run.door,
            "note": run.note,
            "undoes": run.undoes_id,
            "started_at": moment(run.started_at),
            "finished_at": run.finished_at and moment(run.finished_at),
            "seconds": f"{seconds(run):.1f}",
            "options": _options(run.options),
        }
        for run in found.order_by("pk")
    ]


def _options(options: dict[str, Any]) -> dict[str, Any]:
    """How the run was asked for; of chosen rows only their number."""
    chosen = options.get("ids")
    if not chosen:
        return options
    rows = sum(map(len, chosen.values())) if isinstance(chosen, dict) else len(chosen)
    return {**options, "ids": f"{rows:,} chosen rows"}


def events(scope: Scope, numbers: Sequence[int]) -> list[dict[str, Any]]:
    """What happened to these runs; of a report about one run, to each of its parts too."""
    found = RunEvent.objects.filter(run__in=numbers)
    if not scope.run:
        found = found.filter(entity="")
    return [
        {
            "run": one.run_id,
            "entity": one.entity,
            "at": moment(one.at),
            "who": one.who,
            "door": one.door,
            "what": one.what,
            "from": one.old_state,
            "to": one.new_state,
            "why": one.why,
        }
        for one in found.order_by("pk")
    ]


def decisions(names: Sequence[str]) -> list[dict[str, Any]]:
    """What people did about failed records: how often each of them did what."""
    found = groups(RecordEvent.objects.filter(entity__in=names), "who", "action", "entity")
    return [{"who": who, "action": action, "entity": entity, "records": n} for who, action, entity, n in found]


def progress(scope: Scope) -> list[dict[str, Any]]:
    """How many rows had arrived when."""
    run = scope.run.pk if scope.run else None
    return [{"at": moment(at), "rows": rows} for at, rows in sql_reporting.progress(run, scope.names, STEPS)]


def surroundings(scope: Scope) -> dict[str, Any]:
    """Databases, schemas and code: as the run found them, and as they are."""
    return {"at_run": scope.run.environment if scope.run else None, "here": environment()}
