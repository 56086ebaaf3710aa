"""What a migration came to, in figures, all of them counted in the databases at this moment."""

from __future__ import annotations

import os
import platform
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Count, F, QuerySet, Sum

from catalog.columns import money_columns
from catalog.declare import OnMissing, Spec
from catalog.models import MigrationScript
from catalog.plan import ordered
from catalog.registry import parent
from catalog.work import named, reads
from legacy import reader
from runs.causes import Cause, cause
from runs.engine.requirements import unreachable
from runs.errors import Refused, UsageError
from runs.inventory import Part, Progress, progress
from runs.ledger.models import FailedRecord, PendingReference, Resolution
from runs.models import Finding, Run
from runs.validation import money


class Remaining(NamedTuple):
    """Failed records of one cause. `dangling`: so many of them refer to what the legacy database does not have."""

    entity: str
    field: str
    constraint: str
    stage: str
    code: str
    rows: int
    dangling: int | None = None

    @property
    def cause(self) -> Cause:
        return cause(self.stage, self.code)


class Policy(NamedTuple):
    """Values that a declared policy settled."""

    entity: str
    field: str
    rule: str
    rows: int


class Amounts(NamedTuple):
    """A money column over all rows that arrived."""

    table: str
    field: str
    column: str
    sum: money.Sum


@dataclass(frozen=True)
class Results:
    """Everything that the document says. `unresolved`: entity → references that are empty, or wait, despite a key."""

    run: Run
    tables: dict[str, int]
    scripts: list[Progress]
    unresolved: Counter[str]
    remaining: list[Remaining]
    policies: list[Policy]
    amounts: list[Amounts]
    findings: list[Finding]
    machine: dict[str, str]

    @property
    def parts(self) -> list[Part]:
        """Every entity, repair and validation, in the order of the scripts."""
        return [part for script in self.scripts for part in script.parts if part.spec]

    def unresolved_of(self, script: Progress) -> int:
        return sum(self.unresolved[part.name] for part in script.parts)


def collect(number: int | None = None) -> Results:
    """The results, with the times of the run of this number (default: the one that brought most rows).

    Raises `UsageError` if there is no such run, `Refused` if a database does not answer.
    """
    if found := unreachable():
        raise Refused(found)
    run = _run(number)
    with reader.Snapshot() as snapshot:
        return Results(
            run=run,
            tables=dict(_tables()),
            scripts=progress(MigrationScript.objects.all()),
            unresolved=_unresolved(),
            remaining=list(remaining()),
            policies=policies(),
            amounts=[one for spec in ordered() for one in _amounts(spec, snapshot)],
            findings=list(Finding.objects.filter(state=Finding.State.OPEN).order_by("entity", "check_name", "field")),
            machine=_machine(run),
        )


def _run(number: int | None) -> Run:
    runs = Run.objects.filter(dry_run=False).annotate(rows=Sum(F("entity_runs__created") + F("entity_runs__matched")))
    found = runs.filter(rows__gt=0).order_by("-rows", "-pk") if number is None else runs.filter(pk=number)
    if not (run := found.first()):
        what = "No run has brought any row yet" if number is None else f"There is no run {number}, or it was a dry run"
        raise UsageError(f"{what}: migrate first (`manage.py migrate_entity --all`).")
    return run


def _tables() -> Iterator[tuple[str, int]]:
    """Legacy tables with their rows."""
    for model in apps.get_app_config("legacy").get_models():
        yield model._meta.db_table, reader.extent(reader.Selection(model, (model._meta.pk.name,))).total


def _unresolved() -> Counter[str]:
    found: Counter[str] = Counter()
    left_empty = Resolution.objects.filter(rule=f"{OnMissing.SET_NULL}: missing_parent")
    for rows in (left_empty, PendingReference.objects.all()):
        found.update(dict(rows.order_by().values_list("entity").annotate(rows=Count("pk"))))
    return found


def remaining(names: Collection[str] | None = None) -> Iterator[Remaining]:
    """The open failed records (of these entities) by cause, most rows first."""
    rows = _open() if names is None else _open().filter(entity__in=names)
    for group in groups(rows, "entity", "field", "constraint", "stage", "code"):
        one = Remaining(*group)
        yield one._replace(dangling=_dangling(one)) if one.code == "missing_parent" else one


def policies(names: Collection[str] | None = None) -> list[Policy]:
    """The resolutions (of these entities) by field and rule, most values first."""
    rows = Resolution.objects.all() if names is None else Resolution.objects.filter(entity__in=names)
    return [Policy(*group) for group in groups(rows, "entity", "field", "rule")]


def _open() -> QuerySet[FailedRecord]:
    return FailedRecord.objects.filter(state=FailedRecord.State.OPEN)


def groups(rows: QuerySet[Any], *names: str) -> list[tuple[Any, ...]]:
    """(values of the names..., number of rows), most rows first."""
    found = rows.order_by().values_list(*names).annotate(rows=Count("pk"))
    return sorted(found, key=lambda row: (-row[-1], *row[:-1]))


def _dangling(group: Remaining) -> int:
    """How many of the rows that failed for a missing parent refer to what the legacy database does not have."""
    (spec, *_) = reads(named(group.entity))
    to = parent(spec, group.field)
    assert to is not None, f"{group.entity}.{group.field} refers to no entity"
    key, columns = to.source._meta.pk, spec.references[group.field].columns
    failed = _open().filter(entity=group.entity, field=group.field, code=group.code)
    rows = [
        {key.to_python(source[path]) for path in columns if source.get(path) is not None}
        for source in failed.values_list("source", flat=True).iterator()
    ]
    wanted = list(set().union(*rows))
    gone, _ = reader.unknown_ids(reader.Selection(to.source, (key.name,), ids=wanted))
    nowhere = set(gone)
    return sum(keys <= nowhere for keys in rows)


def _amounts(spec: Spec, snapshot: reader.Snapshot) -> Iterator[Amounts]:
    columns = money_columns(spec)
    totals: dict[str, money.Sum] = defaultdict(lambda: money.NOTHING)
    for (field, _), one in (money.sums(spec, snapshot) if columns else {}).items():
        totals[field] = totals[field].plus(one)
    for field, column in columns.items():
        yield Amounts(spec.target._meta.db_table, field, f"{spec.source._meta.db_table}.{column}", totals[field])


def _machine(run: Run) -> dict[str, str]:
    """What it ran on, without the names of databases and machines."""
    recorded = run.environment
    return {
        "code": str(recorded.get("code", "unknown")),
        "Python": str(recorded.get("python", "unknown")),
        "Django": str(recorded.get("django", "unknown")),
        "PostgreSQL of the target": str(recorded.get("target_server", {}).get("version", "unknown")),
        "legacy schema (fingerprint)": str(recorded.get("legacy_schema", "unknown")),
        "processors of the machine that wrote this": f"{os.cpu_count()}, {platform.machine()}",
        "rows in a page": f"{run.options.get('batch_size', 0):,}",
    }


def seconds(run: Run) -> float:
    """The time spent at work in a run, over all resumptions."""
    return float(run.entity_runs.aggregate(all=Sum("seconds"))["all"] or 0)
