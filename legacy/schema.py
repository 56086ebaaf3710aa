"""The live legacy schema against the mirrors: what differs, what to do about it, and a fingerprint."""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, ForeignKey, Model

# Alike for a reader: whatever its width, an integer arrives as int and a text as str.
# Spelt as by PostgreSQL's information_schema and by Django's field classes.
FAMILIES: dict[str, str] = {
    "integer": """smallint, integer, bigint, smallintegerfield, integerfield, bigintegerfield, smallautofield,
        autofield, bigautofield, positivesmallintegerfield, positiveintegerfield, positivebigintegerfield""",
    "text": "text, character varying, character, citext, name, textfield, charfield, emailfield, slugfield, urlfield",
    "numeric": "numeric, decimalfield",
    "float": "real, double precision, floatfield",
    "boolean": "boolean, booleanfield",
    "timestamp": "timestamp with time zone, timestamp without time zone, timestamp, datetimefield",
    "date": "date, datefield",
    "time": "time without time zone, time with time zone, timefield",
    "uuid": "uuid, uuidfield",
    "json": "json, jsonb, jsonfield",
    "binary": "bytea, binaryfield",
}
FAMILY_OF = {name.strip(): family for family, names in FAMILIES.items() for name in names.split(",")}

# MySQL has no boolean: Django writes tinyint, which introspection reports as an integer.
SAME_ON = {"mysql": {("boolean", "integer")}}

# Lists what the connection's user may read, in the schemas of its search path.
READABLE_COLUMNS = """
    SELECT table_name, column_name, data_type, is_nullable = 'YES'
    FROM information_schema.columns
    WHERE table_schema = ANY (current_schemas(false)) AND (%(tables)s::text[] IS NULL OR table_name = ANY (%(tables)s))
"""


class Kind(StrEnum):
    """How a live table differs from its mirror."""

    MISSING_TABLE = "missing_table"
    MISSING_COLUMN = "missing_column"
    CHANGED_TYPE = "changed_type"
    EXTRA_COLUMN = "extra_column"
    EXTRA_TABLE = "extra_table"


ADVICE = {
    Kind.MISSING_TABLE: "Table {table} cannot be found: check that LEGACY_DATABASE_URL names the right database and "
    "that its user may read the table, or remove the mirror and what is migrated from it.",
    Kind.MISSING_COLUMN: "Column {table}.{column} cannot be found: if it was renamed, correct the mirror and what "
    "reads it; otherwise remove it from both.",
    Kind.CHANGED_TYPE: "Column {table}.{column} should be {expected} but is {found}: correct the field of the mirror, "
    "then review each transform that reads it.",
    Kind.EXTRA_COLUMN: "Column {table}.{column} ({found}) has no field in the mirror: add it, then migrate it or "
    "leave it behind with a reason.",
    Kind.EXTRA_TABLE: "Table {table} has no mirror: add one, then migrate it or leave it behind with a reason.",
}


@dataclass(frozen=True)
class Drift:
    """One difference. `expected` and `found` are types, given where the kind has them; `column` is None for a table."""

    kind: Kind
    table: str
    column: str | None = None
    expected: str | None = None
    found: str | None = None

    @property
    def message(self) -> str:
        """What differs and what to do about it, in one sentence."""
        return ADVICE[self.kind].format(table=self.table, column=self.column, expected=self.expected, found=self.found)


class LiveColumn(NamedTuple):
    """A column as the database describes it; the type is without length and precision."""

    type: str
    nullable: bool


Live = dict[str, dict[str, LiveColumn]]


def live_schema(using: str = "legacy", tables: Collection[str] | None = None) -> Live:
    """Every readable table and view, or those of these names: table name -> column name -> type and nullability."""
    connection = connections[using]
    rows = _postgresql_columns if connection.vendor == "postgresql" else _columns
    live: Live = {}
    for table, column, type_name, nullable in rows(connection, tables):
        live.setdefault(table, {})[column] = LiveColumn(type_name, bool(nullable))
    return live


def drift(models: Iterable[type[Model]] | None = None, using: str = "legacy") -> list[Drift]:
    """Where the live schema differs from the mirrors, in the mirrors' order.

    With `models` only these are compared; without, all mirrors are, and tables that have none are told too.
    """
    live = live_schema(using)
    mirrors = list(apps.get_app_config("legacy").get_models() if models is None else models)
    found = [difference for mirror in mirrors for difference in _compare(mirror, live, connections[using].vendor)]
    if models is None:
        unmirrored = live.keys() - {mirror._meta.db_table for mirror in mirrors}
        found += [Drift(Kind.EXTRA_TABLE, table) for table in sorted(unmirrored)]
    return found


def fingerprint(using: str = "legacy") -> str:
    """A SHA-256 hex digest of all tables, columns, types and nullability; lengths and column order do not count."""
    return digest(live_schema(using))


def digest(live: Live) -> str:
    """The fingerprint of these tables."""
    lines = sorted(f"{table}\0{name}\0{column}" for table, columns in live.items() for name, column in columns.items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _compare(mirror: type[Model], live: Live, vendor: str) -> Iterator[Drift]:
    table = mirror._meta.db_table
    columns = live.get(table)
    if columns is None:
        yield Drift(Kind.MISSING_TABLE, table)
        return
    fields = {field.column: field for field in mirror._meta.concrete_fields}
    for name, field in fields.items():
        expected = _expected_family(field)
        if name not in columns:
            yield Drift(Kind.MISSING_COLUMN, table, name, expected=expected)
        elif not _same(expected, columns[name].type, vendor):
            yield Drift(Kind.CHANGED_TYPE, table, name, expected, columns[name].type)
    for name in sorted(columns.keys() - fields.keys()):
        yield Drift(Kind.EXTRA_COLUMN, table, name, found=columns[name].type)


def _expected_family(field: "Field[Any, Any]") -> str:
    if isinstance(field, ForeignKey):
        return _expected_family(field.target_field)
    return _family(field.get_internal_type())


def _family(type_name: str) -> str:
    return FAMILY_OF.get(type_name.lower(), type_name.lower())


def _same(expected: str, found_type: str, vendor: str) -> bool:
    found = _family(found_type)
    return found == expected or (expected, found) in SAME_ON.get(vendor, ())


def _postgresql_columns(
    connection: BaseDatabaseWrapper, tables: Collection[str] | None
) -> Iterator[tuple[str, str, str, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(READABLE_COLUMNS, {"tables": None if tables is None else list(tables)})
        yield from cursor.fetchall()


def _columns(connection: BaseDatabaseWrapper, tables: Collection[str] | None) -> Iterator[tuple[str, str, str, bool]]:
    inspect = connection.introspection
    with connection.cursor() as cursor:
        for table in inspect.get_table_list(cursor):
            if tables is not None and table.name not in tables:
                continue
            for column in inspect.get_table_description(cursor, table.name):
                try:
                    type_name = inspect.get_field_type(column.type_code, column)
                except KeyError:  # a type that Django has no field for
                    type_name = str(column.type_code)
                yield table.name, column.name, type_name, bool(column.null_ok)
