"""The audit log: who did what to what."""

from catalog.declare import Column, EntityMigration, OnMissing, Reference
from catalog.target.models import AuditLog
from catalog.transforms import blank, unless_blank
from legacy.models import Action


class AuditLogMigration(EntityMigration, script=33, source=Action, target=AuditLog):
    """An entry of the log. Item and owner stay as they were logged: a log also speaks of what is gone."""

    action = Column("action", blank)
    acted_at = Column("date")
    profile = Reference("user_id", on_missing=OnMissing.SET_NULL)
    item_type = Reference("item_type_id", on_missing=OnMissing.SET_NULL)
    item_key = Column("item_id")
    owner_type = Reference("owner_type_id", on_missing=OnMissing.SET_NULL)
    owner_key = Column("owner_id")
    data = Column("data", unless_blank)
