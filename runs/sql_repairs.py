"""The hand-written statements of repairs and of taking them back. See `runs.sql` for the rest and for the rules."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from psycopg import sql
from psycopg.sql import Identifier

from runs.ledger.models import BeforeImage
from runs.sql import MAPPINGS, PAGES, _execute, _fetch, _list
from runs.sql_versions import NOTED, UNTOUCHED, place

IMAGES = Identifier(BeforeImage._meta.db_table)


@dataclass(frozen=True)
class Broken:
    """The rows of a table that hold a key of a missing row: column → (table, key column) that it should refer to.

    `ids`: only rows that came from these legacy rows of the entity; with `parts` each of these rows became several.
    """

    entity: str
    table: str
    columns: Mapping[str, tuple[str, str]]
    ids: Sequence[str] | None = None
    parts: bool = False

    def columns_broken(self) -> list[sql.Composed]:
        """For each column whether it holds such a key."""
        test = sql.SQL("(t.{column} IS NOT NULL AND NOT EXISTS (SELECT FROM {parent} p WHERE p.{key} = t.{column}))")
        return [
            test.format(column=Identifier(column), parent=Identifier(parent), key=Identifier(key))
            for column, (parent, key) in self.columns.items()
        ]

    def rows(self) -> sql.Composed:
        """FROM and WHERE: target rows t and their mappings m. Parameters: entity, ids, after."""
        legacy_id = sql.SQL("split_part(m.legacy_id, ':', 1)" if self.parts else "m.legacy_id")
        return sql.SQL(
            """
            FROM {table} t LEFT JOIN {mappings} m ON m.entity = %(entity)s AND m.target_id = t.id
            WHERE ({broken}) AND (%(ids)s::text[] IS NULL OR {legacy_id} = ANY (%(ids)s::text[]))
            AND (%(after)s::uuid IS NULL OR t.id > %(after)s::uuid)
            """
        ).format(
            table=Identifier(self.table),
            mappings=MAPPINGS,
            broken=sql.SQL(" OR ").join(self.columns_broken()),
            legacy_id=legacy_id,
        )

    def params(self, after: str | None) -> dict[str, Any]:
        return {"entity": self.entity, "ids": None if self.ids is None else list(self.ids), "after": after}


def broken_rows(broken: Broken, after: str | None, limit: int) -> list[tuple[Any, ...]]:
    """(UUID as text, legacy id or None, is the column broken? for each column) of the next rows by UUID.

    The rows stay locked until the transaction ends, so that nobody edits them meanwhile.
    """
    statement = sql.SQL("SELECT t.id::text, m.legacy_id, {flags} {rows} ORDER BY t.id LIMIT %(limit)s FOR UPDATE OF t")
    flags = sql.SQL(", ").join(broken.columns_broken())
    return _fetch(statement.format(flags=flags, rows=broken.rows()), {**broken.params(after), "limit": limit})


def count_broken(broken: Broken, after: str | None = None) -> tuple[int, str | None]:
    """How many rows are broken, and the last one's UUID as text."""
    # There is no max() of UUIDs before PostgreSQL 18; as text in this order they sort alike.
    statement = sql.SQL('SELECT count(*), max(t.id::text COLLATE "C") {rows}').format(rows=broken.rows())
    return _fetch(statement, broken.params(after))[0]  # type: ignore[return-value]


def count_rows(table: str) -> int:
    return int(_fetch(sql.SQL("SELECT count(*) FROM {}").format(Identifier(table)))[0][0])


def existing(table: str, key: str, values: Collection[str]) -> set[str]:
    """Those of these UUIDs that are rows of the table."""
    statement = sql.SQL("SELECT {key}::text FROM {table} WHERE {key} = ANY (%s::uuid[])")
    found = _fetch(statement.format(key=Identifier(key), table=Identifier(table)), [list(values)])
    return {value for (value,) in found}


class Change(NamedTuple):
    """New values for some columns of a target row."""

    target_id: str
    legacy_id: str
    after: Mapping[str, Any]


def change_rows(
    entity: str, table: str, columns: Sequence[str], changes: Sequence[Change], owner: Mapping[str, Any]
) -> None:
    """Writes the new values, and keeps what they replace. `owner`: run, entity_run and page_id of the images."""
    statement = sql.SQL(
        """
        WITH new AS (
            SELECT t.id, c ->> 'legacy_id' AS legacy_id, c -> 'after' AS after, m.page_id, {untouched} AS ours
            FROM jsonb_array_elements(%(changes)s) c
            JOIN {table} t ON t.id = (c ->> 'target_id')::uuid
            JOIN {mappings} m ON m.entity = %(entity)s AND m.legacy_id = c ->> 'legacy_id'
            JOIN {pages} p ON p.id = m.page_id
        ), kept AS (
            INSERT INTO {images} (entity, legacy_id, target_id, before, after, run, entity_run, page_id)
            SELECT %(entity)s, new.legacy_id, t.id,
                   (SELECT jsonb_object_agg(name, to_jsonb(t) -> name) FROM jsonb_object_keys(new.after) name),
                   new.after, %(run)s, %(entity_run)s, %(page_id)s
            FROM new JOIN {table} t ON t.id = new.id
        ), written AS (
            UPDATE {table} t SET ({columns}) = (SELECT {columns} FROM jsonb_populate_record(t, new.after))
            FROM new WHERE t.id = new.id
            RETURNING new.page_id, t.xmin::text AS version, new.ours
        ) {noted}
        """
    ).format(
        images=IMAGES,
        mappings=MAPPINGS,
        pages=PAGES,
        table=Identifier(table),
        columns=_list(columns),
        untouched=UNTOUCHED,
        noted=NOTED,
    )
    wanted = json.dumps([change._asdict() for change in changes])
    _execute(statement, {"changes": wanted, "entity": entity, "place": place(table), **owner})


