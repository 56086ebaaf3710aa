"""The databases of the benchmark: N legacy tasks whose parents are in the target already, made by SQL."""

from __future__ import annotations

import contextlib
import uuid
from typing import Any, LiteralString

import psutil
import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql
from psycopg.sql import Identifier

from legacy.demo.store import Store
from migrator_site.embedded import PLAIN, Server
from runs.ledger.models import Page

#: The target as every contender finds it, copied afresh for each of them.
READY = "target_ready"
NAMES = list(settings.EMBEDDED_DATABASES.values())
#: As in the laboratory of the demo: 33 tasks to an order, 152 templates, 31 technicians.
TASKS_PER_ORDER, TEMPLATES, TECHNICIANS = 33, 152, 31
#: Entities that tasks may refer to and these tasks do not: read to their end, and nothing was there.
EMPTY = ("treatment_plans", "purchase_orders", "files")

LEGACY_TASKS: LiteralString = """
    INSERT INTO dispatch_task (id, checked, template_id, done_at, text, instruction_id, actor_id, jaw)
    SELECT i, i %% 10 < 8, 1 + i %% %(templates)s,
           CASE WHEN i %% 10 < 9 THEN timestamptz '2019-01-01 08:00+00' + i * interval '257 s' END,
           CASE i %% 20 WHEN 0 THEN 'Bitte bis Freitag prüfen: bracket ' || i WHEN 1 THEN 'トレイを確認する'
                        WHEN 2 THEN '' END,
           1 + (i - 1) / %(per_order)s,
           CASE WHEN i %% 12 > 0 THEN 1 + (i * 7) %% %(technicians)s END, i %% 3
    FROM generate_series(1, %(rows)s::int) i
"""

PARENTS: LiteralString = """
    CREATE FUNCTION key_of(entity text, i int) RETURNS uuid LANGUAGE sql AS $$ SELECT md5(entity || i)::uuid $$;
    INSERT INTO profiles (id, profile_type, username, password_hash, is_active, is_staff, is_superuser, joined_at)
    SELECT key_of('profiles', i), 'technician', 'user' || i, '', true, false, false, now()
    FROM generate_series(1, {technicians}) i;
    INSERT INTO templates (id, task_name) SELECT key_of('templates', i), 'Step ' || i
    FROM generate_series(1, {templates}) i;
    INSERT INTO patients (id, profile_id, patient_number) VALUES (key_of('patients', 1), key_of('profiles', 1), '1');
    INSERT INTO orders (id, order_number, patient_id, status)
    SELECT key_of('orders', i), i, key_of('patients', 1), 'shipped' FROM generate_series(1, {orders}) i;
    INSERT INTO migration_mappings (entity, legacy_id, target_id, outcome, page_id, source_hash)
    SELECT entity, i, key_of(entity, i), 'created', 0, md5(i::text)::varchar(16)
    FROM (VALUES ('profiles', {technicians}), ('templates', {templates}), ('orders', {orders})) AS all_of (entity, n),
         generate_series(1, n) i;
    DROP FUNCTION key_of
"""


def server() -> Server:
    assert settings.EMBEDDED_SERVER is not None
    return settings.EMBEDDED_SERVER


def connect(name: str) -> psycopg.Connection[Any]:
    """A writable connection of psycopg's own, in autocommit, to a database of the benchmark's server."""
    place = server().settings(name)
    return psycopg.connect(
        host=place["HOST"], port=place["PORT"], user=place["USER"], dbname=name, autocommit=True, **PLAIN
    )


def build(rows: int) -> None:
    """All databases anew: `rows` legacy tasks, and a target with their parents under the name `READY`."""
    server().ensure([])
    with connect("postgres") as db:
        for name in (*NAMES, READY):
            db.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))
    server().ensure(NAMES)
    for alias in ("default", "target"):
        call_command("migrate", database=alias, verbosity=0)
    with connect(connections["legacy"].settings_dict["NAME"]) as db:
        Store(db).create()
        numbers = {"templates": TEMPLATES, "per_order": TASKS_PER_ORDER, "technicians": TECHNICIANS, "rows": rows}
        db.execute(LEGACY_TASKS, numbers)
        db.execute("VACUUM ANALYZE")
    for number, entity in enumerate(EMPTY):
        Page.objects.create(entity=entity, run=0, entity_run=uuid.UUID(int=number), number=1, final=True)
    connections.close_all()
    target = connections["target"].settings_dict["NAME"]
    with connect(target) as db:
        orders = 1 + (rows - 1) // TASKS_PER_ORDER
        numbers = {"templates": TEMPLATES, "technicians": TECHNICIANS, "orders": orders}
        db.execute(sql.SQL(PARENTS).format(**{name: sql.Literal(number) for name, number in numbers.items()}))
        db.execute("VACUUM (FREEZE, ANALYZE)")
    with connect("postgres") as db:
        db.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(target), Identifier(READY)))


def reset() -> None:
    """The target as it was before the first task; everything is on the disk."""
    target = Identifier(connections["target"].settings_dict["NAME"])
    with connect("postgres") as db:
        db.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(target))
        db.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(target, Identifier(READY)))
        db.execute("CHECKPOINT")


def outcome() -> tuple[int, int, str]:
    """Target rows, their mappings, and a digest of every value of the rows: equal for equal work."""
    with connect(connections["target"].settings_dict["NAME"]) as db:
        found = db.execute(
            """
            SELECT (SELECT count(*) FROM tasks),
                   (SELECT count(*) FROM migration_mappings m JOIN tasks t ON t.id = target_id WHERE entity = 'tasks'),
                   (SELECT md5(string_agg(md5(t::text), '' ORDER BY id)) FROM tasks t)
            """
        ).fetchone()
    assert found is not None
    return found


def version() -> str:
    with connect("postgres") as db:
        return f"{db.info.server_version // 10000}.{db.info.server_version % 10000}"


def processor_seconds() -> float:
    """What all processes of the server have used since it started, those that have ended included."""
    pid = server().status().pid
    assert pid is not None
    postmaster = psutil.Process(pid)
    ended = postmaster.cpu_times()
    used = ended.children_user + ended.children_system
    for process in postmaster.children():
        with contextlib.suppress(psutil.NoSuchProcess):
            used += sum(process.cpu_times()[:2])
    return used
