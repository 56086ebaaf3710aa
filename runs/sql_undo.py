"""The hand-written statements that take back a page of rows. `runs.sql_undo_set` has the set that they come from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from psycopg import sql
from psycopg.sql import Identifier

from runs.ledger.models import RemovedRow
from runs.sql import FAILED, MAPPINGS, PAGES, PENDING, RESOLUTIONS, _execute, _fetch
from runs.sql_edges import IMAGES, ROWS, Edge
from runs.sql_versions import NOTED, UNTOUCHED, place

REMOVED = Identifier(RemovedRow._meta.db_table)


class Row(NamedTuple):
    """A mapping that is to go, and what becomes of its target row."""

    page_id: int
    mapping_id: int
    legacy_id: str
    target_id: str
    fate: str


def rows_left(entity: str) -> int:
    return int(_fetch(sql.SQL("SELECT count(*) FROM {} WHERE entity = %s").format(ROWS), [entity])[0][0])


def next_rows(entity: str, before: Row | None, limit: int) -> list[Row]:
    """The entity's next rows of the set that are to go, those that came last first."""
    statement = sql.SQL(
        "SELECT page_id, mapping_id, legacy_id, id::text, fate FROM {} WHERE entity = %(entity)s AND fate <> 'keep'"
        " AND (%(page)s::bigint IS NULL OR (page_id, mapping_id) < (%(page)s, %(mapping)s))"
        " ORDER BY page_id DESC, mapping_id DESC LIMIT %(limit)s"
    ).format(ROWS)
    last = {"page": before and before.page_id, "mapping": before and before.mapping_id}
    return [Row(*row) for row in _fetch(statement, {"entity": entity, "limit": limit, **last})]


def lock(table: str, rows: Sequence[Row]) -> dict[str, bool]:
    """The rows that are there, each with whether only we have written it; they stay so until the transaction ends."""
    statement = sql.SQL(
        "SELECT t.id::text, {untouched} FROM {mappings} m JOIN {pages} p ON p.id = m.page_id"
        " JOIN {table} t ON t.id = m.target_id WHERE m.id = ANY (%(ids)s) FOR UPDATE OF t"
    ).format(untouched=UNTOUCHED, mappings=MAPPINGS, pages=PAGES, table=Identifier(table))
    return dict(_fetch(statement, {"ids": [row.mapping_id for row in rows], "place": place(table)}))  # type: ignore[arg-type]


def referred(edges: Sequence[Edge], ids: Collection[str]) -> set[str]:
    """Those of these rows that other rows refer to, by any foreign key; references among themselves do not count."""
    one = [_referring(edge) for edge in edges]
    if not one:
        return set()
    found = _fetch(sql.SQL(" UNION ALL ").join(one), {"ids": list(ids)})
    return {target_id for (target_id,) in found}


def _referring(edge: Edge) -> sql.Composed:
    outside = sql.SQL("AND NOT c.id = ANY (%(ids)s::uuid[])" if edge.child == edge.parent else "")
    child = Identifier(edge.schema, edge.table)
    if edge.simple:
        statement = sql.SQL("SELECT c.{column}::text FROM {child} c WHERE c.{column} = ANY (%(ids)s::uuid[]) {outside}")
        return statement.format(column=Identifier(edge.columns[0]), child=child, outside=outside)
    pairs = [
        sql.SQL("c.{} = p.{}").format(Identifier(column), Identifier(key))
        for column, key in zip(edge.columns, edge.keys, strict=True)
    ]
    return sql.SQL(
        "SELECT p.id::text FROM {parent} p JOIN {child} c ON {pairs} WHERE p.id = ANY (%(ids)s::uuid[]) {outside}"
    ).format(parent=Identifier(edge.parent_table), child=child, pairs=sql.SQL(" AND ").join(pairs), outside=outside)


def claimed(table: str, ids: Collection[str]) -> set[str]:
    """Those of these rows that a mapping knows which is not in the set."""
    statement = sql.SQL(
        "SELECT m.target_id::text FROM {mappings} m WHERE m.target_id = ANY (%(ids)s::uuid[]) AND NOT EXISTS ("
        "SELECT FROM {rows} x WHERE x.place = %(table)s::regclass::oid::bigint AND x.id = m.target_id"
        " AND x.mapping_id = m.id)"
    ).format(mappings=MAPPINGS, rows=ROWS)
    return {target_id for (target_id,) in _fetch(statement, {"ids": list(ids), "table": f'"{table}"'})}


class Waiting(NamedTuple):
    """A reference of an entity that may have been empty until its parent arrived."""

    entity: str
    field: str
    parent_entity: str


