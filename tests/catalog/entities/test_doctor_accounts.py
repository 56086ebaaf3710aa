from datetime import UTC, date, datetime
from decimal import Decimal

from catalog.entities.business.doctor_accounts import DoctorAccountMigration
from tests.catalog.resolving import causes, migrate

SPEC = DoctorAccountMigration.spec
SETTING = {
    "id": 9,
    "user_id": 7,
    "credit": Decimal("-12.30"),
    "promised_payment": True,
    "company_account": False,
    "sq_customer_id": " CUST1 ",
    "tier_type": 2,
    "tier_finish": date(2025, 12, 31),
    "installment_payments": 3,
    "baa_agreed_at": datetime(2020, 1, 1, tzinfo=UTC),
}


def test_an_account():
    outcome = migrate(SPEC, SETTING, known={"doctors": {7}})
    assert outcome.good == [
        {
            "doctor": "doctors 7",
            "credit": Decimal("-12.30"),
            "has_promised_payment": True,
            "is_company_account": False,
            "square_customer_id": "CUST1",
            "tier_code": 2,
            "tier_until": date(2025, 12, 31),
            "installment_payments": 3,
            "baa_agreed_at": datetime(2020, 1, 1, tzinfo=UTC),
            "eula_agreed_at": None,
        }
    ]


def test_an_account_needs_its_doctor():
    outcome = migrate(SPEC, SETTING, SETTING | {"id": 10, "user_id": None}, known={})
    assert causes(outcome) == [("9", "doctor", "missing_parent"), ("10", "doctor", "required")]


def test_credit_with_parts_of_a_cent_is_refused():
    outcome = migrate(SPEC, SETTING | {"credit": Decimal("1.001")}, known={"doctors": {7}})
    assert causes(outcome) == [("9", "credit", "out_of_range")]