# Taking back -----------------------------------------------------------------------------------------------


def restore_page(page_id: int, table: str, columns: Sequence[str], ids: Sequence[str] | None, take: bool) -> int:
    """Gives the rows that a page changed what they held before, and notes it in their images; returns how many.

    A row that does not hold any more what the run wrote was edited since: it stays, unless `take` is set. `ids`: only
    rows that came from these legacy rows.
    """
    statement = sql.SQL(
        """
        WITH found AS (
            SELECT image.id AS image_id, image.before, t.id, m.page_id, {untouched} AS ours
            FROM {images} image
            JOIN {table} t ON t.id = image.target_id
            JOIN {mappings} m ON m.entity = image.entity AND m.legacy_id = image.legacy_id
            JOIN {pages} p ON p.id = m.page_id
            WHERE image.page_id = %(page)s AND image.restored_at IS NULL
            AND (%(ids)s::text[] IS NULL OR image.legacy_id = ANY (%(ids)s::text[])) AND (%(take)s OR {same})
            FOR UPDATE OF t
        ), written AS (
            UPDATE {table} t SET ({columns}) = (SELECT {columns} FROM jsonb_populate_record(t, found.before))
            FROM found WHERE t.id = found.id
            RETURNING found.image_id, found.page_id, t.xmin::text AS version, found.ours
        ), told AS (
            UPDATE {images} image SET restored_at = now() FROM written w WHERE image.id = w.image_id
        ), noted AS ({noted}) SELECT count(*) FROM written
        """
    ).format(
        table=Identifier(table),
        images=IMAGES,
        mappings=MAPPINGS,
        pages=PAGES,
        columns=_list(columns),
        same=_SAME,
        untouched=UNTOUCHED,
        noted=NOTED,
    )
    chosen = None if ids is None else list(ids)
    return int(_fetch(statement, {"page": page_id, "ids": chosen, "take": take, "place": place(table)})[0][0])


#: Whether a row t holds what the run wrote: each column of the image, compared as JSON.
_SAME = sql.SQL(
    "NOT EXISTS (SELECT FROM jsonb_each(image.after) a WHERE to_jsonb(t) -> a.key IS DISTINCT FROM a.value)"
)

#: The images of a repair's entity runs that hold something to restore. Parameters: entity_runs, ids.
_IMAGES_LEFT = sql.SQL(
    "image.restored_at IS NULL AND image.entity_run = ANY (%(entity_runs)s::uuid[])"
    " AND (%(ids)s::text[] IS NULL OR image.legacy_id = ANY (%(ids)s::text[]))"
)


def edited(entity_runs: Sequence[str], ids: Sequence[str] | None, table: str) -> list[str]:
    """Legacy ids of the rows that were edited or deleted since these entity runs changed them."""
    statement = sql.SQL(
        """
        SELECT image.legacy_id FROM {images} image LEFT JOIN {table} t ON t.id = image.target_id
        WHERE {left} AND (t.id IS NULL OR NOT {same}) ORDER BY image.id
        """
    ).format(images=IMAGES, table=Identifier(table), same=_SAME, left=_IMAGES_LEFT)
    params = {"entity_runs": list(entity_runs), "ids": None if ids is None else list(ids)}
    return [legacy_id for (legacy_id,) in _fetch(statement, params)]


def not_restored(entity_runs: Sequence[str], ids: Sequence[str] | None) -> list[str]:
    """Legacy ids of the rows that these entity runs changed and that did not get back what they held."""
    statement = sql.SQL("SELECT image.legacy_id FROM {} image WHERE {} ORDER BY image.id")
    params = {"entity_runs": list(entity_runs), "ids": None if ids is None else list(ids)}
    return [legacy_id for (legacy_id,) in _fetch(statement.format(IMAGES, _IMAGES_LEFT), params)]


# Constraints -----------------------------------------------------------------------------------------------


def not_valid(table: str, columns: Iterable[str]) -> dict[str, str]:
    """Foreign keys over exactly one of these columns that are NOT VALID: name → definition."""
    return {name: text for name, text in foreign_keys(table, columns).items() if text.endswith(" NOT VALID")}


def foreign_keys(table: str, columns: Iterable[str]) -> dict[str, str]:
    """Foreign keys over exactly one of these columns: name → definition, which says so where they are NOT VALID."""
    statement = sql.SQL(
        """
        SELECT c.conname, pg_get_constraintdef(c.oid)
        FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum]
        WHERE c.conrelid = %s::regclass AND c.contype = 'f' AND a.attname = ANY (%s)
        ORDER BY 1
        """
    )
    return dict(_fetch(statement, [f'"{table}"', list(columns)]))  # type: ignore[arg-type]


def validate(table: str, constraint: str) -> None:
    """Has the database check all rows: from here on it vouches for the constraint."""
    _execute(sql.SQL("ALTER TABLE {} VALIDATE CONSTRAINT {}").format(Identifier(table), Identifier(constraint)))


def drop_constraint(table: str, constraint: str) -> None:
    _execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT IF EXISTS {}").format(Identifier(table), Identifier(constraint)))


def add_constraint(table: str, constraint: str, definition: str) -> None:
    """`definition` is the database's own text, from `pg_get_constraintdef`."""
    statement = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
        Identifier(table), Identifier(constraint), sql.SQL(definition)
    )
    _execute(statement)


def wait_for_locks(seconds: int) -> None:
    """In this transaction no lock is waited for longer, so that nobody has to queue behind us for long."""
    _execute(sql.SQL("SELECT set_config('lock_timeout', %s, true)"), [f"{seconds}s"])
