"""What the databases themselves say, by plain SQL: nothing here uses the engine or its counters."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

#: Columns that differ between two equally good migrations: surrogate keys, numbers of runs and pages, clocks.
VOLATILE = {
    "migration_mappings": {"id", "page_id"},
    "migration_failed_records": {
        *("id", "page_id", "run", "entity_run", "attempts", "first_failed_at", "last_failed_at"),
    },
    "migration_resolutions": {"id", "page_id", "run"},
    "migration_pending_references": {"id", "page_id", "since"},
}
#: Tables that tell how a migration went, and not what came of it.
LEFT_OUT = {"migration_pages", "migration_failed_attempts", "django_migrations"}


def tables(db: psycopg.Connection[Any]) -> list[str]:
    rows = db.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    return [name for (name,) in rows if name not in LEFT_OUT]


def dump(db: psycopg.Connection[Any]) -> dict[str, list[str]]:
    """Every row of every table as text, ordered, without the volatile columns."""
    result = {}
    for table in tables(db):
        gone = sorted(VOLATILE.get(table, set()))
        rows = db.execute(
            sql.SQL("SELECT (to_jsonb(t) - %s::text[])::text AS r FROM {} t ORDER BY r").format(sql.Identifier(table)),
            [gone],
        ).fetchall()
        result[table] = [row for (row,) in rows]
    return result


def differences(one: dict[str, list[str]], other: dict[str, list[str]]) -> dict[str, tuple[int, int]]:
    """Tables whose content differs, with the number of rows that only one side has."""
    return {
        table: (
            len(set(one.get(table, [])) - set(other.get(table, []))),
            len(set(other.get(table, [])) - set(one.get(table, []))),
        )
        for table in {*one, *other}
        if one.get(table) != other.get(table)
    }


def manifest(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def failed(db: psycopg.Connection[Any]) -> set[tuple[str, str, str, str]]:
    """(entity, legacy id, stage, code) of every open failed record."""
    return set(
        db.execute(
            "SELECT entity, legacy_id, stage, code FROM migration_failed_records WHERE state = 'open'"
        ).fetchall()
    )


def resolved(db: psycopg.Connection[Any]) -> set[tuple[str, str, str, str]]:
    """(entity, legacy id, field, code) of every resolution."""
    rows = db.execute("SELECT entity, legacy_id, field, rule FROM migration_resolutions").fetchall()
    return {(entity, legacy_id, field, rule.partition(": ")[2]) for entity, legacy_id, field, rule in rows}
