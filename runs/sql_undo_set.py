"""The rows that an undo is about, in a table of the session: chosen ones, and those that depend on them.

A row of this table is a mapping, with what becomes of it: `delete` (it and the target row go), `release` (it goes, the
target row was there before us), `gone` (it goes, somebody has deleted the target row) or `keep` (both stay).
See `runs.sql` for the rules of hand-written statements.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from psycopg import sql
from psycopg.sql import Identifier

from runs.ledger.models import BeforeImage
from runs.sql import MAPPINGS, PAGES, _execute, _fetch
from runs.sql_versions import UNTOUCHED, place

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


def number_of(table: str) -> int:
    """The table's number in its database."""
    return int(_fetch(sql.SQL("SELECT %s::regclass::oid::bigint"), [f'"{table}"'])[0][0])


def make() -> None:
    """An empty set."""
    drop()
    _execute(
        sql.SQL(
            "CREATE TEMPORARY TABLE undo_rows (mapping_id bigint, entity text, legacy_id text, place bigint, id uuid,"
            " page_id bigint, run bigint, entity_run uuid, fate text, edited boolean, chosen boolean)"
        )
    )
    _execute(sql.SQL("CREATE INDEX ON {} (place, id)").format(ROWS))


def drop() -> None:
    _execute(sql.SQL("DROP TABLE IF EXISTS {}").format(ROWS))


def index() -> None:
    """Makes the set ready to be worked off page by page."""
    _execute(sql.SQL("CREATE INDEX ON {} (entity, page_id, mapping_id)").format(ROWS))
    _execute(sql.SQL("ANALYZE {}").format(ROWS))


#: A row of the set: mapping m, its page p, its target row t. Parameters: table, place, take.
_ROW = sql.SQL(
    """
    m.id, m.entity, m.legacy_id, %(table)s::regclass::oid::bigint, m.target_id, m.page_id, p.run, p.entity_run,
    CASE WHEN t.id IS NULL THEN 'gone' WHEN m.outcome = 'matched' THEN 'release'
         WHEN {untouched} OR %(take)s THEN 'delete' ELSE 'keep' END,
    t.id IS NOT NULL AND m.outcome <> 'matched' AND NOT {untouched}
    """
).format(untouched=UNTOUCHED)


def choose(
    entity: str, table: str, *, entity_runs: Sequence[str] | None, ids: Sequence[str] | None, parts: bool, take: bool
) -> int:
    """Adds the entity's mappings: only those of these entity runs, only those of these legacy ids.

    `parts`: a legacy row becomes several, all of which are meant. `take`: rows edited since are not spared.
    """
    legacy_id = sql.SQL("split_part(m.legacy_id, ':', 1)" if parts else "m.legacy_id")
    wanted: list[sql.Composable] = [sql.SQL("m.entity = %(entity)s")]
    if entity_runs is not None:
        wanted.append(sql.SQL("p.entity_run = ANY (%(entity_runs)s::uuid[])"))
    if ids is not None:
        wanted.append(sql.SQL("{} = ANY (%(ids)s::text[])").format(legacy_id))
    statement = sql.SQL(
        "INSERT INTO {rows} SELECT {row}, true FROM {mappings} m JOIN {pages} p ON p.id = m.page_id"
        " LEFT JOIN {table} t ON t.id = m.target_id WHERE {wanted}"
    ).format(
        rows=ROWS,
        row=_ROW,
        mappings=MAPPINGS,
        pages=PAGES,
        table=Identifier(table),
        wanted=sql.SQL(" AND ").join(wanted),
    )
    runs = None if entity_runs is None else list(entity_runs)
    params = {"entity": entity, "entity_runs": runs, "ids": None if ids is None else list(ids)}
    return _execute(statement, {**params, **_facts(table, take)})


def _facts(table: str, take: bool) -> dict[str, object]:
    return {"table": f'"{table}"', "place": place(table), "take": take}


