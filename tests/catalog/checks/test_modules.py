import sys
from dataclasses import replace
from importlib import import_module

import pytest

from catalog.checks.modules import load
from tests.catalog.checks.pets import found, only, owners, pets

GOOD = '''
from tests.catalog.checks.pets import *
class OwnerMigration(EntityMigration, script=1, source=OldOwner, target=Person):
    """An owner."""
    name = Column("name")
'''


@pytest.fixture
def package(tmp_path, monkeypatch):
    """package({path: text}): a package of declarations with these files, imported."""

    def package(files):
        home = tmp_path / f"declared_{tmp_path.name}"
        for path, text in {"__init__.py": "", **files}.items():
            (home / path).parent.mkdir(parents=True, exist_ok=True)
            (home / path).write_text(text)
        monkeypatch.syspath_prepend(tmp_path)
        return import_module(home.name)

    yield package
    for name in [name for name in sys.modules if name.startswith(f"declared_{tmp_path.name}")]:
        del sys.modules[name]


def test_declarations_are_found_at_any_depth(package):
    specs, wrong = load(package({"clinical/__init__.py": "", "clinical/owners.py": GOOD}))
    assert [spec.name for spec in specs] == ["people"]
    assert specs[0].domain == "clinical"
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("from catalog.target.models import Shipment", "cannot import name 'Shipment'"),
        ("from catalog.transforms import blnak", "cannot import name 'blnak'"),
        ("class X(", "SyntaxError"),
        (GOOD.replace("script=1, ", ""), "'script'"),
        (GOOD.replace(", target=Person", ""), "'target'"),
        (GOOD.replace('Column("name")', "Column()"), "'path'"),
    ],
)
def test_E001_a_module_that_cannot_be_imported_does_not_hide_the_others(package, text, words):
    specs, (finding,) = load(package({"bad.py": text, "good.py": GOOD}))
    assert finding.id == "catalog.E001"
    assert finding.obj.endswith(".bad")
    assert words in finding.msg
    assert len(specs) == 1


def test_E002_a_module_without_a_declaration(package):
    _, (finding,) = load(package({"empty.py": "from tests.catalog.checks.pets import *"}))
    assert (finding.id, finding.msg) == ("catalog.E002", "The module declares no entity.")


def test_E003_a_file_that_is_not_found(package):
    specs, (finding,) = load(package({"logistics/owners.py": GOOD}))
    assert specs == []
    assert finding.id == "catalog.E003"
    assert finding.hint.endswith("logistics/__init__.py.")


def test_E004_two_entities_of_one_name():
    both = found(owners(), pets(name="people"))["E004"]
    assert len(both) == 2
    assert "2 entities" in both[0].msg


def test_E005_a_declaration_without_words():
    finding = only("E005", replace(owners(), description=""))
    assert "docstring" in finding.msg


def test_W006_a_declaration_without_a_test(settings, tmp_path):
    untested = replace(owners(), module="catalog.entities.clinical.nobody")
    finding = only("W006", untested)
    assert finding.hint == "Write tests/catalog/entities/test_nobody.py."
    settings.BASE_DIR = tmp_path
    assert found(untested) == {}
