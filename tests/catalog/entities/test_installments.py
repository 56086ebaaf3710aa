import pytest

from catalog.entities.business.installments import InstallmentMigration, installments
from runs.engine.transform import read
from tests.catalog.resolving import causes, migrate
from tests.catalog.transforming import NAMESPACE

SPEC = InstallmentMigration.spec
PAYMENT = {"id": 40, "installments": '[{"due": 30, "amount": "559.10"}, 558.90]'}


def test_a_row_for_each_installment():
    outcome = migrate(SPEC, PAYMENT, known={"invoices": {40}})
    assert outcome.rejected == []
    assert outcome.good == [
        {"invoice": "invoices 40", "position": 1, "terms": {"due": 30, "amount": "559.10"}},
        {"invoice": "invoices 40", "position": 2, "terms": 558.9},
    ]


def test_each_has_a_legacy_id_of_its_own():
    batch, _ = read(SPEC, [tuple(PAYMENT[path] for path in SPEC.paths)], NAMESPACE)
    assert batch.ids == ["40:1", "40:2"]


@pytest.mark.parametrize("text", [None, "", " ", "[]", "[ ]"])
def test_an_empty_list_gives_no_rows(text):
    assert installments(text) == []


@pytest.mark.parametrize("text", ["[{", '{"due": 30}', "[NaN]"])
def test_what_is_no_list_fails_the_payments_row_once(text):
    outcome = migrate(SPEC, PAYMENT | {"id": 41, "installments": text}, PAYMENT, known={"invoices": {40, 41}})
    assert len(outcome.good) == 2
    assert causes(outcome) == [("41", "", "not_json")]


def test_a_number_that_cannot_be_kept_exactly_is_refused():
    outcome = migrate(SPEC, PAYMENT | {"installments": "[0.12345678901234567890]"}, known={"invoices": {40}})
    assert causes(outcome) == [("40", "", "out_of_range")]


def test_an_installment_needs_its_invoice():
    outcome = migrate(SPEC, PAYMENT, known={})
    assert causes(outcome) == [("40:1", "invoice", "missing_parent"), ("40:2", "invoice", "missing_parent")]
