from decimal import Decimal

from catalog.entities.business.offices import OfficeMigration
from tests.catalog.transforming import run

OFFICE = {"id": 3, "name": " 銀座 Clinic ", "zip": "104-0061", "phone": "+81 3 1234", "tax_rate": Decimal("10.2500")}


def test_an_office_abroad_keeps_its_postcode_and_phone():
    (office,), rejected, resolved = run(OfficeMigration.spec, OFFICE | {"country": "Japan", "valid": False})
    assert (rejected, resolved) == ([], [])
    assert (office["name"], office["zip_code"], office["phone"]) == ("銀座 Clinic", "104-0061", "+81 3 1234")
    assert (office["country"], office["is_active"]) == ("Japan", False)
    assert office["tax_percent"] == Decimal("10.2500")


def test_a_tax_rate_that_cannot_be_is_left_out_and_noted():
    (office,), _, (resolved,) = run(OfficeMigration.spec, OFFICE | {"tax_rate": Decimal("1025")})
    assert office["tax_percent"] is None
    assert (resolved.field, resolved.rule, resolved.old) == ("tax_percent", "set_null: out_of_range", "1025")


def test_an_office_without_a_name_has_none():
    rows = [OFFICE | {"id": number, "name": name} for number, name in enumerate((" ", None, "null"))]
    good, rejected, (resolved,) = run(OfficeMigration.spec, *rows)
    assert ([office["name"] for office in good], rejected) == ([None, None, None], [])
    assert (resolved.legacy_id, resolved.rule) == ("2", "set_null: placeholder_text")
