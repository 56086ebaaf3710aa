"""Builds the demo database in one transaction: tables, sound rows, defects, manifest, marker."""

import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from legacy.demo import (
    business,
    clinical,
    communications,
    files,
    manifest,
    people,
    plans,
    reference,
    settings,
    tasks,
    technical,
    templates,
)
from legacy.demo.store import DemoError, Store
from legacy.demo.world import World

#: In this order, because later tables refer to earlier ones.
GENERATORS: tuple[Callable[[World], None], ...] = (
    reference.groups_and_permissions,
    reference.courses_and_products,
    people.offices,
    people.users,
    settings.settings,
    reference.categories,
    reference.roles,
    reference.organisation,
    reference.partners,
    templates.templates,
    clinical.patients,
    clinical.plan_orders,
    clinical.orders,
    plans.projects_and_plans,
    communications.records,
    files.files,
    business.purchase_orders,
    tasks.tasks,
    communications.conversations,
    communications.notifications,
    business.prices,
    business.payments,
    technical.tables,
)


@dataclass(frozen=True)
class Summary:
    """What stands: rows by table, manifest lines by kind of defect, seconds it took, and whether it was built anew."""

    rows: dict[str, int]
    defects: dict[str, int]
    seconds: float
    rebuilt: bool


def build(
    target: str | psycopg.Connection[Any], *, scale: float, seed: int, manifest_path: Path, force: bool = False
) -> Summary:
    """Build the demo database at `target` and write its manifest; leave both alone if they already stand as asked.

    `target` is a DSN or a writable connection; the tables go into its current schema. Raises DemoError when that
    schema holds a legacy table which was not made here.
    """
    if not 0 < scale <= 2:
        raise DemoError(f"--scale must lie above 0 and at most at 2, not {scale}.")
    begun = time.monotonic()
    with _opened(target) as connection:
        store = Store(connection)
        facts = {"scale": scale, "seed": seed, "made_by": store.fingerprint()}
        with connection.transaction():
            # Only in one schema: a table of the same name further along the path is somebody else's.
            store.run("SELECT set_config('search_path', quote_ident(current_schema()), true)")
            store.run("SELECT pg_advisory_xact_lock(hashtext('demo legacy'))")
            store.refuse_strangers()
            wanted = facts | {"manifest": _digest(manifest_path)}
            rebuild = force or store.standing() != wanted
            if rebuild:
                _rebuild(store, facts, manifest_path)
            rows = store.rows_by_table()
    if rebuild:
        _part(manifest_path).replace(manifest_path)
    return Summary(rows, _kinds(manifest_path), time.monotonic() - begun, rebuild)


def _rebuild(store: Store, facts: dict[str, Any], manifest_path: Path) -> None:
    store.create()
    world = World(store, int(facts["seed"]), float(facts["scale"]))
    for generate in GENERATORS:
        generate(world)
    store.index()
    lines = manifest.plant_and_foresee(world)
    store.finish()
    manifest_path.parent.mkdir(parents=True, exist_ok=True)
    part = _part(manifest_path)
    part.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    store.mark(facts | {"manifest": _digest(part)})


@contextmanager
def _opened(target: str | psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any]]:
    """The connection as given, or one of our own that is closed at the end."""
    if isinstance(target, psycopg.Connection):
        yield target
        return
    with psycopg.connect(target, autocommit=True) as connection:
        connection.execute("SET TIME ZONE 'UTC'")
        connection.execute("SET default_transaction_read_only = off")
        yield connection


def _part(path: Path) -> Path:
    return path.with_name(path.name + ".part")


def _digest(path: Path) -> str:
    """The digest of the manifest, so that a manifest of another build is not taken for this one's."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def _kinds(path: Path) -> dict[str, int]:
    with path.open(encoding="utf-8") as lines:
        return dict(sorted(Counter(json.loads(line)["kind"] for line in lines).items()))
