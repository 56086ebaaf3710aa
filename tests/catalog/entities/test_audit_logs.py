from datetime import UTC, datetime

from catalog.entities.technical.audit_logs import AuditLogMigration
from tests.catalog.resolving import migrate

ACTION = {
    "id": 1,
    "action": "approve",
    "date": datetime(2022, 2, 2, tzinfo=UTC),
    "user_id": 8,
    "item_type_id": 9,
    "item_id": 17,
    "owner_type_id": 58,
    "owner_id": 7,
    "data": '{"メモ": "変更"}',
}


def test_an_entry_keeps_what_was_logged():
    outcome = migrate(AuditLogMigration.spec, ACTION, known={"profiles": {8}, "content_types": {9, 58}})
    assert outcome.good == [
        {
            "action": "approve",
            "acted_at": datetime(2022, 2, 2, tzinfo=UTC),
            "profile": "profiles 8",
            "item_type": "content_types 9",
            "item_key": 17,
            "owner_type": "content_types 58",
            "owner_key": 7,
            "data": '{"メモ": "変更"}',
        }
    ]


def test_whoever_is_gone_is_noted_and_the_entry_stays():
    outcome = migrate(AuditLogMigration.spec, ACTION | {"data": ""}, known={"content_types": {58}})
    (entry,) = outcome.good
    assert (entry["profile"], entry["item_type"], entry["item_key"], entry["data"]) == (None, None, 17, None)
    assert [(r.field, r.old) for r in outcome.resolved] == [("profile", "8"), ("item_type", "9")]
