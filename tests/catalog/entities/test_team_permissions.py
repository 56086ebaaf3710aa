from catalog.entities.technical.team_permissions import TeamPermissionMigration
from tests.catalog.resolving import Side, assert_joins


def test_it_joins_team_and_permission():
    assert_joins(
        TeamPermissionMigration.spec,
        Side("group_id", "teams", "team"),
        Side("permission_id", "permissions", "permission"),
    )
