from catalog.entities.technical.doctor_sales import DoctorSalesPersonMigration
from tests.catalog.resolving import Side, assert_joins


def test_it_joins_doctor_and_sales_person():
    assert_joins(
        DoctorSalesPersonMigration.spec,
        Side("doctorsetting__user_id", "doctors", "doctor"),
        Side("user_id", "profiles", "sales_person"),
    )
