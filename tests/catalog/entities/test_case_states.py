from datetime import UTC, datetime

from catalog.declare import OnMissing
from catalog.entities.technical.case_states import CaseStateMigration
from tests.catalog.transforming import run

CHANGED = datetime(2024, 1, 9, 16, tzinfo=UTC)
STATE = {"id": 2, "instruction__patient_id": 17, "status": 11, "on": True, "changed_at": CHANGED}


def test_a_state_keeps_its_code():
    (state,), rejected, resolved = run(CaseStateMigration.spec, STATE)
    assert (rejected, resolved) == ([], [])
    assert state == {"state_code": 11, "is_on": True, "changed_at": CHANGED}


def test_a_state_that_was_left():
    (state,), _, _ = run(CaseStateMigration.spec, STATE | {"status": 12, "on": False, "changed_at": None})
    assert state == {"state_code": 12, "is_on": False, "changed_at": None}


def test_an_entry_without_a_state_is_refused():
    good, rejected, _ = run(CaseStateMigration.spec, STATE | {"status": None}, STATE | {"id": 3, "on": None})
    assert good == []
    assert [(r.legacy_id, r.field, r.code) for r in rejected] == [
        ("2", "state_code", "required"),
        ("3", "is_on", "required"),
    ]


def test_an_entry_needs_its_case_but_not_its_actor():
    references = CaseStateMigration.spec.references
    assert (references["case"].columns, references["case"].on_missing) == (("instruction__patient_id",), OnMissing.FAIL)
    assert references["changed_by"].on_missing is OnMissing.SET_NULL
