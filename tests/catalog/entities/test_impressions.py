from catalog.entities.clinical.impressions import ImpressionMigration
from tests.catalog.transforming import run


def test_an_impression():
    row = {"id": 17, "model": 0, "scanner": 3, "scanner_notes": " 口腔内スキャナー", "cbct": False}
    (impression,), rejected, resolved = run(ImpressionMigration.spec, row)
    assert (rejected, resolved) == ([], [])
    assert impression == {
        "model_code": 0,
        "scanner_code": 3,
        "scanner_notes": " 口腔内スキャナー",
        "has_cbct": False,
    }


def test_what_the_old_system_left_empty_stays_empty():
    (impression,), rejected, _ = run(ImpressionMigration.spec, {"id": 17, "scanner_notes": " ", "cbct": True})
    assert rejected == []
    assert impression == {"model_code": None, "scanner_code": None, "scanner_notes": None, "has_cbct": True}


def test_an_impression_is_the_orders_only_one():
    spec = ImpressionMigration.spec
    assert spec.references["order"].columns == ("id",)
    assert spec.fields["order"].unique


def test_a_code_beyond_the_target_is_refused():
    _, (rejected,), _ = run(ImpressionMigration.spec, {"id": 17, "scanner": 40_000})
    assert (rejected.field, rejected.code) == ("scanner_code", "out_of_range")
