"""Roles: jobs in the laboratory."""

from catalog.declare import Column, EntityMigration, OnMissing, Reference
from catalog.target.models import Role
from catalog.transforms import blank
from legacy.models import Role as LegacyRole


class RoleMigration(EntityMigration, script=37, source=LegacyRole, target=Role):
    """A job of one person or of a team. What kind of work it is, no name is searched for."""

    name = Column("name", blank)
    abbreviation = Column("abbrev", blank)
    type_code = Column("type")
    sequence = Column("order")
    profile = Reference("user_id", on_missing=OnMissing.SET_NULL)
    team = Reference("group_id", on_missing=OnMissing.SET_NULL)
