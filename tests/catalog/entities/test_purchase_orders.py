from catalog.entities.business.purchase_orders import PurchaseOrderMigration
from tests.catalog.resolving import migrate

ORDER = {"id": 4, "instruction_id": 17, "patient_id": 5, "course_id": 1}


def test_a_commercial_order_knows_the_clinical_one():
    outcome = migrate(PurchaseOrderMigration.spec, ORDER, known={"orders": {17}, "patients": {5}, "courses": {1}})
    assert outcome.good == [{"order": "orders 17", "patient": "patients 5", "course": "courses 1"}]
    assert outcome.resolved == []


def test_whatever_is_gone_costs_its_own_reference_only():
    outcome = migrate(PurchaseOrderMigration.spec, ORDER, known={"patients": {5}})
    assert outcome.good == [{"order": None, "patient": "patients 5", "course": None}]
    assert [(r.field, r.old) for r in outcome.resolved] == [("order", "17"), ("course", "1")]
