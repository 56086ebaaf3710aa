"""Pictures of both schemas: what a run found is kept, so that a later one can say in words what has changed."""

from __future__ import annotations

from collections.abc import Collection

from django.db import OperationalError

from catalog.registry import specs
from legacy.schema import Live, digest, live_schema
from runs import sql
from runs.models import SchemaPicture

Side = SchemaPicture.Side

#: Table → column → its type and nullability in words.
Tables = dict[str, dict[str, str]]


def live(side: SchemaPicture.Side, tables: Collection[str] | None = None) -> Live:
    """One side's tables as they are. Default: all of the legacy side, those of the target that entities fill."""
    if side == Side.LEGACY:
        return live_schema(tables=tables)
    return live_schema(sql.ALIAS, {spec.target._meta.db_table for spec in specs()} if tables is None else tables)


def take() -> dict[SchemaPicture.Side, str]:
    """Keeps a picture of each side that answers, once for each fingerprint. Returns the fingerprints.

    What needs a side finds out by itself that it does not answer; an undo does without the legacy database.
    """
    found = {}
    for side in Side:
        try:
            tables = live(side)
        except OperationalError:
            continue
        found[side] = digest(tables)
        SchemaPicture.objects.get_or_create(side=side, fingerprint=found[side], defaults={"tables": in_words(tables)})
    return found


def in_words(tables: Live) -> Tables:
    """As a picture holds it."""
    return {
        table: {name: f"{column.type}{'' if column.nullable else ' NOT NULL'}" for name, column in columns.items()}
        for table, columns in tables.items()
    }
