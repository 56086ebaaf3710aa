from catalog.entities.technical.team_members import TeamMemberMigration
from tests.catalog.resolving import Side, assert_joins


def test_it_joins_team_and_profile():
    assert_joins(TeamMemberMigration.spec, Side("group_id", "teams", "team"), Side("user_id", "profiles", "profile"))
