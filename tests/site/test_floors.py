"""Imports go downwards only: migrator_site → runs → catalog → legacy."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
FLOORS = ("legacy", "catalog", "runs", "migrator_site")
#: They translate input into a service's call, so they may look at the site's own modules.
DOORS = ("admin", "management", "tasks.py")


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module


@pytest.mark.parametrize("floor", FLOORS[:-1])
def test_nothing_imports_from_a_floor_above(floor):
    above = set(FLOORS[FLOORS.index(floor) + 1 :])
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sorted((ROOT / floor).rglob("*.py"))
        for name in imports(path)
        if name.partition(".")[0] in above
        and not (name.startswith("migrator_site") and any(part in DOORS for part in path.parts))
    ]
    assert wrong == []
