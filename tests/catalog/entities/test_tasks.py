from datetime import UTC, datetime

import pytest

from catalog.entities.technical.tasks import TaskMigration
from tests.catalog.resolving import causes, migrate
from tests.catalog.transforming import run

SPEC = TaskMigration.spec
DONE = datetime(2024, 6, 1, 9, 30, tzinfo=UTC)
TASK = {
    "id": 1000,
    "instruction_id": 17,
    "plan_id": 21,
    "plan__instruction_id": 17,
    "order_id": 4,
    "template_id": 3,
    "actor_id": 8,
    "file_id": 12,
    "checked": True,
    "done_at": DONE,
    "text": " 再スキャン待ち",
    "jaw": 2,
}
KNOWN = {
    "orders": {17},
    "treatment_plans": {21},
    "purchase_orders": {4},
    "templates": {3},
    "profiles": {8},
    "files": {12},
}


def test_a_task():
    outcome = migrate(SPEC, TASK, known=KNOWN)
    assert (outcome.rejected, outcome.resolved) == ([], [])
    assert outcome.good == [
        {
            "order": "orders 17",
            "treatment_plan": "treatment_plans 21",
            "purchase_order": "purchase_orders 4",
            "template": "templates 3",
            "assigned_to": "profiles 8",
            "file": "files 12",
            "status": "completed",
            "is_checked": True,
            "done_at": DONE,
            "description": " 再スキャン待ち",
            "jaw_code": 2,
        }
    ]


@pytest.mark.parametrize("instruction", [None, 99])
def test_a_task_without_an_order_finds_it_through_its_plan(instruction):
    outcome = migrate(SPEC, TASK | {"instruction_id": instruction}, known=KNOWN)
    assert outcome.good[0]["order"] == "orders 17"
    assert outcome.resolved == []


def test_a_task_with_neither_order_nor_plan_is_refused():
    nothing = TASK | {"instruction_id": None, "plan_id": None, "plan__instruction_id": None}
    outcome = migrate(SPEC, nothing, nothing | {"id": 1001, "instruction_id": 99}, known=KNOWN)
    assert causes(outcome) == [("1000", "order", "required"), ("1001", "order", "missing_parent")]


def test_helpers_that_are_gone_are_noted():
    outcome = migrate(SPEC, TASK, known={"orders": {17}})
    assert outcome.good[0]["order"] == "orders 17"
    noted = ["treatment_plan", "purchase_order", "template", "assigned_to", "file"]
    assert [(r.field, r.rule) for r in outcome.resolved] == [(name, "set_null: missing_parent") for name in noted]


@pytest.mark.parametrize(
    ("checked", "done_at", "status"),
    [(True, DONE, "completed"), (False, DONE, "in_progress"), (None, DONE, "in_progress"), (True, None, "pending")],
)
def test_the_status_follows_from_check_and_date(checked, done_at, status):
    (task,), _, _ = run(SPEC, TASK | {"checked": checked, "done_at": done_at})
    assert (task["status"], task["is_checked"], task["done_at"]) == (status, checked, done_at)


def test_a_jaw_code_is_required():
    _, (rejected,), _ = run(SPEC, TASK | {"jaw": None})
    assert (rejected.field, rejected.code) == ("jaw_code", "required")
