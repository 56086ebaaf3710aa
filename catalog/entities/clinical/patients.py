"""Patients: every patient, archived and suspended ones too."""

from catalog.declare import Column, EntityMigration, OnInvalid, OnMissing, Reference
from catalog.target.models import Patient
from catalog.target.models.codes import PatientStatus, Sex
from catalog.transforms import birthdate, blank, json_value, numbered, one_of
from legacy.models import Patient as LegacyPatient

#: The case status of the old system, in the order of its codes.
STATUS = dict(enumerate(PatientStatus, start=1))

SEX = {0: Sex.OTHER, 1: Sex.MALE, 2: Sex.FEMALE}


class PatientMigration(EntityMigration, script=4, source=LegacyPatient, target=Patient, match=("patient_number",)):
    """A person who is treated. The suffix is a short code for people; it identifies nobody.

    A code without an agreed meaning costs the field and not the patient: the resolution keeps the code.
    """

    profile = Reference("user_id")
    patient_number = Column("id", numbered("PAT-"))
    suffix = Column("suffix", blank)
    sex = Column("sex", one_of(SEX), on_invalid=OnInvalid.SET_NULL)
    birthdate = Column("birthdate", birthdate, on_invalid=OnInvalid.SET_NULL)
    primary_doctor = Reference("doctor_id", on_missing=OnMissing.SET_NULL)
    office = Reference("office_id", on_missing=OnMissing.SET_NULL)
    status = Column("status", one_of(STATUS), on_invalid=OnInvalid.SET_NULL)
    is_archived = Column("archived")
    is_suspended = Column("suspended")
    schemes = Column("schemes", json_value, on_invalid=OnInvalid.KEEP_RAW)
    submitted_at = Column("submitted_at")
    updated_at = Column("updated_at")
