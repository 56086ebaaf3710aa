from decimal import Decimal

from catalog.entities.clinical.orders import OrderMigration
from tests.catalog.transforming import run

ORDER = {
    "id": 17,
    "patient__suffix": "00BB",
    "suffix": " A ",
    "status": 4,
    "price": Decimal("1295.50"),
    "notes": "  上顎 ",
    "exports": '{"stl": [1, 2]}',
}


def test_an_order():
    (order,), rejected, resolved = run(OrderMigration.spec, ORDER)
    assert (rejected, resolved) == ([], [])
    assert order["order_number"] == "00BB-17"
    assert order["suffix"] == "A"
    assert order["status"] == "shipped"
    assert order["amount"] == Decimal("1295.50")
    assert order["notes"] == "  上顎 "
    assert order["exports"] == {"stl": [1, 2]}


def test_without_a_patient_suffix_the_number_is_the_id():
    (order,), _, _ = run(OrderMigration.spec, ORDER | {"patient__suffix": " "})
    assert order["order_number"] == "17"


def test_an_unknown_status_is_a_rejected_row_that_names_its_field():
    good, (rejected,), _ = run(OrderMigration.spec, ORDER | {"status": 3}, ORDER | {"id": 18})
    assert [row["order_number"] for row in good] == ["00BB-18"]
    assert (rejected.legacy_id, rejected.field, rejected.code) == ("17", "status", "unmapped_code")


def test_broken_json_is_kept_as_text_and_noted():
    (order,), rejected, (resolved,) = run(OrderMigration.spec, ORDER | {"exports": "{'stl': 1}"})
    assert order["exports"] == "{'stl': 1}"
    assert rejected == []
    assert (resolved.field, resolved.rule) == ("exports", "keep_raw: not_json")


def test_an_escape_that_no_database_can_hold_is_kept_as_text():
    (order,), _, (resolved,) = run(OrderMigration.spec, ORDER | {"exports": r'{"name": "a\u0000b"}'})
    assert order["exports"] == r'{"name": "a\u0000b"}'
    assert resolved.rule == "keep_raw: invalid_unicode"


def test_a_suffix_that_does_not_fit_is_refused_without_naming_it():
    _, (rejected,), _ = run(OrderMigration.spec, ORDER | {"suffix": "SECRET-NAME-OF-A-PATIENT"})
    assert (rejected.field, rejected.code) == ("suffix", "too_long")
    assert "SECRET" not in rejected.message
