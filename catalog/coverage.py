"""Every legacy table and column: read by an entity, left behind with a reason, or a finding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db.models import Field, Model

from catalog.columns import own, used
from catalog.declare import Spec
from catalog.left_behind import TABLES
from catalog.registry import specs
from legacy import reader
from legacy.schema import Kind, drift

#: What the live database has and no mirror describes.
UNKNOWN = (Kind.EXTRA_TABLE, Kind.EXTRA_COLUMN)


@dataclass(frozen=True)
class ColumnCoverage:
    """What becomes of a legacy column. `values`: how many rows have a value in it; None where nobody has counted."""

    name: str
    readers: tuple[str, ...]
    reason: str = ""
    values: int | None = None

    @property
    def explained(self) -> bool:
        return bool(self.readers or self.reason)


@dataclass(frozen=True)
class Share:
    """How many columns there are, how many are read or left behind with a reason, and how many are read."""

    columns: int
    explained: int
    migrated: int

    @property
    def explained_percent(self) -> float:
        return _percent(self.explained, self.columns)

    @property
    def migrated_percent(self) -> float:
        return _percent(self.migrated, self.columns)


@dataclass(frozen=True)
class TableCoverage:
    """What becomes of a legacy table; with a `reason` the table as a whole is left behind.

    `rows`: how many there are, where values were counted.
    """

    name: str
    domain: str
    columns: tuple[ColumnCoverage, ...]
    reason: str = ""
    rows: int | None = None

    @property
    def share(self) -> Share:
        return _share([self])

    @property
    def readers(self) -> tuple[str, ...]:
        return tuple(sorted({reader for column in self.columns for reader in column.readers}))

    @property
    def left_behind(self) -> tuple[ColumnCoverage, ...]:
        return tuple(column for column in self.columns if not column.readers and column.reason)

    @property
    def unexplained(self) -> tuple[ColumnCoverage, ...]:
        return tuple(column for column in self.columns if not column.explained)


@dataclass(frozen=True)
class Coverage:
    """All tables that have a mirror, and what the live database has beyond them, a sentence each."""

    tables: Sequence[TableCoverage]
    unknown: Sequence[str] = ()

    @cached_property
    def findings(self) -> list[str]:
        """What nobody has accounted for, each with what to do about it."""
        return [*self.unknown, *(_sentence(table) for table in self.tables if table.unexplained)]

    @property
    def total(self) -> Share:
        return _share(self.tables)

    @property
    def domains(self) -> dict[str, Share]:
        """The shares by data domain. What the live database has beyond the mirrors is in no domain."""
        found = defaultdict(list)
        for table in self.tables:
            found[table.domain].append(table)
        return {domain: _share(tables) for domain, tables in sorted(found.items())}

    def as_dict(self) -> dict[str, Any]:
        """Plain data, fit for JSON."""
        return {
            "findings": self.findings,
            "unknown": list(self.unknown),
            "total": _plain(self.total),
            "domains": {domain: _plain(share) for domain, share in self.domains.items()},
            "tables": [asdict(table) | {"readers": table.readers} for table in self.tables],
        }


def coverage(*, live: bool = True, values: bool = False) -> Coverage:
    """The coverage of the declared entities.

    `live` compares the mirrors with the live legacy database, `values` counts what is in the columns that are left
    behind: both read from it.
    """
    drifts = drift() if live or values else []
    tables = explained(specs(), apps.get_app_config("legacy").get_models(), TABLES)
    if values:
        missing = {(d.table, d.column) for d in drifts if d.kind in (Kind.MISSING_TABLE, Kind.MISSING_COLUMN)}
        tables = [_counted(table, missing) for table in tables]
    return Coverage(tables, [d.message for d in drifts if live and d.kind in UNKNOWN])


def snapshot() -> dict[str, Any]:
    """The coverage as it is, with the live database and with the values that are left behind, as plain data."""
    return coverage(values=True).as_dict()


def restored(data: Mapping[str, Any]) -> Coverage:
    """The coverage that a snapshot holds."""
    tables = [
        TableCoverage(
            name=table["name"],
            domain=table["domain"],
            columns=tuple(ColumnCoverage(**{**one, "readers": tuple(one["readers"])}) for one in table["columns"]),
            reason=table["reason"],
            rows=table["rows"],
        )
        for table in data["tables"]
    ]
    return Coverage(tables, data["unknown"])


def explained(
    entities: Iterable[Spec], mirrors: Iterable[type[Model]], whole: Mapping[type[Model], str]
) -> list[TableCoverage]:
    """What becomes of each mirrored table, in the order of the tables' names; `whole`: tables left behind."""
    entities = list(entities)
    readers, reasons = reading(entities), left_behind(entities)

    def column(field: Field) -> ColumnCoverage:
        reason = reasons.get(field) or whole.get(field.model, "")
        return ColumnCoverage(str(field.column), tuple(readers.get(field, ())), reason)

    return [
        TableCoverage(
            name=mirror._meta.db_table,
            domain=_domain(mirror, entities, readers),
            columns=tuple(column(field) for field in mirror._meta.concrete_fields),
            reason=whole.get(mirror, ""),
        )
        for mirror in sorted(mirrors, key=lambda mirror: mirror._meta.db_table)
    ]


