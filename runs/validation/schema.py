"""Both schemas are what they were when the entity was migrated last; what changed since is told in words.

Compared are the target table, the legacy table, and the columns that the declaration reads of others.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog.columns import used
from catalog.declare import Spec
from legacy import reader
from runs.findings import Found, Kind
from runs.models import EntityRun, Run, SchemaPicture, Severity
from runs.pictures import Side, Tables, in_words, live

TABLE_GONE = Kind("table_gone", Severity.CRITICAL, "The table {field} is gone since the last run.")
COLUMN_GONE = Kind("column_gone", Severity.ERROR, "The column {field} is gone since the last run.")
COLUMN_ADDED = Kind(
    "column_added",
    Severity.WARNING,
    "The column {field} is new since the last run: decide whether the declaration has to read or to fill it.",
)
TYPE_CHANGED = Kind("type_changed", Severity.ERROR, "The column {field} has another type than in the last run.")
NULL_CHANGED = Kind(
    "null_changed", Severity.WARNING, "Whether the column {field} takes NULL has changed since the last run."
)

NOT_NULL = " NOT NULL"


def check(spec: Spec, snapshot: reader.Snapshot) -> Iterator[Found]:
    for side, tables in (
        (Side.TARGET, {spec.target._meta.db_table: None}),
        (Side.LEGACY, _read(spec)),
    ):
        before = _before(spec, side)
        if before is not None:
            now = in_words(live(side, tables))
            for table, columns in tables.items():
                yield from differences(table, before, now, columns)


def differences(table: str, before: Tables, now: Tables, columns: set[str] | None) -> Iterator[Found]:
    """What has changed in a table; `columns`: only these, and none that are new."""
    if table not in before:
        return
    if table not in now:
        yield Found(TABLE_GONE, table)
        return
    old, new = before[table], now[table]
    for name in sorted(old if columns is None else columns & old.keys()):
        if name not in new:
            yield Found(COLUMN_GONE, f"{table}.{name}", expected=old[name])
        elif old[name] != new[name]:
            same_type = old[name].removesuffix(NOT_NULL) == new[name].removesuffix(NOT_NULL)
            kind = NULL_CHANGED if same_type else TYPE_CHANGED
            yield Found(kind, f"{table}.{name}", expected=old[name], actual=new[name])
    if columns is None:
        for name in sorted(new.keys() - old.keys()):
            yield Found(COLUMN_ADDED, f"{table}.{name}", actual=new[name])


def _read(spec: Spec) -> dict[str, set[str] | None]:
    """The legacy tables that the declaration reads: its own one whole, of others the columns in use."""
    own = spec.source._meta.db_table
    tables: dict[str, set[str] | None] = {own: None}
    for field in used(spec):
        table = field.model._meta.db_table
        if table != own:
            columns = tables.setdefault(table, set())
            assert columns is not None
            columns.add(str(field.column))
    return tables


def _before(spec: Spec, side: SchemaPicture.Side) -> Tables | None:
    """The picture of the last run that wrote the entity; None if there is none."""
    kinds = (Run.Kind.MIGRATION, Run.Kind.RETRY)
    runs = EntityRun.objects.filter(entity=spec.name, run__kind__in=kinds, run__dry_run=False)
    key = f"run__environment__{side}_schema"
    fingerprint = runs.order_by("-run_id").values_list(key, flat=True).first()
    picture = SchemaPicture.objects.filter(side=side, fingerprint=fingerprint).first() if fingerprint else None
    return picture.tables if picture else None
