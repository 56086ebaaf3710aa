from catalog.entities.technical.doctor_masters import DoctorMasterMigration
from tests.catalog.resolving import Side, assert_joins


def test_it_joins_doctor_and_master():
    assert_joins(
        DoctorMasterMigration.spec,
        Side("doctorsetting__user_id", "doctors", "doctor"),
        Side("user_id", "profiles", "master"),
    )
