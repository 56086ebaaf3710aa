"""The coverage, ready for its template: a picture of each domain, what becomes of each table, and how it was before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import F, Model
from django.http import HttpRequest

from catalog.coverage import Coverage, Share, TableCoverage
from catalog.models import CoverageSnapshot, MigrationScript
from runs.admin.entity_runs import Term
from runs.admin.links import declared, list_url, may_view, row_url

SNAPSHOTS_SHOWN = 12


@dataclass(frozen=True)
class Bar:
    """Some columns by what becomes of them."""

    name: str
    share: Share

    @property
    def terms(self) -> list[Term]:
        share = self.share
        parts = {
            ("read", "read"): share.migrated,
            ("left", "left behind with a reason"): share.explained - share.migrated,
            ("unexplained", "unexplained"): share.columns - share.explained,
        }
        return [Term(*names, part, round(100 * part / (share.columns or 1), 3)) for names, part in parts.items()]


class Reader(NamedTuple):
    """An entity that reads a table; `url`: its script, where the user may look at it."""

    name: str
    url: str


@dataclass(frozen=True)
class Line:
    """A legacy table; `url`: its rows, where the user may look at them."""

    table: TableCoverage
    readers: list[Reader]
    url: str

    @property
    def bar(self) -> Bar:
        return Bar(self.table.name, self.table.share)

    @property
    def notable(self) -> bool:
        return self.table.share.migrated < len(self.table.columns)

    @property
    def urgency(self) -> tuple[bool, bool, str]:
        """Sorts what is unexplained to the top, and what is read in full to the bottom."""
        return not self.table.unexplained, not self.notable, self.table.name


@dataclass(frozen=True)
class Domain:
    """The tables of a domain, and the picture of all their columns."""

    bar: Bar
    lines: list[Line]

    @property
    def notable(self) -> bool:
        return any(line.notable for line in self.lines)


class Figure(NamedTuple):
    """A number, and by how much it differs from the snapshot before: "+3", or nothing."""

    number: int
    change: str


class Moment(NamedTuple):
    """A snapshot in the history."""

    url: str
    taken_at: datetime
    columns: Figure
    read: Figure
    left: Figure
    findings: Figure


def described(request: HttpRequest, found: Coverage) -> dict[str, Any]:
    """What the template shows of a coverage, be it the latest or that of a snapshot."""
    mirrors = {mirror._meta.db_table: mirror for mirror in apps.get_app_config("legacy").get_models()}
    lines = defaultdict(list)
    for table in found.tables:
        lines[table.domain].append(_line(request, table, mirrors.get(table.name)))
    domains = [
        Domain(Bar(name, share), sorted(lines[name], key=lambda line: line.urgency))
        for name, share in found.domains.items()
    ]
    return {
        "found": found,
        "total": Bar("all domains", found.total),
        "domains": domains,
        "fine": sum(not line.notable for domain in domains for line in domain.lines),
    }


def with_values(found: Coverage, counted: Coverage) -> Coverage:
    """The coverage with the numbers of values that a snapshot counted in the columns that are left behind."""
    before = {table.name: table for table in counted.tables}
    return Coverage([_with_values(table, before.get(table.name)) for table in found.tables], found.unknown)


def history() -> list[Moment]:
    """The latest snapshots, the newest first, each compared with the one before it."""
    rows = CoverageSnapshot.objects.annotate(total=F("data__total"), findings=F("data__findings"))
    found = list(rows.values("pk", "taken_at", "total", "findings")[: SNAPSHOTS_SHOWN + 1])
    moments = [
        Moment(row_url(CoverageSnapshot, row["pk"]), row["taken_at"], *_figures(row, earlier))
        for row, earlier in zip_longest(found, found[1:])
    ]
    return moments[:SNAPSHOTS_SHOWN]


def _line(request: HttpRequest, table: TableCoverage, mirror: type[Model] | None) -> Line:
    url = list_url(mirror) if mirror and may_view(request, mirror) else ""
    return Line(table, [Reader(name, _script_url(request, name)) for name in table.readers], url)


def _script_url(request: HttpRequest, entity: str) -> str:
    spec = declared(entity)
    return row_url(MigrationScript, spec.script) if spec and may_view(request, MigrationScript) else ""


def _with_values(table: TableCoverage, counted: TableCoverage | None) -> TableCoverage:
    if counted is None:
        return table
    values = {column.name: column.values for column in counted.columns}
    columns = [replace(c, values=None if c.readers else values.get(c.name)) for c in table.columns]
    return replace(table, columns=tuple(columns), rows=counted.rows)


def _numbers(row: Mapping[str, Any]) -> list[int]:
    total = row["total"]
    return [total["columns"], total["migrated"], total["explained"] - total["migrated"], len(row["findings"])]


def _figures(row: Mapping[str, Any], earlier: Mapping[str, Any] | None) -> list[Figure]:
    numbers = _numbers(row)
    before = numbers if earlier is None else _numbers(earlier)
    return [Figure(number, _change(number - was)) for number, was in zip(numbers, before, strict=True)]


def _change(difference: int) -> str:
    return f"{difference:+,}".replace("-", "−") if difference else ""
