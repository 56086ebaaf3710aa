from catalog.entities.technical.files import FileMigration
from tests.catalog.resolving import references
from tests.catalog.transforming import run

FILE = {
    "id": 30,
    "uid": "8c2f",
    "name": "上顎.stl",
    "ext": ".STL",
    "size": 5_000_000_000,
    "type": 6,
    "status": 0,
    "parameters": '{"jaw": "upper"}',
    "description": " ",
}


def test_a_file_keeps_name_and_extension_to_the_letter():
    (file,), rejected, resolved = run(FileMigration.spec, FILE)
    assert (rejected, resolved) == ([], [])
    assert file == {
        "uid": "8c2f",
        "name": "上顎.stl",
        "ext": ".STL",
        "size": 5_000_000_000,
        "type_code": 6,
        "status_code": 0,
        "parameters": {"jaw": "upper"},
        "description": None,
        "created_at": None,
    }


def test_parameters_that_are_no_json_are_kept_as_text():
    (file,), rejected, (resolved,) = run(FileMigration.spec, FILE | {"parameters": "{jaw: upper}"})
    assert (file["parameters"], rejected) == ("{jaw: upper}", [])
    assert (resolved.field, resolved.rule) == ("parameters", "keep_raw: not_json")


def test_a_name_that_does_not_fit_is_refused_not_cut():
    good, (rejected,), _ = run(FileMigration.spec, FILE | {"name": "x" * 256})
    assert (good, rejected.field, rejected.code) == ([], "name", "too_long")


def test_a_file_outlives_its_order_and_its_product():
    good, rejected, resolved = references(
        FileMigration.spec,
        {"orders": {7}, "products": {2}},
        {"id": 30, "instruction_id": 7, "product_id": 2},
        {"id": 31},
        {"id": 32, "instruction_id": 8, "product_id": 3},
    )
    assert good == [
        {"order": "orders 7", "product": "products 2"},
        {"order": None, "product": None},
        {"order": None, "product": None},
    ]
    assert rejected == []
    assert [(r.legacy_id, r.field, r.old) for r in resolved] == [("32", "order", "8"), ("32", "product", "3")]
