from datetime import UTC, datetime

from catalog.entities.business.clients import ClientMigration
from tests.catalog.resolving import migrate

CLIENT = {
    "id": 1,
    "user_id": 7,
    "name": " University clinic ",
    "active": False,
    "created_at": datetime(2019, 5, 1, tzinfo=UTC),
}


def test_a_client():
    outcome = migrate(ClientMigration.spec, CLIENT, known={"profiles": {7}})
    assert outcome.good == [
        {
            "profile": "profiles 7",
            "name": "University clinic",
            "is_active": False,
            "created_at": datetime(2019, 5, 1, tzinfo=UTC),
        }
    ]


def test_an_account_that_is_gone_costs_the_reference_only_and_is_noted():
    outcome = migrate(ClientMigration.spec, CLIENT, known={})
    assert outcome.good[0]["profile"] is None
    assert [(r.field, r.rule) for r in outcome.resolved] == [("profile", "set_null: missing_parent")]
