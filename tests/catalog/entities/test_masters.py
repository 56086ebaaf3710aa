from catalog.entities.technical.masters import MasterTechnicianMigration
from tests.catalog.resolving import migrate

ROW = {"id": 1, "user_id": 7, "name": " Smile Partners ", "active": True}


def test_one_with_an_account():
    outcome = migrate(MasterTechnicianMigration.spec, ROW, known={"profiles": {7}})
    assert outcome.good == [{"profile": "profiles 7", "name": "Smile Partners", "is_active": True}]
    assert (outcome.rejected, outcome.resolved) == ([], [])


def test_an_account_that_is_gone_costs_the_reference_only_and_is_noted():
    outcome = migrate(MasterTechnicianMigration.spec, ROW, ROW | {"id": 2, "user_id": None}, known={})
    assert [row["profile"] for row in outcome.good] == [None, None]
    assert [(r.legacy_id, r.field, r.rule, r.old) for r in outcome.resolved] == [
        ("1", "profile", "set_null: missing_parent", "7")
    ]
