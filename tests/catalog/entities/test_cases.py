from datetime import UTC, datetime

import pytest

from catalog.declare import OnMissing
from catalog.entities.technical.cases import CaseMigration
from tests.catalog.transforming import run

SUBMITTED = datetime(2023, 5, 2, 8, 30, tzinfo=UTC)
PATIENT = {
    "id": 17,
    "suffix": "00BB",
    "status": 4,
    "archived": True,
    "suspended": False,
    "submitted_at": SUBMITTED,
}


def test_a_case():
    (case,), rejected, resolved = run(CaseMigration.spec, PATIENT)
    assert (rejected, resolved) == ([], [])
    assert case == {
        "case_number": "CASE-00BB-17",
        "status": "active",
        "is_archived": True,
        "is_suspended": False,
        "submitted_at": SUBMITTED,
        "updated_at": None,
    }


@pytest.mark.parametrize("suffix", [None, "", "  "])
def test_without_a_suffix_the_number_is_the_patients_id(suffix: str | None):
    (case,), _, _ = run(CaseMigration.spec, PATIENT | {"suffix": suffix})
    assert case["case_number"] == "CASE-17"


def test_patients_who_share_a_suffix_have_different_numbers():
    cases, _, _ = run(CaseMigration.spec, PATIENT, PATIENT | {"id": 18})
    assert [case["case_number"] for case in cases] == ["CASE-00BB-17", "CASE-00BB-18"]


def test_a_case_without_a_status_gets_none():
    (case,), _, _ = run(CaseMigration.spec, PATIENT | {"status": None})
    assert case["status"] is None


def test_an_unknown_status_costs_the_field_and_not_the_case():
    (case,), rejected, (resolved,) = run(CaseMigration.spec, PATIENT | {"status": 12})
    assert (case["status"], rejected) == (None, [])
    assert (resolved.rule, resolved.old) == ("set_null: unmapped_code", "12")


def test_no_doctor_stands_in_for_a_missing_one():
    references = CaseMigration.spec.references
    assert references["patient"].on_missing is OnMissing.FAIL
    assert references["doctor"].on_missing is OnMissing.SET_NULL
    assert references["office"].on_missing is OnMissing.SET_NULL
