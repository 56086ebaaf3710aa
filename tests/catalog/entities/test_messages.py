from datetime import UTC, datetime

import pytest

from catalog.entities.communications.messages import MessageMigration
from tests.catalog.resolving import references
from tests.catalog.transforming import run

WRITTEN = datetime(2024, 3, 1, 9, 30, tzinfo=UTC)
RECORD = {
    "id": 5,
    "type": 6,
    "text": " プランを確認しました。\n",
    "target_id": 17,
    "public": False,
    "created_at": WRITTEN,
}
MIGRATED = {
    "patients": {17},
    "profiles": {17, 40},
    "treatment_plans": {17},
    "content_types": {11, 12, 30, 58},
    "teams": {4},
}


def about(type_id, app_label, model):
    return {"target_type_id": type_id, "target_type__app_label": app_label, "target_type__model": model}


def test_a_message():
    (message,), rejected, resolved = run(MessageMigration.spec, RECORD)
    assert (rejected, resolved) == ([], [])
    assert message == {
        "type_code": 6,
        "content": " プランを確認しました。\n",
        "target_key": 17,
        "is_public": False,
        "created_at": WRITTEN,
    }


def test_a_message_without_text_may_still_carry_files():
    (first, second), rejected, _ = run(MessageMigration.spec, RECORD | {"text": " "}, RECORD | {"id": 6, "text": None})
    assert (first["content"], second["content"], rejected) == (None, None, [])


@pytest.mark.parametrize(
    ("target", "field", "parent"),
    [
        (about(11, "dispatch", "patient"), "recipient_patient", "patients 17"),
        (about(58, "auth", "user"), "recipient_profile", "profiles 17"),
        (about(12, "dispatch", "plan"), "treatment_plan", "treatment_plans 17"),
    ],
)
def test_the_content_type_says_whose_key_it_is(target, field, parent):
    (message,), rejected, resolved = references(MessageMigration.spec, MIGRATED, {"id": 5, "target_id": 17} | target)
    found = {name: message[name] for name in ("recipient_patient", "recipient_profile", "treatment_plan")}
    assert found == {"recipient_patient": None, "recipient_profile": None, "treatment_plan": None} | {field: parent}
    assert (rejected, resolved) == ([], [])


def test_a_key_of_another_kind_refers_to_nobody_and_is_kept():
    row = {"id": 5, "target_id": 17} | about(30, "dispatch", "payment")
    (message,), rejected, resolved = references(MessageMigration.spec, MIGRATED, row)
    assert message["target_type"] == "content_types 30"
    assert not message["recipient_patient"] and not message["recipient_profile"]
    assert (rejected, resolved) == ([], [])
    (values,), _, _ = run(MessageMigration.spec, row)
    assert values["target_key"] == 17


def test_whoever_is_gone_is_noted_and_costs_no_message():
    row = {"id": 5, "target_id": 18, "author_id": 41, "group_id": 9} | about(11, "dispatch", "patient")
    (message,), rejected, resolved = references(MessageMigration.spec, MIGRATED, row)
    assert message["recipient_patient"] is message["sender"] is message["team"] is None
    assert rejected == []
    assert [(r.field, r.old) for r in resolved] == [("sender", "41"), ("recipient_patient", "18"), ("team", "9")]