def reading(entities: Iterable[Spec]) -> dict[Field, list[str]]:
    """Legacy column → the names of the entities that read it."""
    found: dict[Field, list[str]] = defaultdict(list)
    for spec in entities:
        for field in used(spec):
            found[field].append(spec.name)
    return {field: sorted(names) for field, names in found.items()}


def left_behind(entities: Iterable[Spec]) -> dict[Field, str]:
    """Legacy column → why it is left behind, as far as declarations say so."""
    return {
        field: (reason or "").strip()
        for spec in entities
        for name, reason in spec.left_behind.items()
        if (field := own(spec.source, name))
    }


def _domain(mirror: type[Model], entities: Sequence[Spec], readers: Mapping[Field, list[str]]) -> str:
    """That of the first script with the table as source, else of the first that looks into it, else the module's."""
    looking = {name for field in mirror._meta.concrete_fields for name in readers.get(field, ())}
    found = [spec for spec in entities if spec.source is mirror] or [s for s in entities if s.name in looking]
    if found:
        return min(found, key=lambda spec: (spec.script, spec.name)).domain
    return mirror.__module__.rpartition(".")[2]


def _counted(table: TableCoverage, missing: set[tuple[str, str | None]]) -> TableCoverage:
    gone = {column for name, column in missing if name == table.name}
    names = [] if None in gone else [column.name for column in table.left_behind if column.name not in gone]
    if not names:
        return table
    model = next(m for m in apps.get_app_config("legacy").get_models() if m._meta.db_table == table.name)
    # A primary key has a value in every row.
    key = str(model._meta.pk.column)
    counts = reader.filled(model, [*names, *([] if key in gone else [key])])
    values = {name: counts[name] for name in names}
    columns = tuple(replace(column, values=values.get(column.name)) for column in table.columns)
    return replace(table, columns=columns, rows=counts.get(key))


def _sentence(table: TableCoverage) -> str:
    names = ", ".join(column.name for column in table.unexplained)
    if not table.readers:
        return (
            f"Table {table.name} is read by no entity: declare one, or name it in catalog/left_behind.py with a reason."
        )
    return f"Of table {table.name} nothing reads {names}: migrate it, or leave it behind with a reason."


def _share(tables: Iterable[TableCoverage]) -> Share:
    columns = [column for table in tables for column in table.columns]
    return Share(len(columns), sum(c.explained for c in columns), sum(bool(c.readers) for c in columns))


def _plain(share: Share) -> dict[str, Any]:
    return asdict(share) | {"explained_percent": share.explained_percent, "migrated_percent": share.migrated_percent}


def _percent(part: int, whole: int) -> float:
    """Rounded down: 100 means all, without exception."""
    return (part * 10_000 // whole) / 100 if whole else 100.0
