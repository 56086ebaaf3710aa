"""Each thing that can be wrong with a repair has its own check."""

from __future__ import annotations

from dataclasses import replace

from catalog.repair import RepairSpec, repairs
from catalog.repair_checks import findings

(GOOD,) = repairs()


def ids(*found: RepairSpec) -> list[str]:
    return [message.id for message in findings(found)]


def test_the_declared_repairs_are_sound():
    assert findings(repairs()) == []


def test_a_name_is_given_once():
    assert ids(GOOD, GOOD) == ["catalog.E071"]
    assert ids(replace(GOOD, name="orders")) == ["catalog.E071"]


def test_the_script_is_a_repair_of_the_inventory():
    assert ids(replace(GOOD, script=5)) == ["catalog.E072"]


def test_it_says_what_it_repairs():
    assert ids(replace(GOOD, description="")) == ["catalog.E073"]
    assert ids(replace(GOOD, fields=())) == ["catalog.E074"]


def test_its_fields_are_references_of_the_entity():
    assert ids(replace(GOOD, fields=("status", "doctor", "nobody"))) == ["catalog.E075", "catalog.E075"]
    (message, _) = findings([replace(GOOD, fields=("status", "nobody"))])
    assert "'status'" in message.msg and "doctor" in message.hint


def test_a_repair_resolves_strictly_whatever_the_entity_does_for_new_rows():
    assert GOOD.entity.references["doctor"].on_missing == "set_null"
    assert GOOD.resolving.references["doctor"].on_missing == "fail"
    assert GOOD.resolving.paths == ("id", "patient__doctor_id")
    assert [one.name for one in GOOD.needs] == ["orders", "doctors"]
