"""Doctor notes: what the staff wrote down about doctors."""

from catalog.declare import Column, EntityMigration, OnMissing, Reference
from catalog.target.models import DoctorNote
from catalog.transforms import unless_blank
from legacy.models import Note


class DoctorNoteMigration(EntityMigration, script=11, source=Note, target=DoctorNote):
    """A remark about a doctor, found by the user it names."""

    doctor_profile = Reference("doctor_id")
    author = Reference("author_id", on_missing=OnMissing.SET_NULL)
    content = Column("text", unless_blank)
    created_at = Column("created_at")
