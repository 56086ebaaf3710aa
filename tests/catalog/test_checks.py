"""The checks as a whole. Each rule has its test in `tests/catalog/checks`, named after its id."""

import re
import time
from pathlib import Path

import pytest
from django.core.checks import Error, run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import OperationalError
from django.db.models import F, Q

from catalog import checks
from catalog.checks import rules
from catalog.declare import Column, Constant, Derived, Each, OnInvalid, OnMissing, Reference
from tests.catalog.checks.pets import Animal, OldOwner, OldPet, found, owners, pets

TESTS = Path(__file__).parent / "checks"
#: Looked for while the declarations are loaded, so that they are no rules.
FILES = ["E001", "E002", "E003"]


def test_a_world_in_which_everything_is_right():
    assert found(owners(), pets()) == {}


def test_the_project_is_clean():
    assert [str(finding) for finding in run_checks(tags=["catalog"])] == []


def test_every_rule_has_an_id_of_its_own_a_description_and_a_test():
    tested = re.findall(
        r"^def test_([EW]\d{3})_", "".join(p.read_text() for p in TESTS.glob("test_*.py")), re.MULTILINE
    )
    ids = [rule.id.removeprefix("catalog.") for rule in rules.RULES]
    assert len(set(ids)) == len(ids)
    assert sorted({*ids, *FILES}) == sorted(set(tested))
    assert all(rule.check.__doc__ for rule in rules.RULES)


def test_the_checks_take_well_below_a_second():
    start = time.process_time()
    checks.declarations(None)
    assert time.process_time() - start < 0.8


def test_other_apps_can_be_checked_alone():
    assert checks.declarations([]) == []


def test_E000_a_declaration_that_breaks_a_rule_still_gets_the_others():
    def broken(world):
        raise KeyError("secret")

    everything = rules.findings(
        rules.World((owners(), pets({"nam": Column("name")}))),
        [rules.Rule("catalog.E999", broken, alone=True), *rules.RULES],
    )
    assert [(finding.id, str(finding.obj)) for finding in everything] == [
        ("catalog.E000", "people"),
        ("catalog.E000", "animals"),
        ("catalog.E010", "animals"),
    ]
    assert everything[0].msg == "catalog.E999 could not be checked: KeyError."


def test_a_declaration_with_everything_wrong_breaks_no_rule():
    broken = pets(
        {
            "owner": Column("owner__nobody", "blank"),
            "parent": Reference("nobody", to="nobody", when={"nothing": 1}, on_missing=OnMissing.WAIT),
            "name": Reference(on_missing=OnMissing.WAIT),
            "age": Derived("visits__id", "nobody__at__all", by=None, on_invalid=OnInvalid.KEEP_RAW),
            "data": Constant(object()),
            "nothing": Reference("pk__pk__pk", to=""),
            "id": Constant(1),
        },
        where=Q(nobody=1),
        annotate={"age": F("nothing"), "other": F("nobody")},
        match=("nothing",),
        each=Each("nobody", by=3, gives=()),
        left_behind={"nobody": None, "age": ""},
    )
    wrong = found(owners(), broken, mirrors=[OldOwner, OldPet], targets=[Animal])
    assert "E000" not in wrong, wrong["E000"]
    assert len(wrong) >= 15


def test_manage_py_check_names_what_is_wrong_and_what_to_write(monkeypatch):
    monkeypatch.setattr(checks, "load", lambda package: ([owners({"nam": Column("name")})], []))
    monkeypatch.setattr(checks, "TABLES", {})
    with pytest.raises(SystemCheckError, match=r"people: \(catalog.E010\) nam = [^\n]*\n\tHINT: Did you mean 'name'"):
        call_command("check", "--tag", "catalog")


def test_beside_a_broken_module_only_single_declarations_are_judged(monkeypatch):
    broken = Error("broken", id="catalog.E001")
    monkeypatch.setattr(checks, "load", lambda package: ([pets({"nam": Column("name")})], [broken]))
    assert [finding.id for finding in checks.declarations(None)] == ["catalog.E001", "catalog.E010"]


def test_W061_the_live_schema_has_more_than_the_mirrors(live):
    live.execute("CREATE TABLE dispatch_unheard_of (id integer)")
    live.execute("ALTER TABLE dispatch_note ADD COLUMN colour text")
    column, table = checks.live_schema(databases=["legacy"])
    assert {column.id, table.id} == {"catalog.W061"}
    assert (column.obj, table.obj) == ("dispatch_note", "dispatch_unheard_of")
    assert "colour" in column.msg
    assert "add one" in table.hint


def test_the_live_schema_is_left_alone_unless_asked_for(monkeypatch):
    monkeypatch.setattr(checks, "drift", lambda: pytest.fail("the database was read"))
    assert checks.live_schema() == checks.live_schema(databases=["default"]) == []


def test_E060_a_legacy_database_that_does_not_answer(monkeypatch):
    def refused():
        raise OperationalError("password=secret")

    monkeypatch.setattr(checks, "drift", refused)
    (finding,) = checks.live_schema(databases=["legacy"])
    assert (finding.id, finding.msg) == ("catalog.E060", "The legacy database does not answer (OperationalError).")
