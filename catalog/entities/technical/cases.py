"""Cases: one for every patient."""

from catalog.declare import Column, Derived, EntityMigration, OnInvalid, OnMissing, Reference
from catalog.entities.clinical.patients import STATUS
from catalog.target.models import Case
from catalog.transforms import one_of
from legacy.models import Patient


def case_number(suffix: str | None, patient_id: int) -> str:
    """The number that people use: "CASE-00BB-17", and "CASE-17" for a patient without a suffix."""
    code = (suffix or "").strip()
    return f"CASE-{code}-{patient_id}" if code else f"CASE-{patient_id}"


class CaseMigration(EntityMigration, script=20, source=Patient, target=Case, match=("case_number",)):
    """A patient's case. Where the doctor is unknown it has none; no other doctor stands in."""

    patient = Reference("id")
    case_number = Derived("suffix", "id", by=case_number)
    doctor = Reference("doctor_id", on_missing=OnMissing.SET_NULL)
    office = Reference("office_id", on_missing=OnMissing.SET_NULL)
    status = Column("status", one_of(STATUS), on_invalid=OnInvalid.SET_NULL)
    is_archived = Column("archived")
    is_suspended = Column("suspended")
    submitted_at = Column("submitted_at")
    updated_at = Column("updated_at")
