"""One demo legacy database and one migrated schema for all end-to-end tests; each gets databases of its own."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.databases import plain_connection, template_names
from tests.e2e.installation import Installation, create, database

#: `make prove SCALE=1` asks for the size of the original.
SCALE = os.environ.get("E2E_SCALE", "0.02")


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("e2e")


@pytest.fixture(scope="session")
def blank(django_db_setup: None, data_dir: Path) -> Iterator[Installation]:
    """An installation with the demo's legacy database and empty tables: others are made from it."""
    empty = template_names()
    made = Installation(
        create("control", empty["default"]), create("legacy"), create("target", empty["target"]), data_dir
    )
    done = made.manage("build_demo_legacy", "--scale", SCALE, "--seed", "1", "--yes-overwrite")
    assert done.returncode == 0, done.stderr
    yield made
    with plain_connection("postgres") as db:
        names = db.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [database("%")]).fetchall()
        for (name,) in names:
            db.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def install(blank: Installation) -> Callable[..., Installation]:
    """Makes an installation whose control and target databases are empty; the legacy one is shared."""
    numbers = itertools.count(1)

    def make(**options: Any) -> Installation:
        number = next(numbers)
        return Installation(
            create(f"control{number}", blank.default),
            options.pop("legacy", None) or blank.legacy,
            create(f"target{number}", blank.target),
            blank.data_dir,
            **options,
        )

    return make


@pytest.fixture(scope="session")
def migrated(install: Callable[..., Installation]) -> Installation:
    """Everything migrated without any disturbance: what other ways of getting there are compared with."""
    made = install()
    made.report = made.migrate("--all")
    return made
