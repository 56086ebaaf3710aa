"""Wares: physical items in the laboratory."""

from catalog.declare import Column, EntityMigration, OnMissing, Reference
from catalog.target.models import Ware
from catalog.transforms import blank
from legacy.models import Ware as LegacyWare


class WareMigration(EntityMigration, script=36, source=LegacyWare, target=Ware):
    """An item that lies in a storage; most were made for an order."""

    name = Column("name", blank)
    code = Column("code", blank)
    quantity = Column("quantity")
    storage = Reference("storage_id", on_missing=OnMissing.SET_NULL)
    order = Reference("instruction_id", on_missing=OnMissing.SET_NULL)
    created_at = Column("created_at")
