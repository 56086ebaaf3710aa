from datetime import UTC, datetime

from catalog.entities.business.wares import WareMigration
from tests.catalog.resolving import migrate

WARE = {
    "id": 3,
    "name": "Tray 1",
    "code": "W0000003 ",
    "quantity": 1,
    "storage_id": 1,
    "instruction_id": 17,
    "created_at": datetime(2020, 1, 2, tzinfo=UTC),
}


def test_a_ware():
    outcome = migrate(WareMigration.spec, WARE, known={"storages": {1}, "orders": {17}})
    assert outcome.good == [
        {
            "name": "Tray 1",
            "code": "W0000003",
            "quantity": 1,
            "storage": "storages 1",
            "order": "orders 17",
            "created_at": datetime(2020, 1, 2, tzinfo=UTC),
        }
    ]


def test_a_ware_without_its_order_is_kept_and_noted():
    outcome = migrate(WareMigration.spec, WARE, known={"storages": {1}})
    assert outcome.good[0]["order"] is None
    assert [(r.field, r.rule, r.old) for r in outcome.resolved] == [("order", "set_null: missing_parent", "17")]
