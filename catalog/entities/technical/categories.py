"""Categories: the tree that templates are sorted into."""

from catalog.declare import Column, EntityMigration, OnMissing, Reference
from catalog.target.models import Category
from catalog.transforms import blank
from legacy.models import Category as LegacyCategory


class CategoryMigration(EntityMigration, script=36, source=LegacyCategory, target=Category):
    """A place in the tree. A parent may have a higher id than its children, hence the wait."""

    name = Column("name", blank)
    parent = Reference("parent_id", on_missing=OnMissing.WAIT)
