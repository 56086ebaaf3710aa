"""Brackets: what was made in a project."""

from catalog.declare import Column, EntityMigration, OnMissing, Reference
from catalog.target.models import Bracket
from catalog.transforms import blank
from legacy.models import Bracket as LegacyBracket


class BracketMigration(EntityMigration, script=29, source=LegacyBracket, target=Bracket):
    """A bracket. Material, maker, slot and tooth were never recorded, and a name is no evidence of them."""

    name = Column("name", blank)
    project = Reference("project_id", on_missing=OnMissing.SET_NULL)
    type_code = Column("type")
