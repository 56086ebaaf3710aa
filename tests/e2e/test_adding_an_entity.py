"""docs/adding-an-entity.md, followed to the letter in a copy of the project: four new files, nothing else changed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.installation import ROOT, Installation, create

PARTS = ("catalog", "legacy", "migrator_site", "runs", "tests", "docs", "manage.py", "pyproject.toml")
MIRROR, TARGET, DECLARATION, TEST = (
    "legacy/models/shipments.py",
    "catalog/target/models/shipments.py",
    "catalog/entities/business/shipments.py",
    "tests/catalog/entities/test_shipments.py",
)
TABLE = """
    CREATE TABLE dispatch_shipment (
        id integer PRIMARY KEY, instruction_id integer, carrier smallint, tracking varchar(64), price numeric(12, 2),
        shipped_at timestamptz, label text
    )
"""
#: One for each order that was migrated, and one for an order that there never was.
ROWS = """
    INSERT INTO dispatch_shipment SELECT id, id, id %% 3 + 1, ' T' || id, 9.5, now(), 'picture'
    FROM dispatch_instruction WHERE id = ANY (%s) UNION ALL SELECT 2147483647, 2147483647, 1, NULL, NULL, NULL, NULL
"""


@pytest.fixture(scope="module")
def shop(blank: Installation, install: Callable[..., Installation]) -> Installation:
    """An installation in which the orders are migrated, and a new table has turned up in the legacy database."""
    made = install(legacy=create("shop", blank.legacy))
    made.migrate("profiles", "offices", "doctors", "patients", "courses", "orders")
    with made.connection("target") as db:
        known = [int(key) for (key,) in db.execute("SELECT legacy_id FROM migration_mappings WHERE entity = 'orders'")]
    with made.connection("legacy") as db:
        db.execute(TABLE)
        db.execute(ROWS, [known])
    made.report = {"orders": len(known)}
    return made


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("project")
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, home / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / part, home / part)
    return home


def told(copy: Path, shop: Installation, *command: str) -> tuple[int, str]:
    """(exit code, everything printed) of a command in the copy of the project."""
    done = subprocess.run(
        [sys.executable, *command], cwd=copy, env=shop.environ, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    return done.returncode, done.stdout + done.stderr


def test_the_walk_through(copy: Path, shop: Installation):
    text = (copy / "docs/adding-an-entity.md").read_text(encoding="utf-8")
    files = dict(re.findall(r"<!-- file: (\S+) -->\n```python\n(.*?)```", text, re.DOTALL))
    assert list(files) == [MIRROR, TARGET, DECLARATION, TEST]

    def manage(*arguments: str) -> tuple[int, str]:
        return told(copy, shop, "manage.py", *arguments)

    def write(path: str) -> None:
        assert not (copy / path).exists()
        (copy / path).write_text(files[path], encoding="utf-8")

    code, words = manage("coverage")
    assert (code, "Table dispatch_shipment has no mirror" in words) == (2, True), words
    assert "catalog.W061" in manage("check", "--database", "legacy")[1]
    write(MIRROR)
    assert "dispatch_shipment: (catalog.E034)" in manage("check")[1]
    write(TARGET)
    assert "shipments: (catalog.E036)" in manage("check")[1]
    write(DECLARATION)
    code, words = manage("check")
    assert (code, re.findall(r"catalog\.\w+", words)) == (0, ["catalog.W006", "catalog.W037"]), words
    write(TEST)
    assert manage("makemigrations", "target")[0] == 0
    assert "no issues" in manage("check")[1]
    assert manage("migrate", "--database", "target")[0] == 0
    code, words = told(copy, shop, "-m", "pytest", "-q", TEST, "tests/legacy/test_models.py")
    assert code == 0, words
    code, words = manage("migrate_entity", "shipments")
    assert code == 2, words
    assert "missing_parent" in words
    assert manage("coverage")[0] == 0
    with shop.connection("target") as db:
        (arrived,) = db.execute("SELECT count(*) FROM shipments JOIN orders ON orders.id = order_id").fetchall()
    assert arrived == (shop.report["orders"],)


@pytest.mark.parametrize(
    ("forgotten", "said"),
    [
        (
            TARGET,
            "(catalog.E001) The module cannot be imported. ModuleNotFoundError: No module named ",
        ),
        (DECLARATION, "dispatch_shipment: (catalog.E034)"),
        (TEST, "Write tests/catalog/entities/test_shipments.py"),
    ],
)
def test_what_is_forgotten_is_named(forgotten: str, said: str, copy: Path, shop: Installation):
    kept = (copy / forgotten).rename(copy / "kept.txt")
    try:
        assert said in told(copy, shop, "manage.py", "check")[1]
    finally:
        kept.rename(copy / forgotten)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("    script=44,\n", "'script'"),
        ('    cost = Column("price", money)\n', "(catalog.E011) The field cost of Shipment"),
        ("left_behind", "(catalog.E033) No entity reads label"),
    ],
)
def test_a_forgotten_line_is_named(line: str, said: str, copy: Path, shop: Installation):
    path = copy / DECLARATION
    text = path.read_text(encoding="utf-8")
    try:
        path.write_text(re.sub(r"    left_behind=.*\n", "", text) if line == "left_behind" else text.replace(line, ""))
        assert said in told(copy, shop, "manage.py", "check")[1]
    finally:
        path.write_text(text, encoding="utf-8")
