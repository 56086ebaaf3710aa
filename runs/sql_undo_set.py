"""The rows that an undo is about, in a table of the session: chosen ones, and those that depend on them.

A row of this table is a mapping, with what becomes of it: `delete` (it and the target row go), `release` (it goes, the
target row was there before us), `gone` (it goes, somebody has deleted the target row) or `keep` (both stay).
See `runs.sql` for the rules of hand-written statements.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import sql
from psycopg.sql import Identifier

from runs.sql import MAPPINGS, PAGES, _execute, _fetch
from runs.sql_edges import ROWS, Edge
from runs.sql_versions import UNTOUCHED, place


@dataclass(frozen=True)
class Choice:
    """Rows of an entity: of these entity runs (None: of all), of these legacy ids (None: all).

    `parts`: a legacy row becomes several, all of which are meant by its id.
    """

    entity: str
    table: str
    entity_runs: Sequence[str] | None = None
    ids: Sequence[str] | None = None
    parts: bool = False

    @property
    def params(self) -> dict[str, object]:
        runs = None if self.entity_runs is None else list(self.entity_runs)
        return {"entity": self.entity, "entity_runs": runs, "ids": None if self.ids is None else list(self.ids)}


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


def choose(choice: Choice, take: bool) -> int:
    """Adds the mappings of what was chosen. `take`: rows edited since are not spared."""
    legacy_id = sql.SQL("split_part(m.legacy_id, ':', 1)" if choice.parts else "m.legacy_id")
    wanted: list[sql.Composable] = [sql.SQL("m.entity = %(entity)s")]
    if choice.entity_runs is not None:
        wanted.append(sql.SQL("p.entity_run = ANY (%(entity_runs)s::uuid[])"))
    if choice.ids is not None:
        wanted.append(sql.SQL("{} = ANY (%(ids)s::text[])").format(legacy_id))
    statement = sql.SQL(
        "INSERT INTO {rows} SELECT {row}, true FROM {mappings} m JOIN {pages} p ON p.id = m.page_id"
        " LEFT JOIN {table} t ON t.id = m.target_id WHERE {wanted}"
    ).format(
        rows=ROWS,
        row=_ROW,
        mappings=MAPPINGS,
        pages=PAGES,
        table=Identifier(choice.table),
        wanted=sql.SQL(" AND ").join(wanted),
    )
    return _execute(statement, {**choice.params, **_facts(choice.table, take)})


def _facts(table: str, take: bool) -> dict[str, object]:
    return {"table": f'"{table}"', "place": place(table), "take": take}


def outside(edges: Sequence[Edge]) -> list[bool]:
    """For each foreign key whether rows that are not in the set refer, by it, to rows that are to be deleted."""
    one = [sql.SQL("SELECT EXISTS (SELECT {} AND NOT {})").format(e.children(), e.known()) for e in edges]
    return [found for (found,) in _fetch(sql.SQL(" UNION ALL ").join(one))] if one else []


def entity_runs(entity: str) -> set[str]:
    """The entity runs that made the entity's rows of the set."""
    statement = sql.SQL("SELECT DISTINCT entity_run::text FROM {} WHERE entity = %s")
    return {one for (one,) in _fetch(statement.format(ROWS), [entity])}


def add_children(edge: Edge, entities: Sequence[str], take: bool) -> int:
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
    return _execute(statement, {"entities": list(entities), **_facts(edge.table, take)})


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


def staying_tables() -> set[int]:
    """Numbers of the tables with rows in the set that stay where they are."""
    statement = sql.SQL("SELECT DISTINCT place FROM {} WHERE fate IN ('keep', 'release')")
    return {place for (place,) in _fetch(statement.format(ROWS))}


def counts() -> list[tuple[str, bool, str, bool, int, int]]:
    """(entity, chosen?, fate, edited?, run, rows) of the set."""
    statement = sql.SQL(
        "SELECT entity, chosen, fate, edited, run, count(*) FROM {} GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 5"
    )
    return _fetch(statement.format(ROWS))  # type: ignore[return-value]


def edited_ids(entity: str, limit: int | None = None) -> list[str]:
    """Legacy ids of the entity's rows that were edited since, in the order of numbers."""
    statement = sql.SQL(
        "SELECT legacy_id FROM {} WHERE entity = %s AND edited ORDER BY length(legacy_id), legacy_id LIMIT %s"
    )
    return [legacy_id for (legacy_id,) in _fetch(statement.format(ROWS), [entity, limit])]
