"""The statements of comparisons that bring back what differs, and nothing else. See `runs.sql` for the rules.

What they are to compare comes as JSON: psycopg takes ten times as long for the same lists as arrays. The planner takes
such a list for a hundred rows, and so it looks each row up by its key and never reads a whole table for a page.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import NamedTuple

from psycopg import sql
from psycopg.sql import Identifier

from runs.checksums import NULL, SEPARATOR
from runs.sql import MAPPINGS, RESOLUTIONS, _fetch
from runs.sql_accounting import Group, _group


class Place(NamedTuple):
    """Where an entity's rows are: its name in the mappings, the table, and the column that the mappings name."""

    entity: str
    table: str
    key: str


def digests(place: Place, columns: Sequence[str], legacy_ids: Sequence[str]) -> tuple[set[int], list[bytes | None]]:
    """The positions of ids that have no row, and for each column its digest over the rows that are there.

    The rows are taken in the order of the ids; see `runs.checksums` for the text. Without any row there is no digest.
    """
    digest = sql.SQL(
        ", sha256(convert_to(count({column}) || {separator} || "
        "string_agg(coalesce({column}, {null}), {separator}) FILTER (WHERE there), 'UTF8'))"
    )
    names = [Identifier(f"c{number}") for number, _ in enumerate(columns)]
    marks = {"separator": sql.Literal(SEPARATOR), "null": sql.Literal(NULL)}
    texts = [
        sql.SQL(", t.{}::text AS {}").format(Identifier(column), name)
        for column, name in zip(columns, names, strict=True)
    ]
    statement = sql.SQL(
        """
        SELECT array_agg(place) FILTER (WHERE NOT there) {digests}
        FROM (
            SELECT e.place, t.{key} IS NOT NULL AS there {texts}
            FROM json_array_elements_text(%(ids)s) WITH ORDINALITY AS e (legacy_id, place)
            LEFT JOIN {mappings} m ON m.entity = %(entity)s AND m.legacy_id = e.legacy_id
            LEFT JOIN {table} t ON t.{key} = m.target_id
            ORDER BY e.place
        ) AS rows
        """
    ).format(
        digests=sql.SQL("").join(digest.format(column=name, **marks) for name in names),
        texts=sql.SQL("").join(texts),
        key=Identifier(place.key),
        table=Identifier(place.table),
        mappings=MAPPINGS,
    )
    gone, *found = _fetch(statement, {"ids": json.dumps(legacy_ids), "entity": place.entity})[0]
    return {one - 1 for one in gone or ()}, [None if one is None else bytes(one) for one in found]


def rules(entity: str, legacy_ids: Collection[str]) -> dict[tuple[str, str], str]:
    """(legacy id, field) → the rule of the resolution that these rows have there."""
    statement = sql.SQL("SELECT legacy_id, field, rule FROM {} WHERE entity = %s AND legacy_id = ANY (%s)")
    found = _fetch(statement.format(RESOLUTIONS), [entity, list(legacy_ids)])
    return {(legacy_id, field): rule for legacy_id, field, rule in found}


def drawn(entity: str, rows: int, seed: int) -> list[str]:
    """Legacy ids of so many mappings of the entity, or of all; the same for the same seed and mappings."""
    statement = sql.SQL(
        "SELECT legacy_id FROM {} WHERE entity = %s ORDER BY md5(%s || ' ' || legacy_id), legacy_id LIMIT %s"
    ).format(MAPPINGS)
    return [legacy_id for (legacy_id,) in _fetch(statement, [entity, str(seed), rows])]


def orphans(place: Place, column: str, parent: str, parent_key: str, sample: int) -> Group:
    """Rows of the entity that refer to a row which is not there, by legacy id, whatever the constraint says."""
    return _group(
        sql.SQL(
            """
            SELECT m.legacy_id AS name
            FROM {table} t JOIN {mappings} m ON m.entity = %(entity)s AND m.target_id = t.{key}
            WHERE t.{column} IS NOT NULL
              AND NOT EXISTS (SELECT FROM {parent} p WHERE p.{parent_key} = t.{column})
            """
        ).format(
            table=Identifier(place.table),
            mappings=MAPPINGS,
            key=Identifier(place.key),
            column=Identifier(column),
            parent=Identifier(parent),
            parent_key=Identifier(parent_key),
        ),
        {"entity": place.entity},
        sample,
    )
