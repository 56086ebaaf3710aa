from catalog.entities.technical.teams import TeamMigration
from tests.catalog.transforming import run


def test_a_team_is_known_by_its_name():
    (team,), rejected, _ = run(TeamMigration.spec, {"id": 11, "name": " Technician"})
    assert rejected == []
    assert team == {"name": "Technician"}
    assert TeamMigration.spec.match == ("name",)


def test_a_team_without_a_name_is_refused():
    _, (rejected,), _ = run(TeamMigration.spec, {"id": 12, "name": ""})
    assert (rejected.field, rejected.code) == ("name", "required")
