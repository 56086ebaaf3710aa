"""What roles may do."""

from catalog.declare import EntityMigration, Reference
from catalog.target.models import RolePermission
from legacy.models import RolePermission as LegacyRolePermission


class RolePermissionMigration(
    EntityMigration, script=38, source=LegacyRolePermission, target=RolePermission, match=("role", "permission")
):
    """A role may do something."""

    role = Reference("role_id")
    permission = Reference("permission_id")
