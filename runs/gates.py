"""Gates: after each entity the cheap checks look at it, and between two phases nobody goes on over what they found.

A phase is a group of entities of which none refers to another (`catalog.plan.levels`); repairs and validations come
in phases of their own. How bad a finding has to be is the run's option `gate`: critical, error, or off.
"""

from __future__ import annotations

from typing import Any

from catalog.declare import Spec
from catalog.plan import levels
from catalog.repair import RepairSpec
from catalog.work import named
from legacy.reader import Snapshot
from runs import findings, validating
from runs.errors import MigratorError
from runs.models import FAILING, EntityRun, Finding, Run, Severity
from runs.validation import cheap

#: Option → severities that close the gate.
LEVELS: dict[str, tuple[str, ...]] = {"critical": (Severity.CRITICAL,), "error": FAILING, "off": ()}


class GateClosed(MigratorError):
    """A finding stands in the way of a run's next phase."""


def severities(run: Run) -> tuple[str, ...]:
    return () if run.dry_run else LEVELS[run.options.get("gate", "off")]


def examine(entity: Spec, snapshot: Snapshot, entity_run: EntityRun) -> list[dict[str, Any]]:
    """What the cheap checks find in the entity, kept as findings of its run and returned as plain data."""
    if not severities(entity_run.run):
        return []
    with validating.one_view():
        found = [one for name in cheap() for one in validating.examined(entity, snapshot, name)]
    return findings.keep(entity.name, cheap(), found, entity_run)


def phases(run: Run) -> dict[str, int]:
    """The parts of a run by name → the number of their phase."""
    works = {name: named(name) for name in run.entity_runs.values_list("entity", flat=True)}
    entities = list(levels(work for work in works.values() if isinstance(work, Spec)))
    numbers = {spec.name: number for number, level in enumerate(entities) for spec in level}
    others = {name: len(entities) + (not isinstance(work, RepairSpec)) for name, work in works.items()}
    return others | numbers


def heed(run: Run, entity_run: EntityRun, phase: dict[str, int]) -> None:
    """Raises `GateClosed` if a finding of the run stands against an entity of an earlier phase than this one's."""
    earlier = [name for name, number in phase.items() if number < phase[entity_run.entity]]
    found = Finding.objects.filter(
        run=run, entity__in=earlier, state=Finding.State.OPEN, severity__in=severities(run)
    ).order_by("entity", "code")
    if not found:
        return
    named_ones = "; ".join(f"{one.entity}, {one.rows:,} rows: {one.message}" for one in found[:3])
    more = f" And {len(found) - 3} more." if len(found) > 3 else ""
    raise GateClosed(
        f"Stopped at the gate before {entity_run.entity}. {named_ones}{more} Mend what is wrong and validate again, or "
        "acknowledge the findings in the admin; then resume the run."
    )
