"""Whole installations for tests: databases of their own in the tests' cluster, and manage.py as a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from psycopg import sql

from tests.databases import plain_connection

ROOT = Path(__file__).resolve().parents[2]
NAMESPACE = "b0c1c1d4-58f3-4f0a-9a34-6a1a55aa4d11"


def database(label: str) -> str:
    """A name that belongs to this test run and goes away with it."""
    return f"test_e2e_{label}_{os.getpid()}"


def create(label: str, template: str | None = None) -> str:
    name = database(label)
    with plain_connection("postgres") as db:
        db.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        db.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template or "template0")
            )
        )
    return name


@dataclass
class Installation:
    """Three databases, and the environment in which manage.py works on them."""

    default: str
    legacy: str
    target: str
    data_dir: Path
    namespace: str = NAMESPACE
    extra: dict[str, str] = field(default_factory=dict)
    report: dict[str, Any] = field(default_factory=dict)

    @property
    def environ(self) -> dict[str, str]:
        url = settings.EMBEDDED_SERVER.url
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("EMBEDDED", "DJANGO", "PG"))}
        return {
            **kept,
            "DATABASE_URL": url(self.default),
            "LEGACY_DATABASE_URL": url(self.legacy),
            "TARGET_DATABASE_URL": url(self.target),
            "SECRET_KEY": "only-for-tests-but-long-enough-to-be-one-of-fifty-characters",
            "UUID_NAMESPACE": self.namespace,
            "DEBUG": "0",
            "ENV_FILE": os.devnull,
            "DATA_DIR": str(self.data_dir),
            **self.extra,
        }

    def start(self, *args: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "manage.py", *args],
            cwd=ROOT,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def manage(self, *args: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*args)
        out, err = process.communicate()
        return subprocess.CompletedProcess(args, process.returncode, out, err)

    def migrate(self, *args: str, codes: tuple[int, ...] = (0, 2)) -> dict[str, Any]:
        """`migrate_entity ... --json`; the exit code has to be one of `codes`."""
        done = self.manage("migrate_entity", *args, "--json")
        report = json.loads(done.stdout or "{}")
        problems = [f"{e['entity']}: {e['problem']}" for e in report.get("entities", []) if e["problem"]]
        assert done.returncode in codes, f"exit {done.returncode}: {done.stderr} {problems}"
        return report

    @contextmanager
    def connection(self, name: str) -> Iterator[psycopg.Connection[Any]]:
        """A plain, writable connection to `default`, `legacy` or `target`."""
        with plain_connection(getattr(self, name)) as db:
            yield db
