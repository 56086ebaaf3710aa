"""What tests of undo compare, and how they ask for it."""

from __future__ import annotations

from typing import Any

from runs import services
from runs.models import EntityRun, Run
from tests.runs.repairs import execute

TABLES = ("offices", "profiles", "doctors", "courses", "patients", "orders", "categories", "installments")
LEDGER = ("migration_mappings", "migration_resolutions", "migration_pending_references")
#: Surrogate keys, which a second migration numbers afresh.
VOLATILE = "'{id,page_id,run,since}'::text[]"


def dump() -> dict[str, list[tuple[str]]]:
    """All rows of the tables that these tests write, and what the ledger holds about them, ordered."""
    rows = {table: execute(f"SELECT to_jsonb(t)::text FROM {table} t ORDER BY 1") for table in TABLES}
    ledger = {t: execute(f"SELECT (to_jsonb(t) - {VOLATILE})::text FROM {t} t ORDER BY 1") for t in LEDGER}
    return rows | ledger


def undo(run: Run | None = None, *names: str, **options: Any) -> Run:
    """Takes the run back, or these parts of it, in this process; keywords are those of `services.Undo`."""
    wanted = services.Undo(run=run and run.pk, entities=names, **options)
    done = services.execute(services.undo(wanted))
    if run is not None:
        run.refresh_from_db()
    return done


def part(run: Run, entity: str) -> EntityRun:
    return run.entity_runs.get(entity=entity)
