from catalog.entities.technical.role_permissions import RolePermissionMigration
from tests.catalog.resolving import Side, assert_joins


def test_it_joins_role_and_permission():
    assert_joins(
        RolePermissionMigration.spec,
        Side("role_id", "roles", "role"),
        Side("permission_id", "permissions", "permission"),
    )
