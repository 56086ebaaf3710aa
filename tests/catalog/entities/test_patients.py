from datetime import date

import pytest

from catalog.entities.clinical.patients import PatientMigration
from tests.catalog.transforming import run

PATIENT = {"id": 523064, "suffix": "00BB", "sex": 2, "status": 4, "birthdate": date(2001, 2, 3), "schemes": "{}"}


def test_a_patient():
    (patient,), rejected, resolved = run(PatientMigration.spec, PATIENT | {"archived": True})
    assert (rejected, resolved) == ([], [])
    assert (patient["patient_number"], patient["suffix"]) == ("PAT-523064", "00BB")
    assert (patient["sex"], patient["status"], patient["birthdate"]) == ("female", "active", date(2001, 2, 3))
    assert (patient["is_archived"], patient["is_suspended"], patient["schemes"]) == (True, None, {})


@pytest.mark.parametrize(("code", "status"), [(1, "consultation"), (9, "on_hold"), (11, "revision"), (None, None)])
def test_every_status_has_its_meaning(code: int | None, status: str | None):
    (patient,), _, _ = run(PatientMigration.spec, PATIENT | {"status": code})
    assert patient["status"] == status


@pytest.mark.parametrize(("field", "code"), [("status", 12), ("status", 0), ("sex", 3)])
def test_a_code_without_meaning_costs_the_field_and_not_the_patient(field: str, code: int):
    (patient,), rejected, (resolved,) = run(PatientMigration.spec, PATIENT | {field: code})
    assert (patient[field], rejected) == (None, [])
    assert (resolved.field, resolved.rule, resolved.old) == (field, "set_null: unmapped_code", str(code))


def test_a_suffix_that_does_not_fit_fails():
    _, (rejected,), _ = run(PatientMigration.spec, PATIENT | {"suffix": "x" * 33})
    assert (rejected.field, rejected.code) == ("suffix", "too_long")


@pytest.mark.parametrize("impossible", [date(1, 1, 1), date(2999, 12, 31)])
def test_an_impossible_date_of_birth_is_left_out_and_noted(impossible: date):
    (patient,), _, (resolved,) = run(PatientMigration.spec, PATIENT | {"birthdate": impossible})
    assert patient["birthdate"] is None
    assert (resolved.rule, resolved.old) == ("set_null: out_of_range", str(impossible))
