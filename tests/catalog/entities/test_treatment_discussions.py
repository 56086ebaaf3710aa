from catalog.entities.communications.treatment_discussions import TreatmentDiscussionMigration
from tests.catalog.resolving import references

MIGRATED = {"comments": {3, 4, 5}, "treatment_plans": {8}}


def test_a_comment_discusses_its_plan():
    (discussion,), rejected, _ = references(TreatmentDiscussionMigration.spec, MIGRATED, {"id": 3, "plan_id": 8})
    assert discussion == {"comment": "comments 3", "treatment_plan": "treatment_plans 8"}
    assert rejected == []


def test_without_a_comment_or_a_plan_there_is_no_discussion():
    good, rejected, resolved = references(
        TreatmentDiscussionMigration.spec,
        MIGRATED,
        {"id": 4, "plan_id": 9},
        {"id": 5},
        {"id": 6, "plan_id": 8},
    )
    assert (good, resolved) == ([], [])
    assert [(r.legacy_id, r.field, r.stage, r.code) for r in rejected] == [
        ("4", "treatment_plan", "resolve", "missing_parent"),
        ("5", "treatment_plan", "transform", "required"),
        ("6", "comment", "resolve", "missing_parent"),
    ]
