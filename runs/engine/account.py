"""The conservation equation of an entity run, computed from the ledger; it decides the state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Sum

from legacy.reader import Extent
from runs import sql, sql_failures
from runs.ledger.models import BeforeImage, Page
from runs.models import EntityRun
from runs.states import State

COUNTERS = (
    *("read", "expanded", "created", "updated", "matched", "unchanged", "skipped", "failed"),
    *("deleted", "restored", "released", "kept"),
)


@dataclass(frozen=True)
class Account:
    """The terms of the equation, and what is wrong with it in a sentence (empty if nothing is)."""

    total: int
    in_scope: int
    not_reached: int
    counts: dict[str, int]
    problem: str

    @property
    def state(self) -> State:
        if self.problem:
            return State.BROKEN
        return State.COMPLETED_WITH_FAILURES if self.counts["failed"] else State.SUCCEEDED


def counted(entity_run: UUID) -> dict[str, int]:
    """The sums over an entity run's pages."""
    sums = Page.objects.filter(entity_run=entity_run).aggregate(**{name: Sum(name) for name in COUNTERS})
    return {name: sums[name] or 0 for name in COUNTERS}


def close(entity_run: UUID, extent: Extent, limited: bool) -> Account:
    """Balances an entity run against the legacy table, and its pages against the ledger's rows."""
    counts = counted(entity_run)
    not_reached = extent.in_scope - counts["read"] if limited else 0
    return Account(
        total=extent.total,
        in_scope=extent.in_scope,
        not_reached=not_reached,
        counts=counts,
        problem=_problem(entity_run, extent, counts, not_reached, limited),
    )


def _problem(entity_run: UUID, extent: Extent, counts: dict[str, int], not_reached: int, limited: bool) -> str:
    mapped = sql.mapped(entity_run)
    images = BeforeImage.objects.filter(entity_run=entity_run, page__entity_run=entity_run)
    # Rows that were taken back by their ids have left the ledger, and stay on the pages.
    gone = EntityRun.objects.get(pk=entity_run).taken_back
    for name, pages, rows in (
        ("created or matched", counts["created"] + counts["matched"], sum(mapped.values()) + gone),
        ("updated", counts["updated"], images.count()),
        ("failed", counts["failed"], sql_failures.tried(entity_run)),
    ):
        if pages != rows:
            return f"The pages count {pages} rows as {name}, the ledger holds {rows}: somebody changed the ledger."
    if counts["read"] + not_reached != extent.in_scope:
        return (
            f"{extent.in_scope} legacy rows are in scope, {counts['read']} were read: the legacy table changed "
            "between two attempts. Migrate the entity again; what has arrived stays as it is."
        )
    accounted = sum(counts[name] for name in COUNTERS[2:])
    if counts["read"] + counts["expanded"] != accounted:
        return f"{counts['read'] + counts['expanded']} rows were read, {accounted} are accounted for."
    return "" if limited else _last_key(entity_run, extent)


def _last_key(entity_run: UUID, extent: Extent) -> str:
    last = Page.objects.filter(entity_run=entity_run).order_by("-number").values("final", "last_key").first()
    if last is None or not last["final"]:
        return "The legacy table was not read to its end: resume the run."
    keys: Any = Page.objects.filter(entity_run=entity_run).exclude(last_key="").order_by("-number")
    read = keys.values_list("last_key", flat=True).first()
    expected = None if extent.last_key is None else str(extent.last_key)
    return "" if read == expected else "The last key that was read is not the last key there is: resume the run."
