from catalog.declare import OnMissing
from catalog.entities.clinical.brackets import BracketMigration
from tests.catalog.transforming import run


def test_a_bracket_is_what_was_recorded_and_nothing_guessed_from_its_name():
    (bracket,), rejected, resolved = run(BracketMigration.spec, {"id": 4, "name": " Ceramic hook V2 ", "type": 0})
    assert (rejected, resolved) == ([], [])
    assert bracket == {"name": "Ceramic hook V2", "type_code": 0}


def test_what_the_old_system_left_empty_stays_empty():
    (bracket,), rejected, _ = run(BracketMigration.spec, {"id": 4, "name": ""})
    assert rejected == []
    assert bracket == {"name": None, "type_code": None}


def test_a_bracket_outlives_its_project():
    assert BracketMigration.spec.references["project"].on_missing is OnMissing.SET_NULL


def test_a_type_beyond_the_target_is_refused():
    _, (rejected,), _ = run(BracketMigration.spec, {"id": 4, "type": 40_000})
    assert (rejected.field, rejected.code) == ("type_code", "out_of_range")
