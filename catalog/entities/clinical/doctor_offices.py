"""Doctors' offices: who works where."""

from catalog.declare import EntityMigration, Reference
from catalog.target.models import DoctorOffice
from legacy.models import OfficeDoctor


class DoctorOfficeMigration(
    EntityMigration, script=3, source=OfficeDoctor, target=DoctorOffice, match=("doctor", "office")
):
    """A doctor works in an office. Which office is the main one, the old system did not record."""

    doctor = Reference("user_id")
    office = Reference("office_id")
