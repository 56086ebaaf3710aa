"""Links: web addresses shown to users."""

from catalog.declare import Column, EntityMigration
from catalog.target.models import Link
from catalog.transforms import blank
from legacy.models import Link as LegacyLink


class LinkMigration(EntityMigration, script=36, source=LegacyLink, target=Link):
    """A web address and what it is called."""

    name = Column("name", blank)
    url = Column("url", blank)
    created_at = Column("created_at")
