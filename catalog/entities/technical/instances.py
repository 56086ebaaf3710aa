"""Instances: installations of the old software."""

from catalog.declare import Column, EntityMigration
from catalog.target.models import Instance
from catalog.transforms import blank
from legacy.models import Instance as LegacyInstance


class InstanceMigration(EntityMigration, script=36, source=LegacyInstance, target=Instance):
    """An installation; it is no case, although its name sounds like one."""

    name = Column("name", blank)
    url = Column("url", blank)
    version = Column("version", blank)
    created_at = Column("created_at")