#: Rows of the child that wait again: their content if it was edited, the reference, the register, the image.
_EMPTY_AGAIN = sql.SQL(
    """
    WITH found AS (
        SELECT t.id, t.{column} AS parent_id, m.legacy_id, m.page_id, p.committed_at, {untouched} AS ours,
               CASE WHEN {going} AND NOT {untouched} THEN to_jsonb(t) END AS edited
        FROM {child} t
        JOIN {mappings} m ON m.target_id = t.id AND m.entity = %(entity)s JOIN {pages} p ON p.id = m.page_id
        WHERE t.{column} = ANY (%(ids)s::uuid[]) AND NOT t.id = ANY (%(ids)s::uuid[])
        AND ({settled} OR {going} AND (%(take)s OR {untouched}))
        FOR UPDATE OF t
    ), saved AS (
        INSERT INTO {removed} (entity, legacy_id, target_id, content, run, at)
        SELECT %(entity)s, f.legacy_id, f.id, f.edited, %(run)s, now() FROM found f WHERE f.edited IS NOT NULL
    ), written AS (
        UPDATE {child} t SET {column} = NULL FROM found f WHERE t.id = f.id
        RETURNING f.page_id, t.xmin::text AS version, f.ours
    ), back AS (
        INSERT INTO {pending} (entity, legacy_id, field, parent_entity, parent_legacy_id, page_id, since)
        SELECT %(entity)s, f.legacy_id, %(field)s, o.entity, o.legacy_id, f.page_id, f.committed_at
        FROM found f JOIN {mappings} o ON o.target_id = f.parent_id AND o.entity = %(parent)s
        ON CONFLICT (entity, legacy_id, field) DO NOTHING
    ), restored AS (
        UPDATE {images} i
        SET restored_at = CASE WHEN i.after - {name} = '{{}}' THEN now() END,
            before = CASE WHEN i.after - {name} = '{{}}' THEN i.before ELSE i.before - {name} END,
            after = CASE WHEN i.after - {name} = '{{}}' THEN i.after ELSE i.after - {name} END
        FROM found f WHERE i.target_id = f.id AND i.restored_at IS NULL
        AND i.before -> {name} = 'null'::jsonb AND i.after ->> {name} = f.parent_id::text
    ) {noted}
"""
)


def empty_again(edge: Edge, waiting: Waiting, ids: Collection[str], run: int, take: bool) -> int:
    """Settling, reversed: references to these rows are empty again, and back on the register.

    Those that were filled in later, and those of rows that are to be deleted themselves. Of the latter the ones that
    somebody has edited are left, or, with `take`, their content is stored first.
    """
    statement = _EMPTY_AGAIN.format(
        column=Identifier(edge.columns[0]),
        child=Identifier(edge.schema, edge.table),
        name=sql.Literal(edge.columns[0]),
        settled=edge.settled("t"),
        going=edge.known(["delete"], "t"),
        untouched=UNTOUCHED,
        removed=REMOVED,
        mappings=MAPPINGS,
        pages=PAGES,
        pending=PENDING,
        images=IMAGES,
        noted=NOTED,
    )
    params = {"entity": waiting.entity, "field": waiting.field, "parent": waiting.parent_entity}
    return _execute(statement, {**params, "ids": list(ids), "run": run, "take": take, "place": place(edge.table)})


def keep_contents(run: int, entity: str, table: str, rows: Sequence[Row]) -> int:
    """Stores what these rows hold before they go."""
    statement = sql.SQL(
        "INSERT INTO {removed} (entity, legacy_id, target_id, content, run, at)"
        " SELECT %(entity)s, w.legacy_id, t.id, to_jsonb(t), %(run)s, now()"
        " FROM unnest(%(legacy_ids)s::text[], %(ids)s::uuid[]) w (legacy_id, id) JOIN {table} t ON t.id = w.id"
        " WHERE NOT EXISTS (SELECT FROM {removed} r WHERE r.target_id = w.id AND r.run = %(run)s)"
    ).format(removed=REMOVED, table=Identifier(table))
    wanted = {"legacy_ids": [row.legacy_id for row in rows], "ids": [row.target_id for row in rows]}
    return _execute(statement, {"entity": entity, "run": run, **wanted})


def silent(table: str) -> bool:
    """Whether rows of the table may be deleted without the database's own checks, and without anything else missing:
    the session may switch them off, and the same switch silences nothing but foreign keys.
    """
    statement = sql.SQL(
        "SELECT has_parameter_privilege('session_replication_role', 'SET') AND NOT relhasrules"
        " AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = c.oid AND NOT tgisinternal)"
        " FROM pg_class c WHERE oid = %s::regclass"
    )
    return bool(_fetch(statement, [f'"{table}"'])[0][0])


