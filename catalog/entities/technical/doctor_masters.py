"""Doctors' master technicians."""

from catalog.declare import EntityMigration, Reference
from catalog.target.models import DoctorMaster
from legacy.models import DoctorSettingMaster


class DoctorMasterMigration(
    EntityMigration, script=35, source=DoctorSettingMaster, target=DoctorMaster, match=("doctor", "master")
):
    """A master technician looks after a doctor, whom the old system knew by the doctor's settings."""

    doctor = Reference("doctorsetting__user_id")
    master = Reference("user_id")
