"""What teams may do."""

from catalog.declare import EntityMigration, Reference
from catalog.target.models import TeamPermission
from legacy.models import GroupPermission


class TeamPermissionMigration(
    EntityMigration, script=38, source=GroupPermission, target=TeamPermission, match=("team", "permission")
):
    """A team may do something."""

    team = Reference("group_id")
    permission = Reference("permission_id")
