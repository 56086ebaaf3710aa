"""The one place where the demo builder talks to PostgreSQL: tables from the mirrors, COPY, queries, the marker."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import psycopg
from django.apps import apps
from django.db import connections, models
from psycopg import sql

#: Every table of the demo carries a comment that begins so. A table without it is somebody's real data.
MARK = "Demo data, built by manage.py build_demo_legacy: "


class DemoError(Exception):
    """Why the demo database cannot be built, in words for the person who asked for it."""


def mirrors() -> list[type[models.Model]]:
    """The mirrors, by table name."""
    return sorted(apps.get_app_config("legacy").get_models(), key=lambda model: model._meta.db_table)


class Store:
    """A writable connection to the legacy database."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.tables = [model._meta.db_table for model in mirrors()]

    def run(self, query: str | sql.SQL | sql.Composed, params: Sequence[Any] | None = None) -> psycopg.Cursor[Any]:
        """Execute a statement. Its text comes from this package only; values go through `params`."""
        return self.connection.execute(query, params)

    def column(self, query: str, params: Sequence[Any] | None = None) -> list[Any]:
        """The first column of a query's result."""
        return [row[0] for row in self.run(query, params)]

    def one(self, query: str, params: Sequence[Any] | None = None) -> Any:
        """The single value that a query returns."""
        return self.column(query, params)[0]

    def copy(self, table: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
        """COPY rows into a table created in this transaction; `columns` are names with spaces between."""
        names = sql.SQL(", ").join(map(sql.Identifier, columns.split()))
        statement = sql.SQL("COPY {} ({}) FROM STDIN WITH (FREEZE)").format(sql.Identifier(table), names)
        with self.connection.cursor().copy(statement) as copy:
            for row in rows:
                copy.write_row(row)

    def create(self) -> None:
        """Drop and create the mirrors' tables, without indexes, which are faster to make after the load.

        Only primary keys and uniqueness stay: a legacy database holds NULL where the code never expects it.
        """
        for table in self.tables:
            self.run(f"DROP TABLE IF EXISTS {table}")
        with connections["legacy"].schema_editor(collect_sql=True, atomic=False) as editor:
            for model in mirrors():
                editor.create_model(model)
        for statement in editor.collected_sql:
            self.run(statement)
        for model in mirrors():
            for field in model._meta.concrete_fields:
                if not field.null and not field.primary_key:
                    self.run(f'ALTER TABLE {model._meta.db_table} ALTER COLUMN "{field.column}" DROP NOT NULL')

    def fingerprint(self) -> str:
        """A digest of the mirrors' columns and of this package: the demo is built anew when either changes."""
        columns = [
            (m._meta.db_table, f.column, f.get_internal_type()) for m in mirrors() for f in m._meta.concrete_fields
        ]
        digest = hashlib.sha256(repr(columns).encode())
        for source in sorted(Path(__file__).parent.rglob("*.py")):
            digest.update(source.read_bytes())
        return digest.hexdigest()[:16]

    def index(self) -> None:
        """Index the references, and collect statistics for the queries to come."""
        for model in mirrors():
            for field in model._meta.concrete_fields:
                if isinstance(field, models.ForeignKey) and not field.unique:
                    self.run(f"CREATE INDEX ON {model._meta.db_table} ({field.column})")
            self.run(f"ANALYZE {model._meta.db_table}")

    def finish(self) -> None:
        """Set each identity column behind the highest id, and collect statistics of what was changed."""
        for table in self.tables:
            self.run(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
            self.run(f"ANALYZE {table}")

    def rows_by_table(self) -> dict[str, int]:
        """Rows of each table."""
        return {table: self.one(f"SELECT count(*) FROM {table}") for table in self.tables}

    def checksum(self) -> str:
        """A digest of every row of every table: equal for equal content."""
        digest = hashlib.sha256()
        for table in self.tables:
            query = "SELECT count(*), sum(('x' || substr(md5(t::text), 1, 15))::bit(60)::bigint) FROM {} t"
            digest.update(repr(self.run(sql.SQL(query).format(sql.Identifier(table))).fetchone()).encode())
        return digest.hexdigest()

    def marks(self) -> dict[str, str | None]:
        """The comment of each of the mirrors' tables that stands in the current schema."""
        query = (
            "SELECT relname, obj_description(oid, 'pg_class') FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f')"
            " AND relnamespace = current_schema()::regnamespace AND relname = ANY(%s)"
        )
        return dict(self.run(query, [self.tables]).fetchall())

    def refuse_strangers(self) -> None:
        """Raise DemoError if any table that would be replaced was not made by the demo builder."""
        foreign = sorted(table for table, mark in self.marks().items() if not (mark or "").startswith(MARK))
        if foreign:
            raise DemoError(
                f"The database '{self.connection.info.dbname}' holds {len(foreign)} legacy tables that the demo builder"
                f" did not make ({', '.join(foreign[:3])}...). Nothing was changed."
                " Point LEGACY_DATABASE_URL at an empty database."
            )

    def mark(self, facts: dict[str, Any]) -> None:
        """Write on every table that it is demo data, and which."""
        for table in self.tables:
            text = MARK + json.dumps(facts, sort_keys=True)
            self.run(sql.SQL("COMMENT ON TABLE {} IS {}").format(sql.Identifier(table), sql.Literal(text)))

    def standing(self) -> dict[str, Any] | None:
        """What the marks say, if all tables stand and carry the same mark."""
        marks = self.marks()
        texts = set(marks.values())
        if len(marks) < len(self.tables) or len(texts) != 1:
            return None
        facts: dict[str, Any] = json.loads((texts.pop() or "").removeprefix(MARK))
        return facts
