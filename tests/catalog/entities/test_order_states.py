from datetime import UTC, datetime

from catalog.declare import OnMissing
from catalog.entities.technical.order_states import OrderStateMigration
from tests.catalog.transforming import run

CHANGED = datetime(2024, 1, 9, 16, tzinfo=UTC)
STATE = {"id": 2, "instruction_id": 17, "status": 11, "on": True, "changed_at": CHANGED}


def test_a_state_keeps_its_code():
    (state,), rejected, resolved = run(OrderStateMigration.spec, STATE)
    assert (rejected, resolved) == ([], [])
    assert state == {"state_code": 11, "is_on": True, "changed_at": CHANGED}


def test_a_state_that_was_left():
    (state,), _, _ = run(OrderStateMigration.spec, STATE | {"status": 12, "on": False, "changed_at": None})
    assert state == {"state_code": 12, "is_on": False, "changed_at": None}


def test_an_entry_without_a_state_is_refused():
    good, rejected, _ = run(OrderStateMigration.spec, STATE | {"status": None}, STATE | {"id": 3, "on": None})
    assert good == []
    assert [(r.legacy_id, r.field, r.code) for r in rejected] == [
        ("2", "state_code", "required"),
        ("3", "is_on", "required"),
    ]


def test_an_entry_needs_its_order_but_not_its_actor():
    references = OrderStateMigration.spec.references
    assert (references["order"].columns, references["order"].on_missing) == (("instruction_id",), OnMissing.FAIL)
    assert references["changed_by"].on_missing is OnMissing.SET_NULL
