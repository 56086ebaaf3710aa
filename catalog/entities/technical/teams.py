"""Teams: the groups of the old system."""

from catalog.declare import Column, EntityMigration
from catalog.target.models import Team
from catalog.transforms import blank
from legacy.models import Group


class TeamMigration(EntityMigration, script=38, source=Group, target=Team, match=("name",)):
    """A kind of people, by its name."""

    name = Column("name", blank)
