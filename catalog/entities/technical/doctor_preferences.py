"""Doctors' clinical preferences."""

from catalog.declare import Column, EntityMigration, OnInvalid, Reference
from catalog.target.models import DoctorPreference
from catalog.transforms import json_value
from legacy.models import DoctorSetting


class DoctorPreferenceMigration(EntityMigration, script=35, source=DoctorSetting, target=DoctorPreference):
    """The clinical part of a doctor's settings; the commercial part becomes the doctor's account."""

    doctor = Reference("user_id")
    clinical_preferences = Column("clinical_preferences", json_value, on_invalid=OnInvalid.KEEP_RAW)