def add_children(edge: Edge, take: bool) -> int:
    """Adds the rows that we made and that refer, by this foreign key, to rows that are to be deleted."""
    statement = sql.SQL(
        """
        INSERT INTO {rows}
        SELECT {row}, false FROM {mappings} m JOIN {pages} p ON p.id = m.page_id
        JOIN {child} t ON t.id = m.target_id
        WHERE m.entity = ANY (%(entities)s) AND m.target_id IN (
            SELECT c.id {children} AND NOT {known}
        ) AND EXISTS (
            SELECT FROM {mappings} o WHERE o.target_id = m.target_id AND o.entity = ANY (%(entities)s)
            AND o.outcome = 'created'
        )
        """
    ).format(
        rows=ROWS,
        row=_ROW,
        mappings=MAPPINGS,
        pages=PAGES,
        child=Identifier(edge.schema, edge.table),
        children=edge.children(),
        known=edge.known(),
    )
    return _execute(statement, {"entities": list(edge.entities), **_facts(edge.table, take)})


def add_claims(entities: Sequence[str], table: str, take: bool) -> int:
    """Adds the mappings by which other entities have adopted rows that are to be deleted."""
    statement = sql.SQL(
        """
        INSERT INTO {rows}
        SELECT {row}, false FROM {mappings} m JOIN {pages} p ON p.id = m.page_id
        JOIN {table} t ON t.id = m.target_id
        JOIN {rows} d ON d.id = m.target_id AND d.fate = 'delete' AND d.place = %(table)s::regclass::oid::bigint
        WHERE m.entity = ANY (%(entities)s) AND m.id <> d.mapping_id
        AND NOT EXISTS (SELECT FROM {rows} x WHERE x.place = d.place AND x.id = d.id AND x.mapping_id = m.id)
        """
    ).format(rows=ROWS, row=_ROW, mappings=MAPPINGS, pages=PAGES, table=Identifier(table))
    return _execute(statement, {"entities": list(entities), **_facts(table, take)})


def strangers(edges: Sequence[Edge]) -> int:
    """Rows of a child's table, by all of its foreign keys, that refer to rows to be deleted and are not in the set."""
    one = [sql.SQL("SELECT c.tableoid, c.ctid {} AND NOT {}").format(e.children(), e.known()) for e in edges]
    return int(_fetch(sql.SQL("SELECT count(*) FROM ({}) s").format(sql.SQL(" UNION ").join(one)))[0][0])


def keep_needed(edge: Edge) -> int:
    """Keeps the rows to which, by this foreign key, rows refer that stay."""
    statement = sql.SQL(
        "UPDATE {rows} k SET fate = 'keep' WHERE k.place = %(parent)s AND k.fate = 'delete'"
        " AND k.id IN (SELECT d.id {children} AND NOT {going})"
    ).format(rows=ROWS, children=edge.children(), going=edge.known(["delete"]))
    return _execute(statement, {"parent": edge.parent})


def keep_claimed() -> int:
    """Keeps the rows that another entity has adopted whose mapping is not in the set."""
    statement = sql.SQL(
        "UPDATE {rows} k SET fate = 'keep' WHERE fate = 'delete' AND EXISTS (SELECT FROM {mappings} m"
        " WHERE m.target_id = k.id AND NOT EXISTS (SELECT FROM {rows} x WHERE x.place = k.place AND x.id = k.id"
        " AND x.mapping_id = m.id))"
    ).format(rows=ROWS, mappings=MAPPINGS)
    return _execute(statement)


def forget_dependants() -> int:
    """Reduces the set to what was chosen."""
    return _execute(sql.SQL("DELETE FROM {} WHERE NOT chosen").format(ROWS))


def counts() -> list[tuple[str, bool, str, bool, int, str, int]]:
    """(entity, chosen?, fate, edited?, run, entity run, rows) of the set."""
    statement = sql.SQL(
        "SELECT entity, chosen, fate, edited, run, entity_run::text, count(*) FROM {} GROUP BY 1, 2, 3, 4, 5, 6"
        " ORDER BY 1, 5"
    )
    return _fetch(statement.format(ROWS))  # type: ignore[return-value]


def edited_ids(entity: str, limit: int | None = None) -> list[str]:
    """Legacy ids of the entity's rows that were edited since, in the order of numbers."""
    statement = sql.SQL(
        "SELECT legacy_id FROM {} WHERE entity = %s AND edited ORDER BY length(legacy_id), legacy_id LIMIT %s"
    )
    return [legacy_id for (legacy_id,) in _fetch(statement.format(ROWS), [entity, limit])]