def delete(table: str, ids: Collection[str]) -> int:
    return _execute(sql.SQL("DELETE FROM {} WHERE id = ANY (%s::uuid[])").format(Identifier(table)), [list(ids)])


def keep(entity: str, target_ids: Collection[str], edited: bool) -> None:
    """Notes in the set that these rows stay after all."""
    statement = sql.SQL(
        "UPDATE {} SET fate = 'keep', edited = %(edited)s WHERE entity = %(entity)s AND id = ANY (%(ids)s::uuid[])"
    ).format(ROWS)
    _execute(statement, {"entity": entity, "ids": list(target_ids), "edited": edited})


def forget(entity: str, rows: Sequence[Row], deleted: Collection[str], shared: bool) -> None:
    """The ledger knows nothing of these rows any more: mappings, resolutions, references that wait, before-images.

    `shared`: other entities may have adopted rows that were deleted.
    """
    claims = sql.SQL("OR target_id = ANY (%(deleted)s::uuid[])" if shared else "")
    gone = sql.SQL(
        """
        WITH resolved AS (
            DELETE FROM {resolutions} WHERE entity = %(entity)s AND legacy_id = ANY (%(legacy_ids)s)
        ), waiting AS (
            DELETE FROM {pending} WHERE entity = %(entity)s AND legacy_id = ANY (%(legacy_ids)s)
        ), reopened AS (
            UPDATE {failed} SET state = 'open', closed_by = NULL
            WHERE entity = %(entity)s AND legacy_id = ANY (%(legacy_ids)s) AND state = 'closed'
        ), images AS ( -- What a row held before a change is of no use to another row of the same UUID.
            UPDATE {images} SET restored_at = now()
            WHERE target_id = ANY (%(deleted)s::uuid[]) AND restored_at IS NULL
        )
        DELETE FROM {mappings} WHERE id = ANY (%(mappings)s) {claims}
        """
    ).format(resolutions=RESOLUTIONS, pending=PENDING, failed=FAILED, images=IMAGES, mappings=MAPPINGS, claims=claims)
    params: dict[str, Any] = {
        "entity": entity,
        "mappings": [row.mapping_id for row in rows],
        "legacy_ids": [row.legacy_id for row in rows],
        "deleted": list(deleted),
    }
    _execute(gone, params)
    _execute(_CLOSED.format(pages=PAGES, mappings=MAPPINGS, some=sql.SQL("id")), [list({row.page_id for row in rows})])


#: Notes that nothing is left of the pages that have no mapping any more.
_CLOSED = sql.SQL(
    "UPDATE {pages} p SET undone_at = now() WHERE {some} = ANY (%s) AND undone_at IS NULL"
    " AND NOT EXISTS (SELECT FROM {mappings} m WHERE m.page_id = p.id)"
)


def close_pages(entity_runs: Sequence[str]) -> None:
    """Notes that nothing is left of the pages of these entity runs that have no mapping any more."""
    some = sql.SQL("entity_run::text")
    _execute(_CLOSED.format(pages=PAGES, mappings=MAPPINGS, some=some), [list(entity_runs)])


def taken_back(entity_runs: Collection[str]) -> dict[str, int]:
    """Entity runs → how many of the rows that they made or adopted have gone from the ledger."""
    statement = sql.SQL(
        """
        SELECT p.entity_run::text, sum(p.created + p.matched)
               - sum((SELECT count(*) FROM {mappings} m WHERE m.page_id = p.id))
        FROM {pages} p WHERE p.entity_run = ANY (%s::uuid[]) GROUP BY 1
        """
    ).format(pages=PAGES, mappings=MAPPINGS)
    return dict(_fetch(statement, [list(entity_runs)]))  # type: ignore[arg-type]


def kept(entity: str, limit: int) -> tuple[int, int, list[str]]:
    """Of the entity's rows that stay: how many were edited, how many are needed, legacy ids, the edited first."""
    edited, needed = _fetch(
        sql.SQL(
            "SELECT count(*) FILTER (WHERE edited), count(*) FILTER (WHERE NOT edited) FROM {}"
            " WHERE entity = %s AND fate = 'keep'"
        ).format(ROWS),
        [entity],
    )[0]
    ids = sql.SQL(
        "SELECT legacy_id FROM {} WHERE entity = %s AND fate = 'keep'"
        " ORDER BY edited DESC, length(legacy_id), legacy_id"
        " LIMIT %s"
    )
    return edited, needed, [one for (one,) in _fetch(ids.format(ROWS), [entity, limit])]
