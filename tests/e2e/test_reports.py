"""The report of a whole migration: its figures are those of plain SQL over both databases."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from psycopg import sql
from psycopg.sql import Identifier

from tests.e2e.installation import Installation


def test_the_figures_are_those_of_plain_sql(migrated: Installation, tmp_path: Path):
    file = tmp_path / "report.json"
    done = migrated.manage("migration_report", "--format", "json", "--output", str(file))
    assert done.returncode == 0, done.stderr
    figures = json.loads(file.read_text())["figures"]
    with migrated.connection("target") as target, migrated.connection("legacy") as legacy:

        def counted(statement: str) -> dict[str, int]:
            return dict(target.execute(statement).fetchall())

        arrived = counted("SELECT entity, count(*) FROM migration_mappings GROUP BY 1")
        failed = counted("SELECT entity, count(*) FROM migration_failed_records WHERE state = 'open' GROUP BY 1")
        waiting = counted("SELECT entity, count(DISTINCT legacy_id) FROM migration_pending_references GROUP BY 1")
        entities = {one["entity"]: one for one in figures["entities"]}
        assert {name: one["terms"]["arrived"] for name, one in entities.items() if one["terms"]["arrived"]} == arrived
        assert {name: one["terms"]["failed"] for name, one in entities.items() if one["terms"]["failed"]} == failed
        assert {name: one["waiting"] for name, one in entities.items() if one["waiting"]} == waiting
        assert not [name for name, one in entities.items() if one["terms"]["not yet"] or one["terms"]["dismissed"]]

        whole = sum(arrived.values()) + sum(failed.values())
        part = sum(arrived.values()) - sum(waiting.values())
        success = figures["total"]["success"]
        assert (success["part"], success["whole"]) == (part, whole)
        assert abs(Decimal(success["percent"]) - Decimal(100) * part / whole) <= Decimal("0.005")
        assert sum(one["rows"] for one in figures["failures"]) == sum(failed.values())
        assert figures["progress"][-1]["rows"] == sum(arrived.values())

        assert len(figures["money"]) >= 14
        for one in figures["money"]:
            table, column = one["column"].split(".")
            assert Decimal(one["in_scope"]) == total(legacy, table, column), one["column"]
            assert Decimal(one["target"]) == total(target, one["entity"], one["field"]), one["field"]
            assert one["difference"] == "0.00"
    checked = migrated.manage("migration_report", "--check", str(file))
    assert checked.returncode == 0, checked.stderr


def total(db: Any, table: str, column: str) -> Decimal:
    statement = sql.SQL("SELECT sum({}) FROM {}").format(Identifier(column), Identifier(table))
    return db.execute(statement).fetchone()[0] or Decimal(0)
