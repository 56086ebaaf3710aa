"""Who competes. Each runs in a process of its own, so that its processor time and its memory are its own."""

from __future__ import annotations

import json
import sys
import uuid
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, LiteralString

from django.conf import settings
from django.db import connections, transaction
from psycopg import sql

from catalog.registry import spec
from catalog.target.models import Task
from catalog.target.models.codes import TaskStatus
from legacy.models import Task as LegacyTask
from runs import services
from runs.engine.record import MAPPING_COLUMNS
from runs.ledger.models import Mapping, Outcome, Page
from runs.states import State

PAGE = services.LARGEST
#: What is written for each row: table → columns.
TABLES = {
    "tasks": [field.column for field in Task._meta.concrete_fields],
    "migration_mappings": list(MAPPING_COLUMNS),
}
#: The ready-made rows of the yardstick, in COPY's text format, and the length of each piece in bytes.
ROWS, LENGTHS = Path("ready.copy"), Path("ready.json")


def engine(data: Path) -> None:
    """The product: a run of the entity `tasks` with everything that belongs to it."""
    run = services.start([spec("tasks")], services.Options(batch_size=PAGE))
    services.execute(run)
    if run.state != State.SUCCEEDED:
        sys.exit(f"The engine's run did not succeed: {run.problem or run.get_state_display()}")


def yardstick(data: Path) -> None:
    """Only the last step: ready-made rows and mappings by COPY, in transactions as large as the engine's pages."""
    statements = [_copy(table, "FROM STDIN") for table in TABLES]
    with open(data / ROWS, "rb") as ready, connections["target"].cursor() as cursor:
        for lengths in json.loads((data / LENGTHS).read_text()):
            with transaction.atomic(using="target"):
                for statement, length in zip(statements, lengths, strict=True):
                    with cursor.copy(statement) as copy:
                        copy.write(ready.read(length))


def keep_ready_made(data: Path) -> None:
    """Writes the yardstick's file from a target that the engine has filled: rows, then mappings, of each page."""
    pages = Page.objects.filter(entity="tasks", created__gt=0).order_by("number").values_list("pk", flat=True)
    with open(data / ROWS, "wb") as ready, connections["target"].cursor() as cursor:
        lengths = [[_dump(cursor, table, page, ready) for table in TABLES] for page in pages]
    (data / LENGTHS).write_text(json.dumps(lengths))


def _dump(cursor: Any, table: str, page: int, ready: BinaryIO) -> int:
    names = sql.SQL(", ").join(sql.Identifier(table, column) for column in TABLES[table])
    rows = sql.SQL(
        "SELECT {} FROM migration_mappings JOIN tasks ON tasks.id = target_id WHERE page_id = {} "
        "ORDER BY migration_mappings.id"
    ).format(names, sql.Literal(page))
    with cursor.copy(sql.SQL("COPY ({}) TO STDOUT").format(rows)) as copy:
        return sum(ready.write(block) for block in copy)


def _copy(table: str, direction: LiteralString) -> sql.Composed:
    columns = sql.SQL(", ").join(map(sql.Identifier, TABLES[table]))
    return sql.SQL("COPY {} ({}) " + direction).format(sql.Identifier(table), columns)


def handwritten(data: Path) -> None:
    """A good script of the usual kind: iterator, mappings in dictionaries, bulk_create, transactions.

    It records no failures, no checkpoints and no digests: one bad row stops it.
    """
    known = {entity: _mapped(entity) for entity in ("orders", "templates", "profiles")}
    with transaction.atomic(using="legacy"):
        rows = LegacyTask.objects.select_related("plan").order_by("pk").iterator(chunk_size=PAGE)
        while chunk := list(islice(rows, 1000)):
            tasks = [_task(row, known) for row in chunk]
            mappings = [
                Mapping(entity="tasks", legacy_id=str(row.pk), target_id=task.pk, outcome=Outcome.CREATED, page_id=0)
                for row, task in zip(chunk, tasks, strict=True)
            ]
            with transaction.atomic(using="target"):
                Task.objects.bulk_create(tasks, batch_size=1000)
                Mapping.objects.bulk_create(mappings, batch_size=1000)


def _mapped(entity: str) -> dict[str, uuid.UUID]:
    return dict(Mapping.objects.filter(entity=entity).values_list("legacy_id", "target_id"))


def _task(row: LegacyTask, known: dict[str, dict[str, uuid.UUID]]) -> Task:
    status = TaskStatus.PENDING
    if row.done_at is not None:
        status = TaskStatus.COMPLETED if row.checked else TaskStatus.IN_PROGRESS
    return Task(
        id=uuid.uuid5(settings.UUID_NAMESPACE, f"tasks:{row.pk}"),
        order_id=known["orders"][str(row.instruction_id or row.plan.instruction_id)],
        template_id=known["templates"].get(str(row.template_id)),
        assigned_to_id=known["profiles"].get(str(row.actor_id)),
        status=status,
        is_checked=row.checked,
        done_at=row.done_at,
        description=row.text if row.text and row.text.strip() else None,
        jaw_code=row.jaw,
    )


CONTENDERS: dict[str, Callable[[Path], None]] = {"yardstick": yardstick, "engine": engine, "handwritten": handwritten}
