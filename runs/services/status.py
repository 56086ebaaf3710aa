"""How far everything is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from catalog.declare import Spec
from catalog.repair import RepairSpec
from catalog.validation import ValidationSpec
from catalog.work import Work
from legacy import reader
from runs import sql
from runs.engine.requirements import unreachable
from runs.errors import Refused
from runs.models import Run
from runs.reporting.standing import repair_status
from runs.services.starting import put_down_dead
from runs.states import ALIVE


def status(entities: Sequence[Work]) -> dict[str, Any]:
    """How far each entity and repair is, counted afresh in both databases, and the latest runs. Raises `Refused`."""
    if found := unreachable():
        raise Refused(found)
    for run in Run.objects.filter(state__in=ALIVE):
        put_down_dead(run)
    with reader.Snapshot():
        return {
            "entities": [_entity_status(entity) for entity in entities if not isinstance(entity, ValidationSpec)],
            "runs": [
                {
                    "run": r.pk,
                    "state": r.get_state_display(),
                    "requested_by": r.requested_by,
                    "started_at": r.started_at,
                }
                for r in Run.objects.all()[:5]
            ],
        }


def _entity_status(entity: Spec | RepairSpec) -> dict[str, Any]:
    if isinstance(entity, RepairSpec):
        return repair_status(entity)
    extent = reader.extent(reader.Selection(entity.source, (entity.source._meta.pk.name,), entity.where))
    migrated, failed = sql.rows_of(entity.name, parts=entity.each is not None)
    return {
        "entity": entity.name,
        "script": entity.script,
        "in_scope": extent.in_scope,
        "out_of_scope": extent.total - extent.in_scope,
        "migrated": migrated,
        "failed": failed,
        "remaining": extent.in_scope - migrated - failed,
    }
