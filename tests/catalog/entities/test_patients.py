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


@pytest.mark.parametrize(
    ("bad", "code"),
    [({"status": 12}, "unmapped_code"), ({"sex": 3}, "unmapped_code"), ({"suffix": "x" * 11}, "too_long")],
)
def test_what_has_no_meaning_fails(bad: dict, code: str):
    good, (rejected,), _ = run(PatientMigration.spec, PATIENT | bad)
    assert (good, rejected.field, rejected.code) == ([], next(iter(bad)), code)


@pytest.mark.parametrize("impossible", [date(1, 1, 1), date(2999, 12, 31)])
def test_an_impossible_date_of_birth_is_left_out_and_noted(impossible: date):
    (patient,), _, (resolved,) = run(PatientMigration.spec, PATIENT | {"birthdate": impossible})
    assert patient["birthdate"] is None
    assert (resolved.rule, resolved.old) == ("set_null: out_of_range", str(impossible))
