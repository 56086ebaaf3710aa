from catalog.entities.clinical.jaws import JawMigration
from tests.catalog.transforming import run

JAW = {
    "id": 5,
    "upper_of": 17,
    "shared": False,
    "bond_teeth": "0111111001111110",
    "extract_teeth": "0000000000000000",
    "reason": 2,
    "labial": True,
}


def test_an_upper_jaw():
    (jaw,), rejected, resolved = run(JawMigration.spec, JAW)
    assert (rejected, resolved) == ([], [])
    assert jaw == {
        "side": "upper",
        "bond_teeth": "0111111001111110",
        "extract_teeth": "0000000000000000",
        "replacement_reason": "other",
        "is_labial": True,
    }


def test_the_lower_jaw_is_the_one_that_the_lower_key_points_at():
    (jaw,), _, _ = run(JawMigration.spec, JAW | {"upper_of": None, "lower_of": 17})
    assert jaw["side"] == "lower"


def test_the_order_is_that_of_whichever_instruction_points_at_the_jaw():
    assert JawMigration.spec.references["order"].columns == ("upper_of", "lower_of")


def test_what_the_old_system_left_empty_stays_empty():
    (jaw,), rejected, _ = run(JawMigration.spec, {"id": 5, "lower_of": 17, "bond_teeth": " "})
    assert rejected == []
    assert jaw == {
        "side": "lower",
        "bond_teeth": None,
        "extract_teeth": None,
        "replacement_reason": None,
        "is_labial": None,
    }


def test_a_jaw_that_nothing_points_at_is_refused():
    good, (rejected,), _ = run(JawMigration.spec, JAW | {"upper_of": None}, JAW | {"id": 6})
    assert len(good) == 1
    assert (rejected.legacy_id, rejected.field, rejected.code) == ("5", "side", "required")


def test_a_jaw_with_two_places_is_refused_instead_of_guessed():
    both_sides = JAW | {"lower_of": 17, "id": 6}
    two_instructions = JAW | {"shared": True, "id": 7}
    good, rejected, _ = run(JawMigration.spec, both_sides, two_instructions)
    assert good == []
    assert [(r.legacy_id, r.field, r.code) for r in rejected] == [
        ("6", "side", "ambiguous_source"),
        ("7", "side", "ambiguous_source"),
    ]


def test_an_unknown_reason_is_refused():
    _, (rejected,), _ = run(JawMigration.spec, JAW | {"reason": 4})
    assert (rejected.field, rejected.code) == ("replacement_reason", "unmapped_code")


def test_a_mask_with_more_digits_than_teeth_is_refused():
    _, (rejected,), _ = run(JawMigration.spec, JAW | {"extract_teeth": "0" * 17})
    assert (rejected.field, rejected.code) == ("extract_teeth", "too_long")
