"""The hand-written statements that fill in references which had to wait for their parents. See `runs.sql`."""

from __future__ import annotations

from psycopg import sql
from psycopg.sql import Identifier

from runs.ledger.models import BeforeImage
from runs.sql import MAPPINGS, PAGES, PENDING, RESOLUTIONS, _execute
from runs.sql_versions import NOTED, UNTOUCHED, place

IMAGES = Identifier(BeforeImage._meta.db_table)


def settle(entity: str, field: str, table: str, column: str, *, run: int, entity_run: str) -> int:
    """Fills in one reference of an entity's rows whose parents have arrived, and takes them off the register.

    Rows that other entity runs made keep an image of having been empty: this one may be taken back without them.
    """
    statement = sql.SQL(
        """
        WITH arrived AS (
            SELECT w.id AS pending_id, child.legacy_id, child.target_id AS child_id, child.page_id,
                   parent.target_id AS parent_id, p.entity_run <> %(entity_run)s AS of_another, {untouched} AS ours
            FROM {pending} w
            JOIN {mappings} child ON child.entity = w.entity AND child.legacy_id = w.legacy_id
            JOIN {mappings} parent ON parent.entity = w.parent_entity AND parent.legacy_id = w.parent_legacy_id
            JOIN {pages} p ON p.id = child.page_id
            JOIN {table} t ON t.id = child.target_id
            WHERE w.entity = %(entity)s AND w.field = %(field)s FOR UPDATE OF t
        ), settled AS (
            DELETE FROM {pending} w USING arrived a WHERE w.id = a.pending_id
        ), image AS (
            INSERT INTO {images} AS old (entity, legacy_id, target_id, before, after, run, entity_run, page_id)
            SELECT %(entity)s, a.legacy_id, a.child_id, jsonb_build_object(%(column)s::text, NULL),
                   jsonb_build_object(%(column)s::text, a.parent_id), %(run)s, %(entity_run)s, a.page_id
            FROM arrived a WHERE a.of_another
            ON CONFLICT (entity_run, target_id) DO UPDATE
            SET before = old.before || excluded.before, after = old.after || excluded.after, restored_at = NULL
        ), written AS (
            UPDATE {table} t SET {column} = a.parent_id FROM arrived a WHERE t.id = a.child_id
            RETURNING a.page_id, t.xmin::text AS version, a.ours
        ) {noted}
        """
    ).format(
        pending=PENDING,
        mappings=MAPPINGS,
        pages=PAGES,
        images=IMAGES,
        table=Identifier(table),
        column=Identifier(column),
        untouched=UNTOUCHED,
        noted=NOTED,
    )
    params = {"entity": entity, "field": field, "column": column, "run": run, "entity_run": entity_run}
    return _execute(statement, {**params, "place": place(table)})


def give_up(entity: str, field: str, run: int, rule: str) -> int:
    """Turns references that still wait into resolutions: the field stays empty for good."""
    statement = sql.SQL(
        """
        WITH gone AS (DELETE FROM {pending} WHERE entity = %(entity)s AND field = %(field)s RETURNING *)
        INSERT INTO {resolutions} (entity, legacy_id, field, rule, old, run, page_id)
        SELECT entity, legacy_id, field, %(rule)s, parent_legacy_id, %(run)s, page_id FROM gone
        ON CONFLICT (entity, legacy_id, field) DO NOTHING
        """
    ).format(pending=PENDING, resolutions=RESOLUTIONS)
    return _execute(statement, {"entity": entity, "field": field, "run": run, "rule": rule})
