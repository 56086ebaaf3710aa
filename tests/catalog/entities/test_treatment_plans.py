from catalog.declare import OnMissing
from catalog.entities.clinical.treatment_plans import TreatmentPlanMigration
from tests.catalog.transforming import run

PLAN = {"id": 3, "project_id": 8, "number": 2, "name": " Plan 2 ", "notes": " 上顎のみ\n", "original": False}


def test_a_plan():
    (plan,), rejected, resolved = run(TreatmentPlanMigration.spec, PLAN)
    assert (rejected, resolved) == ([], [])
    assert plan == {"number": 2, "name": "Plan 2", "notes": " 上顎のみ\n", "is_original": False}


def test_many_plans_may_share_a_project():
    plans, rejected, _ = run(TreatmentPlanMigration.spec, PLAN, PLAN | {"id": 4, "number": 3})
    assert [plan["number"] for plan in plans] == [2, 3]
    assert rejected == []
    assert not TreatmentPlanMigration.spec.fields["project"].unique


def test_what_the_old_system_left_empty_stays_empty():
    (plan,), rejected, _ = run(TreatmentPlanMigration.spec, {"id": 3, "name": "", "notes": " "})
    assert rejected == []
    assert plan == {"number": None, "name": None, "notes": None, "is_original": None}


def test_a_plan_needs_its_project_but_not_its_order():
    references = TreatmentPlanMigration.spec.references
    assert references["project"].on_missing is OnMissing.FAIL
    assert references["order"].on_missing is OnMissing.SET_NULL


def test_a_number_beyond_the_target_is_refused():
    _, (rejected,), _ = run(TreatmentPlanMigration.spec, PLAN | {"number": 2**31})
    assert (rejected.field, rejected.code) == ("number", "out_of_range")
