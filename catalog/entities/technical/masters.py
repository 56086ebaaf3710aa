"""Master technicians, as the old system listed them beside its group of masters."""

from catalog.declare import Column, EntityMigration, OnMissing, Reference
from catalog.target.models import MasterTechnician
from catalog.transforms import blank
from legacy.models import Master


class MasterTechnicianMigration(EntityMigration, script=36, source=Master, target=MasterTechnician):
    """A master technician, with or without an account."""

    profile = Reference("user_id", on_missing=OnMissing.SET_NULL)
    name = Column("name", blank)
    is_active = Column("active")
