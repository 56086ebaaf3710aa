"""What the source files owe to the architecture: the files are read, not run."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from catalog.registry import specs

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("legacy", "catalog", "runs", "migrator_site")
#: They translate input into a service's call, so they may look at the site's own modules.
DOORS = ("admin", "management", "tasks.py")
ENTITIES = ROOT / "catalog" / "entities"
LONGEST_MODULE, LONGEST_FUNCTION = 300, 50

#: Who queries the legacy database. Others may name the alias, to say which database they mean.
LEGACY_QUERIERS = (
    "legacy/reader.py",
    "legacy/profile.py",
    "legacy/plain.py",
    "legacy/schema.py",
    "legacy/admin.py",
    "legacy/demo/",
    "legacy/management/",
)
#: Who writes statements by hand. Others go through the ORM or through these.
SQL_WRITERS = (
    "runs/sql.py",
    "runs/sql_",
    "legacy/reader.py",
    "legacy/plain.py",
    "legacy/schema.py",
    "legacy/demo/",
    "catalog/invariants.py",
    "migrator_site/embedded.py",
)


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders or FLOORS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def allowed(path: Path, places: tuple[str, ...]) -> bool:
    return place(path).startswith(places)


def imports(path: Path) -> Iterator[str]:
    """The modules that a file imports, also inside of functions."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{place(path)} has a relative import"
            yield str(node.module)


def calls(path: Path, *names: str) -> Iterator[ast.Call]:
    """The calls of functions or methods with one of these names."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", None))
            if name in names:
                yield node


@pytest.mark.parametrize("floor", FLOORS)
def test_imports_go_downwards_only(floor):
    above = (*FLOORS[FLOORS.index(floor) + 1 :], "tests")
    wrong = [
        f"{place(path)} imports {name}"
        for path in sources(floor)
        for name in imports(path)
        if name.partition(".")[0] in above
        and not (name.startswith("migrator_site") and any(part in DOORS for part in path.parts))
    ]
    assert wrong == []


def test_only_the_reader_the_admin_and_the_demo_query_the_legacy_database():
    wrong = [
        f"{place(path)}:{node.lineno}"
        for path in sources()
        if not allowed(path, LEGACY_QUERIERS)
        for node in [*calls(path, "using", "atomic"), *_connections(path)]
        if any(_is_legacy(part) for part in ast.walk(node))
    ]
    assert wrong == []


def _connections(path: Path) -> Iterator[ast.AST]:
    """connections[...] wherever it stands."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Subscript) and getattr(node.value, "id", None) == "connections":
            yield node


def _is_legacy(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value == "legacy"


def test_mirrors_are_never_evaluated_outside_of_the_legacy_floor():
    """`Mirror.objects.filter(...)` in a declaration is part of a query; what would send one is not used on it."""
    sending = {"get", "first", "last", "count", "exists", "aggregate", "iterator", "in_bulk", "update", "delete"}
    wrong = []
    for path in sources("catalog", "runs", "migrator_site"):
        mirrors = _names_from(path, "legacy.models")
        for node in calls(path, *sending):
            root = node.func
            while isinstance(root, ast.Attribute | ast.Call):
                root = root.value if isinstance(root, ast.Attribute) else root.func
            if isinstance(root, ast.Name) and root.id in mirrors:
                wrong.append(f"{place(path)}:{node.lineno}")
    assert wrong == []


def _names_from(path: Path, module: str) -> set[str]:
    return {
        alias.asname or alias.name
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith(module)
        for alias in node.names
    }


def test_statements_are_written_by_hand_in_a_few_places_only():
    wrong = [
        f"{place(path)}:{node.lineno}"
        for path in sources()
        if not allowed(path, SQL_WRITERS)
        for node in calls(path, "execute", "executemany", "copy", "SQL", "RawSQL", "raw", "extra")
        if _writes_sql(node)
    ]
    assert wrong == []


def _writes_sql(node: ast.Call) -> bool:
    """SQL(...), .raw(...), and .execute(...) of a text; `services.execute(run)` is none of them."""
    name = getattr(node.func, "attr", getattr(node.func, "id", None))
    if name in ("SQL", "RawSQL", "raw", "extra"):
        return True
    first = node.args[0] if node.args else None
    sign_of_life = isinstance(first, ast.Constant) and first.value == "SELECT 1"
    return isinstance(first, ast.Constant | ast.JoinedStr | ast.BinOp) and not sign_of_life


@pytest.mark.parametrize("spec", specs(), ids=str)
def test_a_declaration_lies_in_a_file_with_the_name_of_its_table_and_has_a_test(spec):
    name = spec.module.rpartition(".")[2]
    assert name == spec.target._meta.db_table
    assert (ROOT / "tests" / "catalog" / "entities" / f"test_{name}.py").exists()


def test_no_declaration_lies_beside_the_domains():
    assert [path.name for path in ENTITIES.glob("*.py")] == ["__init__.py"]
    assert not list(ENTITIES.glob("*/*/*.py"))


def test_modules_and_functions_stay_short():
    long_modules = {
        place(path): lines
        for path in sources()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE
    }
    long_functions = {
        f"{place(path)}:{node.name}": lines
        for path in sources()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := int(node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    }
    assert (long_modules, long_functions) == ({}, {})


def test_every_module_says_what_it_is():
    silent = [
        place(path)
        for path in sources()
        if tree(path).body and ast.get_docstring(tree(path)) is None and path.name != "__init__.py"
    ]
    assert silent == []
