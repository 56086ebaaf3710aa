"""Doctors: every user whom anything in the old system treats as a doctor."""

from catalog.declare import Column, EntityMigration, Reference
from catalog.evidence import is_doctor
from catalog.target.models import Doctor
from catalog.transforms import numbered
from legacy.models import User


class DoctorMigration(
    EntityMigration, script=3, source=User, target=Doctor, where=is_doctor(), match=("doctor_number",)
):
    """A medical practitioner. Inactive doctors and those without patients come along."""

    profile = Reference("id")
    doctor_number = Column("id", numbered("DOC-"))
    is_active = Column("is_active")
    joined_at = Column("date_joined")
