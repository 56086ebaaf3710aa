"""Who belongs to which team."""

from catalog.declare import EntityMigration, Reference
from catalog.target.models import TeamMember
from legacy.models import UserGroup


class TeamMemberMigration(EntityMigration, script=38, source=UserGroup, target=TeamMember, match=("team", "profile")):
    """A membership. A person's memberships are all kept, whatever the person is taken for."""

    team = Reference("group_id")
    profile = Reference("user_id")
