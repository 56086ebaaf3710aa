"""The hand-written statements over failed records and their attempts. See `runs.sql` for the rules.

A failed record says what the latest attempt that stands said; an attempt stands until its run is taken back.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from psycopg import sql
from psycopg.sql import Identifier

from runs.ledger.models import FailedAttempt
from runs.sql import FAILED, _execute, _fetch, _list
from runs.sql_edges import ROWS
from runs.sql_undo_set import Choice

ATTEMPTS = Identifier(FailedAttempt._meta.db_table)

ROW = ("entity", "legacy_id")
#: What an attempt tells of the failure.
FACTS = (*("stage", "code", "field", "constraint", "message", "fingerprint"), *("run", "entity_run", "page_id"))


def has_unsettled(entity: str) -> bool:
    """Whether there is a failed record that the arrival of its row would close."""
    statement = sql.SQL("SELECT EXISTS (SELECT FROM {} WHERE entity = %s AND state IN ('open', 'dismissed'))")
    return bool(_fetch(statement.format(FAILED), [entity])[0][0])


def save(failures: Sequence[dict[str, Any]]) -> None:
    """An attempt for each failure, and the failed record of its row.

    What was dismissed stays so if it fails again for the same cause; for another one it is open again.
    """
    statement = sql.SQL(
        """
        WITH found AS (
            SELECT {all}, source FROM jsonb_populate_recordset(NULL::{failed}, %s)
        ), tried AS (
            INSERT INTO {attempts} ({all}, at, undone) SELECT {all}, now(), false FROM found
        )
        INSERT INTO {failed} AS old ({all}, source, state, attempts, first_failed_at, last_failed_at, assignee)
        SELECT {all}, source, 'open', 1, now(), now(), '' FROM found
        ON CONFLICT (entity, legacy_id) DO UPDATE
        SET ({facts}, source) = ({new}, excluded.source), closed_by = NULL, last_failed_at = now(),
            attempts = CASE WHEN old.state = 'undone' THEN 1 ELSE old.attempts + 1 END,
            state = CASE WHEN old.state = 'dismissed' AND old.fingerprint = excluded.fingerprint
                         THEN 'dismissed' ELSE 'open' END
        """
    ).format(
        failed=FAILED,
        attempts=ATTEMPTS,
        all=_list(ROW + FACTS),
        facts=_list(FACTS),
        new=sql.SQL(", ").join(Identifier("excluded", name) for name in FACTS),
    )
    _execute(statement, [json.dumps(failures, cls=DjangoJSONEncoder)])


def close(entity: str, legacy_ids: Collection[str], run: int) -> int:
    """Closes the failed records of rows that arrived with this run."""
    statement = sql.SQL(
        "UPDATE {} SET state = 'closed', closed_by = %s"
        " WHERE entity = %s AND legacy_id = ANY (%s) AND state IN ('open', 'dismissed')"
    ).format(FAILED)
    return _execute(statement, [run, entity, list(legacy_ids)])


def groups(entity_run: Any) -> list[tuple[Any, ...]]:
    """(stage, code, field, constraint, message, rows) of an entity run's failures, most rows first."""
    statement = sql.SQL(
        'SELECT stage, code, field, "constraint", min(message), count(*) FROM {}'
        " WHERE entity_run = %s AND NOT undone GROUP BY 1, 2, 3, 4 ORDER BY 6 DESC, 1, 2, 3, 4"
    ).format(ATTEMPTS)
    return _fetch(statement, [entity_run])


def tried(entity_run: Any) -> int:
    """Rows that failed in an entity run, also those whose attempts were taken back."""
    return int(_fetch(sql.SQL("SELECT count(*) FROM {} WHERE entity_run = %s").format(ATTEMPTS), [entity_run])[0][0])


# Taking back -----------------------------------------------------------------------------------------------


def _chosen(choice: Choice) -> sql.Composed:
    """Whether an attempt a is one of the choice. Parameters: those of the choice."""
    legacy_id = sql.SQL("split_part(a.legacy_id, ':', 1)" if choice.parts else "a.legacy_id")
    return sql.SQL(
        "a.entity = %(entity)s AND (%(entity_runs)s::uuid[] IS NULL OR a.entity_run = ANY (%(entity_runs)s::uuid[]))"
        " AND (%(ids)s::text[] IS NULL OR {} = ANY (%(ids)s::text[]))"
    ).format(legacy_id)


def count_undone(choice: Choice) -> int:
    """Failed records that will have no attempt left that stands, once those of the choice are taken back."""
    statement = sql.SQL(
        """
        SELECT count(*) FROM {failed} f WHERE f.entity = %(entity)s AND f.state <> 'undone'
        AND EXISTS (SELECT FROM {attempts} a WHERE {chosen} AND a.legacy_id = f.legacy_id AND NOT a.undone)
        AND NOT EXISTS (
            SELECT FROM {attempts} a WHERE a.entity = f.entity AND a.legacy_id = f.legacy_id
            AND NOT a.undone AND NOT ({chosen})
        )
        """
    ).format(failed=FAILED, attempts=ATTEMPTS, chosen=_chosen(choice))
    return int(_fetch(statement, choice.params)[0][0])


def undo(choice: Choice) -> None:
    """The attempts of the choice do not stand any more; each record says what the latest one that does said."""
    undone = sql.SQL("UPDATE {} a SET undone = true WHERE {} AND NOT a.undone RETURNING a.legacy_id")
    rows = _fetch(undone.format(ATTEMPTS, _chosen(choice)), choice.params)
    recompute(choice.entity, [legacy_id for (legacy_id,) in rows])


def recompute(entity: str, legacy_ids: Collection[str]) -> None:
    """Failed records of these rows, from the attempts that stand; without any the record is undone."""
    statement = sql.SQL(
        """
        UPDATE {failed} f
        SET ({facts}) = ({latest}), attempts = l.number, last_failed_at = l.at
        FROM (
            SELECT DISTINCT ON (a.legacy_id) a.*, count(*) OVER (PARTITION BY a.legacy_id) AS number
            FROM {attempts} a WHERE a.entity = %(entity)s AND a.legacy_id = ANY (%(ids)s) AND NOT a.undone
            ORDER BY a.legacy_id, a.id DESC
        ) l
        WHERE f.entity = %(entity)s AND f.legacy_id = l.legacy_id
        """
    ).format(
        failed=FAILED,
        attempts=ATTEMPTS,
        facts=_list(FACTS),
        latest=sql.SQL(", ").join(Identifier("l", name) for name in FACTS),
    )
    none_left = sql.SQL(
        """
        UPDATE {failed} f SET state = 'undone', closed_by = NULL
        WHERE f.entity = %(entity)s AND f.legacy_id = ANY (%(ids)s) AND NOT EXISTS (
            SELECT FROM {attempts} a WHERE a.entity = f.entity AND a.legacy_id = f.legacy_id AND NOT a.undone
        )
        """
    ).format(failed=FAILED, attempts=ATTEMPTS)
    params = {"entity": entity, "ids": list(legacy_ids)}
    _execute(statement, params)
    _execute(none_left, params)


def to_reopen(entity: str) -> int:
    """Closed records of the entity's rows in the set of an undo that are to go."""
    statement = sql.SQL(
        "SELECT count(*) FROM {failed} f WHERE f.entity = %(entity)s AND f.state = 'closed' AND EXISTS ("
        "SELECT FROM {rows} x WHERE x.entity = f.entity AND x.legacy_id = f.legacy_id AND x.fate <> 'keep')"
    ).format(failed=FAILED, rows=ROWS)
    return int(_fetch(statement, {"entity": entity})[0][0])
