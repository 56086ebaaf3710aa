"""Storages: places where wares are kept."""

from catalog.declare import Column, EntityMigration
from catalog.target.models import Storage
from catalog.transforms import blank, unless_blank
from legacy.models import Storage as LegacyStorage


class StorageMigration(EntityMigration, script=36, source=LegacyStorage, target=Storage):
    """A place in the laboratory."""

    name = Column("name", blank)
    description = Column("description", unless_blank)
