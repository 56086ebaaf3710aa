"""What the columns of a target table are like as a whole, over the rows that we created. Only reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg import sql
from psycopg.sql import Identifier

from catalog.declare import Spec
from legacy.profile import Measure
from runs.sql import FAILED, MAPPINGS, RESOLUTIONS, _fetch

_MEASURES = {
    Measure.FILLED: "count({})",
    Measure.DISTINCT: "count(DISTINCT {})",
    Measure.LEAST: "min({})",
    Measure.GREATEST: "max({})",
    Measure.SHORTEST: "min(length({}))",
    Measure.LONGEST: "max(length({}))",
}


def measured(spec: Spec, wanted: Sequence[tuple[str, Measure]]) -> tuple[int, list[Any]]:
    """(number of the entity's created rows, the (field, measure) pairs over them)."""
    parts: list[sql.Composable] = [sql.SQL("count(*)")]
    parts += [sql.SQL(_MEASURES[measure]).format(Identifier("t", spec.column(name))) for name, measure in wanted]
    rows, *found = _fetch(sql.SQL("SELECT {} {}").format(sql.SQL(", ").join(parts), _created(spec)), [spec.name])[0]
    return rows, found


def frequencies(spec: Spec, name: str) -> dict[Any, int]:
    """Each value of a field, NULL too → its number of created rows. For fields of few values."""
    column = Identifier("t", spec.column(name))
    statement = sql.SQL("SELECT {}, count(*) {} GROUP BY 1").format(column, _created(spec))
    return dict(_fetch(statement, [spec.name]))  # type: ignore[arg-type]


def not_created(entity: str, most: int) -> list[str] | None:
    """Legacy ids of rows that we did not create: failed, dismissed or matched; None if there are more than `most`."""
    statement = sql.SQL(
        """
        SELECT legacy_id FROM {} WHERE entity = %(entity)s AND state IN ('open', 'dismissed')
        UNION SELECT legacy_id FROM {} WHERE entity = %(entity)s AND outcome <> 'created' LIMIT %(most)s
        """
    ).format(FAILED, MAPPINGS)
    found = [legacy_id for (legacy_id,) in _fetch(statement, {"entity": entity, "most": most + 1})]
    return found if len(found) <= most else None


def resolved_fields(entity: str) -> dict[str, bool]:
    """Fields with resolutions → whether some of these are corrections by staff."""
    statement = sql.SQL("SELECT field, bool_or(rule LIKE 'correction%%') FROM {} WHERE entity = %s GROUP BY 1")
    return dict(_fetch(statement.format(RESOLUTIONS), [entity]))  # type: ignore[arg-type]


def _created(spec: Spec) -> sql.Composed:
    meta = spec.target._meta
    return sql.SQL("FROM {} m JOIN {} t ON t.{} = m.target_id WHERE m.entity = %s AND m.outcome = 'created'").format(
        MAPPINGS, Identifier(meta.db_table), Identifier(str(meta.pk.column))
    )
