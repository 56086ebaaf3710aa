"""The foreign keys of the target database, and the rows that they lead to. See `runs.sql` for the rules."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from psycopg import sql
from psycopg.sql import Identifier

from runs.ledger.models import BeforeImage
from runs.sql import _fetch

#: The set of an undo: a table of the session, made by `runs.sql_undo_set`.
ROWS = Identifier("pg_temp", "undo_rows")
IMAGES = Identifier(BeforeImage._meta.db_table)


class Edge(NamedTuple):
    """A foreign key of the target database: any, also of tables that no declaration knows.

    `entities`: those that fill the child's table. `waits`: its column may have been filled in after the row was made.
    """

    child: int
    schema: str
    table: str
    columns: tuple[str, ...]
    parent: int
    parent_table: str
    keys: tuple[str, ...]
    nullable: bool
    readable: bool
    entities: tuple[str, ...] = ()
    waits: bool = False

    @property
    def name(self) -> str:
        """The child's table, as people call it."""
        return self.table if self.schema == "public" else f"{self.schema}.{self.table}"

    def children(self) -> sql.Composed:
        """FROM and WHERE: rows c of the child that refer to rows d of the set that are to be deleted.

        Not those whose reference was empty until a run filled it in: it will be empty again.
        """
        pairs = sql.SQL(" AND ").join(
            sql.SQL("c.{} = {}").format(
                Identifier(column), Identifier("d", "id") if self.simple else Identifier("p", key)
            )
            for column, key in zip(self.columns, self.keys, strict=True)
        )
        through = sql.SQL("" if self.simple else "JOIN {} p ON p.id = d.id").format(Identifier(self.parent_table))
        return sql.SQL(
            "FROM {rows} d {through} JOIN {child} c ON {pairs} WHERE d.place = {parent} AND d.fate = 'delete' {settled}"
        ).format(
            rows=ROWS,
            through=through,
            child=Identifier(self.schema, self.table),
            pairs=pairs,
            parent=sql.Literal(self.parent),
            settled=sql.SQL("AND NOT ({})").format(self.settled()) if self.waits else sql.SQL(""),
        )

    @property
    def simple(self) -> bool:
        return self.keys == ("id",)

    def settled(self, row: str = "c") -> sql.Composed:
        """Whether the reference of a row c was empty until a run filled it in."""
        return sql.SQL(
            "EXISTS (SELECT FROM {images} i WHERE i.target_id = {id} AND i.restored_at IS NULL"
            " AND i.before -> {name} = 'null'::jsonb AND i.after ->> {name} = {column}::text)"
        ).format(
            images=IMAGES,
            id=Identifier(row, "id"),
            name=sql.Literal(self.columns[0]),
            column=Identifier(row, self.columns[0]),
        )

    def known(self, fates: Collection[str] = (), row: str = "c") -> sql.Composable:
        """Whether the row c is in the set, with one of these fates; never for a table that no entity fills."""
        if not self.entities:
            return sql.SQL("false")
        return sql.SQL(
            "EXISTS (SELECT FROM {rows} x WHERE x.place = {place} AND x.id = {id}"
            " AND ({all} OR x.fate = ANY ({fates})))"
        ).format(
            rows=ROWS,
            place=sql.Literal(self.child),
            id=Identifier(row, "id"),
            all=sql.Literal(not fates),
            fates=sql.Literal(list(fates)),
        )


def foreign_keys() -> list[Edge]:
    """Every foreign key of the database. Of a partitioned table the one of the whole."""
    return [
        Edge(child, schema, table, tuple(columns), parent, parent_table, tuple(keys), nullable, readable)
        for child, schema, table, columns, parent, parent_table, keys, nullable, readable in _fetch(
            sql.SQL(
                """
                SELECT c.conrelid::bigint, n.nspname, r.relname, array_agg(a.attname::text ORDER BY k.place),
                       c.confrelid::bigint, p.relname, array_agg(b.attname::text ORDER BY k.place),
                       NOT bool_or(a.attnotnull), has_table_privilege(c.conrelid, 'SELECT')
                FROM pg_constraint c
                JOIN pg_class r ON r.oid = c.conrelid
                JOIN pg_namespace n ON n.oid = r.relnamespace
                JOIN pg_class p ON p.oid = c.confrelid
                CROSS JOIN LATERAL unnest(c.conkey, c.confkey) WITH ORDINALITY AS k (own, other, place)
                JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.own
                JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = k.other
                WHERE c.contype = 'f' AND c.conparentid = 0 AND pg_table_is_visible(c.confrelid)
                GROUP BY c.oid, n.nspname, r.relname, p.relname ORDER BY r.relname, c.oid
                """
            )
        )
    ]
