"""Validations on a real database: a clean migration has no finding, findings are kept, and nothing is written.

The corruptions that each check finds are in the tests of that check.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import InternalError, connections
from django.utils import timezone

from catalog.registry import spec
from legacy import models as legacy
from legacy.reader import Snapshot
from runs import services, sides
from runs.models import Finding, Run
from runs.states import State
from runs.validation import accounting, checks, row_by_row
from tests.runs.conftest import COMPARED, CORE, Insert
from tests.runs.validations import change, execute, found, told, uuid_of

pytestmark = pytest.mark.usefixtures("people")

Runner = Callable[..., Run]


def test_the_checks_are_found_by_walking():
    assert {"accounting", "money", "references", "values"} <= set(checks())
    assert row_by_row() == {"references", "values"}


def test_a_clean_migration_has_nothing_that_fails(migrated: None):
    severities = {one.found.kind.severity for entity in COMPARED for one in found(entity)}
    assert severities <= {"info"}


def test_every_page_is_compared(migrated: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sides, "PAGE", 5)
    monkeypatch.setattr(accounting, "PAGE", 5)
    assert told("offers", "accounting", "references", "values") == []
    for legacy_id in (1, 12):
        change("offers", legacy_id, "price_both = 0")
    execute("DELETE FROM migration_mappings WHERE entity = 'offers' AND legacy_id = '6'")
    assert ("lost", "", 1, ["6"]) in told("offers", "accounting")
    assert told("offers", "values") == [("different", "price_both", 2, ["1", "12"])]


# Where rows become several -----------------------------------------------------------------------------------------


@pytest.fixture
def payments(insert: Insert, run_entities: Runner) -> None:
    parts = '[{"sum": 1}, {"sum": 2}]'
    insert(legacy.Payment, *({"id": n, "installments": parts, "total_price": "3.00"} for n in (1, 2)))
    run_entities(*CORE, "orders", "purchase_orders", "payments", "invoices", "installments")


def test_the_parts_of_a_row_are_accounted_for_and_compared(payments: None):
    assert told("installments", "accounting", "values") == []
    execute("UPDATE installments SET terms = '{}' WHERE id = " + uuid_of("installments", "2:1"))
    execute("DELETE FROM migration_mappings WHERE entity = 'installments' AND legacy_id = '1:2'")
    execute("UPDATE migration_mappings SET legacy_id = '2:7' WHERE entity = 'installments' AND legacy_id = '2:2'")
    codes = {code: sample for code, _, _, sample in told("installments", "accounting", "values")}
    assert (codes["lost"], codes["no_legacy_row"], codes["different"]) == (["1:2", "2:2"], ["2:7"], ["2:1"])


# Keeping what was found --------------------------------------------------------------------------------------------


def validated(entity: str, *names: str) -> Run:
    return services.execute(services.start_validation([spec(entity)], names or ("references", "values")))


def kept() -> list[tuple[str, str, int]]:
    return sorted(Finding.objects.values_list("code", "state", "rows"))


def test_a_finding_is_kept_once_and_becomes_fixed(migrated: None):
    change("offers", 3, "price_both = 5, product_id = NULL")
    run = validated("offers")
    first = {finding.code: finding for finding in Finding.objects.all()}
    assert kept() == [("different", "open", 1), ("lost_link", "open", 1)]
    assert {finding.entity_run for finding in first.values()} == {run.entity_runs.get()}
    change("offers", 4, "price_both = 5")
    change("offers", 3, f"product_id = {uuid_of('products', 2)}")
    validated("offers", "values")
    assert kept() == [("different", "open", 2), ("lost_link", "open", 1)]
    again = Finding.objects.get(code="different")
    assert again.pk == first["different"].pk and again.first_seen == first["different"].first_seen
    assert again.last_seen > first["different"].last_seen
    change("offers", 3, "price_both = 3.10")
    change("offers", 4, "price_both = 4.10")
    validated("offers")
    assert kept() == [("different", "fixed", 2), ("lost_link", "fixed", 1)]
    validated("discounts")
    change("offers", 4, "price_both = 5")
    validated("offers")
    assert kept() == [("different", "open", 1), ("lost_link", "fixed", 1)]
    assert Finding.objects.get(code="different").pk == first["different"].pk


@pytest.mark.parametrize(
    ("state", "until", "then", "run_state"),
    [
        ("waived", 0, "waived", State.SUCCEEDED),
        ("waived", -1, "open", State.COMPLETED_WITH_FAILURES),
        ("acknowledged", None, "acknowledged", State.COMPLETED_WITH_FAILURES),
    ],
)
def test_what_people_decided_stands_until_its_day(
    migrated: None, state: str, until: int | None, then: str, run_state: State
):
    change("offers", 3, "price_both = 5")
    validated("offers", "values")
    day = None if until is None else timezone.localdate() + timedelta(days=until)
    Finding.objects.update(state=state, waived_until=day, reason="known")
    run = validated("offers", "values")
    assert (kept(), run.state) == ([("different", then, 1)], run_state)
    change("offers", 3, "price_both = 3.10")
    validated("offers", "values")
    assert kept() == [("different", "fixed", 1)]


def test_no_value_is_in_a_finding(migrated: None):
    change("patients", 5, "suffix = 'Müller'")
    validated("patients", "values")
    (finding,) = Finding.objects.values()
    assert "Müller" not in str(finding) and "00BB" not in str(finding)


@pytest.mark.parametrize(("alias", "table"), [("target", "offers"), ("legacy", "dispatch_offer")])
def test_a_validation_cannot_write(migrated: None, monkeypatch: pytest.MonkeyPatch, alias: str, table: str):
    def writes(spec: Any, snapshot: Snapshot) -> list[Any]:
        with connections[alias].cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET price_both = 0")
        return []

    monkeypatch.setitem(checks(), "money", writes)
    with pytest.raises(InternalError, match="read-only"):
        found("offers", "money")
