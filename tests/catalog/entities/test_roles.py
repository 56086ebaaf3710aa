from catalog.entities.technical.roles import RoleMigration
from tests.catalog.resolving import causes, migrate

ROLE = {"id": 2, "name": "製造 1 ", "abbrev": "", "type": 1, "order": 4, "user_id": 70, "group_id": 11}


def test_a_role():
    outcome = migrate(RoleMigration.spec, ROLE, known={"profiles": {70}, "teams": {11}})
    assert outcome.good == [
        {
            "name": "製造 1",
            "abbreviation": None,
            "type_code": 1,
            "sequence": 4,
            "profile": "profiles 70",
            "team": "teams 11",
        }
    ]


def test_a_role_whose_user_is_gone_stays():
    outcome = migrate(RoleMigration.spec, ROLE, known={"teams": {11}})
    assert outcome.good[0]["profile"] is None
    assert [(r.field, r.rule, r.old) for r in outcome.resolved] == [("profile", "set_null: missing_parent", "70")]


def test_a_role_without_a_name_is_refused():
    assert causes(migrate(RoleMigration.spec, ROLE | {"name": ""}, known={})) == [("2", "name", "required")]
