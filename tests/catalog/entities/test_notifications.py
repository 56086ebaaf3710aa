import pytest

from catalog.entities.communications.notifications import NotificationMigration
from tests.catalog.resolving import references
from tests.catalog.transforming import run

NOTIFICATION = {
    "id": 9,
    "recipient_id": 40,
    "sender": "lab@example.com",
    "template_name": "order_shipped",
    "template_context": '{"order": 17, "office": "大阪"}',
    "item_id": 17,
    "send": True,
    "sent": None,
    "read": False,
}
MIGRATED = {
    "profiles": {40},
    "orders": {17},
    "patients": {17},
    "treatment_plans": {17},
    "content_types": {9, 11, 12, 30},
}


def test_a_notification():
    (notification,), rejected, resolved = run(NotificationMigration.spec, NOTIFICATION)
    assert (rejected, resolved) == ([], [])
    assert notification == {
        "sender": "lab@example.com",
        "template_name": "order_shipped",
        "context": {"order": 17, "office": "大阪"},
        "item_key": 17,
        "is_to_be_sent": True,
        "is_sent": None,
        "is_read": False,
        "created_at": None,
    }


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("{'order': 17}", "keep_raw: not_json"),
        (r'{"path": "C:\x"}', "keep_raw: not_json"),
        (r'{"name": "\ud83d"}', "keep_raw: invalid_unicode"),
    ],
)
def test_a_context_that_is_no_json_is_kept_as_text(text, rule):
    (notification,), rejected, (resolved,) = run(NotificationMigration.spec, NOTIFICATION | {"template_context": text})
    assert (notification["context"], rejected) == (text, [])
    assert (resolved.field, resolved.rule) == ("context", rule)


def test_an_empty_context_is_none():
    good, rejected, resolved = run(
        NotificationMigration.spec,
        NOTIFICATION | {"template_context": ""},
        NOTIFICATION | {"id": 10, "template_context": None},
    )
    assert [row["context"] for row in good] == [None, None]
    assert (rejected, resolved) == ([], [])


@pytest.mark.parametrize(
    ("model", "type_id", "found"),
    [
        ("instruction", 9, {"order": "orders 17"}),
        ("patient", 11, {"patient": "patients 17"}),
        ("plan", 12, {"treatment_plan": "treatment_plans 17"}),
        ("payment", 30, {}),
    ],
)
def test_the_item_is_found_by_its_content_type(model, type_id, found):
    item = {"item_type_id": type_id, "item_type__app_label": "dispatch", "item_type__model": model}
    row = {"id": 9, "recipient_id": 40, "item_id": 17} | item
    (notification,), rejected, resolved = references(NotificationMigration.spec, MIGRATED, row)
    assert (
        notification
        == {
            "recipient": "profiles 40",
            "item_type": f"content_types {type_id}",
            "order": None,
            "patient": None,
            "treatment_plan": None,
        }
        | found
    )
    assert (rejected, resolved) == ([], [])


def test_a_notification_needs_a_recipient():
    good, rejected, _ = references(NotificationMigration.spec, MIGRATED, {"id": 9}, {"id": 10, "recipient_id": 41})
    assert good == []
    assert [(r.legacy_id, r.field, r.code) for r in rejected] == [
        ("9", "recipient", "required"),
        ("10", "recipient", "missing_parent"),
    ]
