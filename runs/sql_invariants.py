"""Declared rules in the target: which rows of an entity break one. Only reads."""

from __future__ import annotations

from psycopg import sql

from runs.sql import MAPPINGS, _fetch


def violating(entity: str, statement: sql.SQL, after: str, limit: int) -> list[str]:
    """The next legacy ids, in the order of their texts, of the entity's rows that a declared statement yields."""
    found = sql.SQL(
        """
        SELECT DISTINCT m.legacy_id FROM ({statement}) violating JOIN {mappings} m ON m.target_id = violating.id
        WHERE m.entity = %(entity)s AND m.legacy_id > %(after)s ORDER BY 1 LIMIT %(limit)s
        """
    ).format(statement=statement, mappings=MAPPINGS)
    return [legacy_id for (legacy_id,) in _fetch(found, {"entity": entity, "after": after, "limit": limit})]
