"""Making the tests' databases: migrated once per state of the schema, then copied for each run."""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import fasteners
import psutil
import psycopg
from django.apps import apps
from django.conf import settings
from django.db import connections
from django.test.utils import setup_databases
from psycopg import sql

from migrator_site.databases import READ_ONLY
from migrator_site.embedded import PLAIN
from tests.settings import HOME

ROOT = Path(__file__).resolve().parent.parent
#: The files that decide what an empty database holds after `migrate`.
SCHEMA = (
    "requirements.txt",
    "*/migrations/*.py",
    "*/*/migrations/*.py",
    "legacy/models/*.py",
    "*/models.py",
    "*/models/*.py",
    "*/*/models/*.py",
    "runs/roles.py",
    "*/*.csv",
)


def plain_connection(dbname: str) -> psycopg.Connection[Any]:
    """A writable connection of psycopg's own, in autocommit, to a database of the tests' cluster."""
    place = settings.EMBEDDED_SERVER.settings(dbname)
    return psycopg.connect(
        host=place["HOST"], port=place["PORT"], user=place["USER"], dbname=dbname, autocommit=True, **PLAIN
    )


@contextmanager
def writable_legacy() -> Iterator[None]:
    """The alias `legacy` may write meanwhile: for making and dropping its test database only."""
    connection = connections["legacy"]
    options = connection.settings_dict["OPTIONS"]
    given = options["options"]
    connection.close()
    options["options"] = given.replace(READ_ONLY, "")
    yield
    connection.close()
    options["options"] = given


def make_databases() -> Any:
    """The three databases under names of this run's own; returns what `teardown_databases` wants."""
    settings.EMBEDDED_SERVER.ensure([])
    templates = template_names()
    # Of several test processes that begin at once, one makes the templates and the others wait.
    with fasteners.InterProcessLock(HOME / ".templates"):
        return _make(templates)


def _make(templates: dict[str, str]) -> Any:
    with plain_connection("postgres") as db:
        ready = set(templates.values()) <= _tidy(db, set(templates.values()))
    for alias, name in settings.EMBEDDED_DATABASES.items():
        test = connections[alias].settings_dict["TEST"]
        test["NAME"] = f"test_{name}_{os.getpid()}"
        test["TEMPLATE"] = templates[alias] if ready else None
    with writable_legacy():
        made = setup_databases(verbosity=0, interactive=False, serialized_aliases=set())
        if not ready:
            _make_legacy_tables()
            _keep_as_templates(templates)
    return made


def template_names() -> dict[str, str]:
    """For each alias the database that `make_databases` leaves behind to be copied: migrated, and empty."""
    return {alias: f"template_{alias}_{_digest()}" for alias in settings.EMBEDDED_DATABASES}


def _digest() -> str:
    found = sorted(path for pattern in SCHEMA for path in ROOT.glob(pattern) if not path.is_relative_to(ROOT / ".venv"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in found)).hexdigest()[:12]


def _tidy(db: psycopg.Connection[Any], wanted: set[str]) -> set[str]:
    """Drop the databases of killed runs and the templates of other schemas; return what there is."""
    names = {name for (name,) in db.execute("SELECT datname FROM pg_database").fetchall()}
    killed = {
        name
        for name in names
        if re.fullmatch(r"test_.*_\d+", name) and not psutil.pid_exists(int(name.rpartition("_")[2]))
    }
    outdated = {name for name in names if name.startswith("template_")} - wanted
    for name in killed | outdated:
        with suppress(psycopg.errors.ObjectInUse):
            db.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
    return names


def _make_legacy_tables() -> None:
    """The tables of the mirrors, which Django itself never makes."""
    with connections["legacy"].schema_editor() as editor:
        for model in apps.get_app_config("legacy").get_models():
            editor.create_model(model)


def _keep_as_templates(templates: dict[str, str]) -> None:
    connections.close_all()  # a database that somebody uses cannot be copied
    with plain_connection("postgres") as db:
        for alias, template in templates.items():
            source = connections[alias].settings_dict["NAME"]
            copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(template), sql.Identifier(source))
            with suppress(psycopg.errors.DuplicateDatabase):  # by another test run
                db.execute(copy)
