from catalog.entities.business.products import ProductMigration
from tests.catalog.transforming import run


def test_a_deleted_product_comes_along_with_its_description():
    row = {"id": 2, "name": "Aligner", "description": " as is ", "type": 1, "deleted": True, "customization": "[1]"}
    (product,), rejected, resolved = run(ProductMigration.spec, row)
    assert (rejected, resolved) == ([], [])
    assert (product["name"], product["description"], product["is_deleted"]) == ("Aligner", " as is ", True)
    assert (product["product_type"], product["customization"]) == ("main", [1])


def test_broken_customization_is_kept_as_text():
    (product,), _, (resolved,) = run(ProductMigration.spec, {"id": 2, "name": "Aligner", "customization": "{oops"})
    assert product["customization"] == "{oops"
    assert resolved.rule == "keep_raw: not_json"


def test_a_product_needs_a_name():
    _, (rejected,), _ = run(ProductMigration.spec, {"id": 2, "name": ""})
    assert (rejected.field, rejected.code) == ("name", "required")
