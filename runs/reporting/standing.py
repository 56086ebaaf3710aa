"""How entities stand at this moment, counted in both databases.

One number comes from runs: how many rows more (or fewer) legacy rows become where one becomes several.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

from django.db import connections, transaction
from django.db.models import Count, QuerySet

from catalog.columns import money_columns
from catalog.declare import Spec
from catalog.repair import RepairSpec
from legacy import reader
from runs import sql, sql_repairs, sql_reporting, sql_validation
from runs.engine.repair import broken
from runs.engine.requirements import unreachable
from runs.errors import Refused
from runs.inventory import parts
from runs.ledger.models import BeforeImage, FailedRecord, PendingReference
from runs.ledger.models import Mapping as Mapped
from runs.validation.money import EXACT

#: So many legacy ids are asked for at a time.
CHUNK = 10_000
NOTHING = Decimal("0.00")


class Amount(NamedTuple):
    """A money column: its sum over the legacy rows in scope, over those that arrived, and over what they became."""

    column: str
    in_scope: Decimal
    arrived: Decimal
    target: Decimal

    @property
    def difference(self) -> Decimal:
        return EXACT.subtract(self.target, self.arrived)

    @property
    def behind(self) -> Decimal:
        """The money of rows in scope that have not arrived."""
        return EXACT.subtract(self.in_scope, self.arrived)


@dataclass(frozen=True)
class Standing:
    """An entity's rows. `whole`: all rows to account for. `waiting`: arrived, with a reference still to be filled in.

    `amounts`: target field → sums. `linked`: reference → how many rows hold one.
    """

    spec: Spec
    legacy_rows: int
    in_scope: int
    whole: int
    arrived: int
    waiting: int
    failed: int
    dismissed: int
    amounts: dict[str, Amount]
    linked: dict[str, int]

    @property
    def left(self) -> int:
        """Rows that nobody has tried yet. Below 0 if legacy rows went away after they had arrived."""
        return self.whole - self.arrived - self.failed - self.dismissed


@contextmanager
def one_moment() -> Iterator[None]:
    """Both databases as they are at one moment. Raises `Refused` if one of them does not answer."""
    if found := unreachable():
        raise Refused(found)
    alone = not connections[sql.ALIAS].in_atomic_block
    with reader.Snapshot(), transaction.atomic(using=sql.ALIAS):
        if alone:
            sql_validation.one_view()
        yield


def standings(specs: Sequence[Spec]) -> list[Standing]:
    """How these entities stand. Call it within `one_moment`."""
    names = [spec.name for spec in specs]
    arrived = counts(Mapped.objects.all(), names)
    waiting = counts(PendingReference.objects.all(), names, distinct="legacy_id")
    failed = counts(FailedRecord.objects.filter(state=FailedRecord.State.OPEN), names)
    dismissed = counts(FailedRecord.objects.filter(state=FailedRecord.State.DISMISSED), names)
    ended = parts({spec.name: spec for spec in specs if spec.each})
    result = []
    for spec in specs:
        extent = reader.extent(reader.Selection(spec.source, (spec.source._meta.pk.name,), spec.where))
        run = ended[spec.name].ended if spec.each else None
        amounts, linked = _target(spec)
        result.append(
            Standing(
                spec=spec,
                legacy_rows=extent.total,
                in_scope=extent.in_scope,
                whole=extent.in_scope + (run.expanded if run else 0),
                arrived=arrived.get(spec.name, 0),
                waiting=waiting.get(spec.name, 0),
                failed=failed.get(spec.name, 0),
                dismissed=dismissed.get(spec.name, 0),
                amounts=amounts,
                linked=linked,
            )
        )
    return result


def repair_status(spec: RepairSpec) -> dict[str, Any]:
    """How far a repair is. In scope are the rows that are wrong and those that were and are repaired."""
    wrong, _ = sql_repairs.count_broken(broken(spec))
    repaired = BeforeImage.objects.filter(page__entity=spec.name, restored_at=None).count()
    failed = FailedRecord.objects.filter(entity=spec.name, state=FailedRecord.State.OPEN).count()
    return {
        "entity": spec.name,
        "script": spec.script,
        "in_scope": wrong + repaired,
        "out_of_scope": sql_repairs.count_rows(spec.table) - wrong - repaired,
        "migrated": repaired,
        "failed": failed,
        "remaining": wrong - failed,
    }


def counts(rows: QuerySet[Any], names: Iterable[str], distinct: str = "pk") -> dict[str, int]:
    """Entity → number of its rows, or of different values of a field in them."""
    grouped = rows.filter(entity__in=list(names)).order_by().values_list("entity")
    return dict(grouped.annotate(rows=Count(distinct, distinct=distinct != "pk")))


def _target(spec: Spec) -> tuple[dict[str, Amount], dict[str, int]]:
    columns, links, meta = money_columns(spec), list(spec.references), spec.target._meta
    if not columns and not links:
        return {}, {}
    names = [spec.column(name) for name in columns]
    _, sums, linked = sql_reporting.arrived(
        spec.name, meta.db_table, str(meta.pk.column), names, [spec.column(name) for name in links]
    )
    amounts = _amounts(spec, columns, sums) if columns else {}
    return amounts, dict(zip(links, linked, strict=True))


def _amounts(spec: Spec, columns: Mapping[str, str], sums: Sequence[Decimal | None]) -> dict[str, Amount]:
    paths = list(dict.fromkeys(columns.values()))
    all_rows = reader.sums(reader.Selection(spec.source, (), spec.where), paths)
    arrived = dict.fromkeys(paths, NOTHING)
    for keys in _arrived_keys(spec):
        for path, amount in reader.sums(reader.Selection(spec.source, (), ids=keys), paths).items():
            arrived[path] = EXACT.add(arrived[path], amount or NOTHING)
    table = spec.source._meta.db_table
    return {
        name: Amount(f"{table}.{path}", all_rows[path] or NOTHING, arrived[path], total or NOTHING)
        for (name, path), total in zip(columns.items(), sums, strict=True)
    }


def _arrived_keys(spec: Spec) -> Iterator[list[Any]]:
    """The legacy keys of an entity's mappings, some at a time."""
    key = spec.source._meta.pk
    rows = Mapped.objects.filter(entity=spec.name).order_by().values_list("legacy_id", flat=True).iterator(CHUNK)
    while keys := [key.to_python(one) for one in islice(rows, CHUNK)]:
        yield keys
