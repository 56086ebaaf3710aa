"""Validations on a real database: a clean migration has no finding, and each corruption is found by the right check.

The corruptions are plain SQL in the target, the ledger or the legacy database.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import InternalError, connections
from django.db.models import CharField, DateTimeField, JSONField

from catalog.declare import Column
from catalog.registry import spec
from catalog.target.models import Discount
from catalog.transforms import between
from legacy import models as legacy
from legacy import reader
from legacy.reader import Snapshot
from runs import services, sides, validating
from runs.findings import SAMPLE, Checked
from runs.models import Finding, Run
from runs.validation import accounting, checks, values
from tests.runs.conftest import CORE, Insert, order

pytestmark = pytest.mark.usefixtures("people")

Runner = Callable[..., Run]
BERLIN = timezone(timedelta(hours=2))
ENTITIES = (*CORE, "products", "offers", "discounts", "orders")


@pytest.fixture
def migrated(insert: Insert, run_entities: Runner) -> None:
    """Everything has arrived: two products, twelve offers with prices, two discounts, three orders."""
    insert(legacy.Product, *({"id": n, "name": f"Aligner {n}", "course_id": 1, "type": 1} for n in (1, 2)))
    insert(legacy.Offer, *(offer(n) for n in range(1, 13)))
    insert(legacy.Discount, *({"id": n, "offer_id": n, "percent": 10 * n, "start": "2024-02-29"} for n in (1, 2)))
    insert(
        legacy.Instruction,
        *(order(n, submitted_at="2024-05-01T10:00:00Z", exports='{"a": [1.50]}') for n in (41, 42, 43)),
    )
    run = run_entities(*ENTITIES)
    assert [e.failed for e in run.entity_runs.all()] == [0] * len(ENTITIES)


def offer(number: int, **values: Any) -> dict[str, Any]:
    return {"id": number, "doctor_id": 7, "product_id": 1 + number % 2, "price_both": f"{number}.10", **values}


def execute(statement: str, *params: Any) -> None:
    with connections["target"].cursor() as cursor:
        cursor.execute(statement, params)


def change(entity: str, legacy_id: int | str, assignment: str) -> None:
    """UPDATE of the target row that came from this legacy row."""
    execute(
        f"UPDATE {spec(entity).target._meta.db_table} SET {assignment} WHERE id ="
        " (SELECT target_id FROM migration_mappings WHERE entity = %s AND legacy_id = %s)",
        entity,
        str(legacy_id),
    )


def uuid_of(entity: str, legacy_id: int | str) -> str:
    return f"(SELECT target_id FROM migration_mappings WHERE entity = '{entity}' AND legacy_id = '{legacy_id}')"


def found(entity: str, *names: str) -> list[Checked]:
    with Snapshot() as snapshot:
        return validating.validate(spec(entity), snapshot, names)


def told(entity: str, *names: str) -> list[tuple[str, str, str, int, list[str]]]:
    """(check, code, field, rows, sample) of what is found."""
    return [
        (o.check, o.found.kind.code, o.found.field, o.found.rows, list(o.found.sample)) for o in found(entity, *names)
    ]


def test_the_checks_are_found_by_walking():
    assert list(checks()) == ["accounting", "money", "references", "values"]


def test_a_clean_migration_has_no_finding(migrated: None):
    assert {entity: told(entity) for entity in ENTITIES} == {entity: [] for entity in ENTITIES}


def test_every_page_is_compared(migrated: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sides, "PAGE", 5)
    monkeypatch.setattr(accounting, "PAGE", 5)
    assert told("offers") == []
    for legacy_id in (1, 12):
        change("offers", legacy_id, "price_both = 0")
    execute("DELETE FROM migration_mappings WHERE entity = 'offers' AND legacy_id = '6'")
    assert [(check, code, rows, sample) for check, code, _, rows, sample in told("offers", "accounting", "values")][
        :1
    ] == [("accounting", "lost", 1, ["6"])]
    assert ("values", "different", "price_both", 2, ["1", "12"]) in told("offers")


# Accounting --------------------------------------------------------------------------------------------------------


def test_a_deleted_row_is_found(migrated: None):
    execute(f"DELETE FROM offers WHERE id = {uuid_of('offers', 12)}")
    assert told("offers") == [("accounting", "row_gone", "", 1, ["12"])]


def test_a_removed_mapping_is_found_on_both_sides(migrated: None):
    with connections["target"].cursor() as cursor:
        cursor.execute(
            "DELETE FROM migration_mappings WHERE entity = 'offers' AND legacy_id = '12' RETURNING target_id"
        )
        (target_id,) = cursor.fetchone()
    assert told("offers") == [
        ("accounting", "lost", "", 1, ["12"]),
        ("accounting", "unnamed_row", "", 1, [f"target:{target_id}"]),
    ]
    lost = found("offers")[0].found
    assert (lost.expected, lost.actual, lost.difference) == ("12 rows", "11 rows", "1 rows")


def test_a_row_that_somebody_added_is_found(migrated: None):
    execute("INSERT INTO offers (id, price_both) VALUES ('00000000-0000-4000-8000-000000000001', 1)")
    assert told("offers") == [
        ("accounting", "unnamed_row", "", 1, ["target:00000000-0000-4000-8000-000000000001"]),
    ]


def test_a_mapping_that_was_given_to_another_entity_is_found(migrated: None):
    execute("UPDATE migration_mappings SET entity = 'tasks' WHERE entity = 'offers' AND legacy_id = '12'")
    assert [(code, rows) for _, code, _, rows, _ in told("offers")] == [("lost", 1), ("unnamed_row", 1)]


def test_two_mappings_to_one_row_are_found(migrated: None):
    execute(
        f"UPDATE migration_mappings SET target_id = {uuid_of('discounts', 1)}"
        " WHERE legacy_id = '2' AND entity = 'discounts'"
    )
    codes = [(check, code, rows, sample) for check, code, _, rows, sample in told("discounts", "accounting")]
    assert ("accounting", "shared_row", 2, ["1", "2"]) in codes
    assert [code for _, code, *_ in codes] == ["unnamed_row", "shared_row"]


def test_a_mapping_and_an_open_failure_of_one_row_are_found(migrated: None, insert: Insert, run_entities: Runner):
    insert(legacy.Discount, {"id": 3, "offer_id": 888, "percent": 10})
    run_entities("discounts")
    assert told("discounts") == []
    execute("UPDATE migration_failed_records SET legacy_id = '2' WHERE entity = 'discounts'")
    assert [(code, rows, sample) for _, code, _, rows, sample in told("discounts")] == [
        ("lost", 1, ["3"]),
        ("twice", 1, ["2"]),
    ]


def test_a_new_legacy_row_is_to_come_and_not_lost(migrated: None, insert: Insert):
    insert(legacy.Offer, offer(99))
    (one,) = found("offers")
    assert (one.found.kind.code, one.found.kind.severity, one.found.sample) == ("to_come", "warning", ["99"])


def test_a_run_over_chosen_ids_has_not_read_what_lies_between(insert: Insert, run_entities: Runner, migrated: None):
    insert(legacy.Offer, offer(20), offer(30))
    run_entities("offers", ids=("30",))
    assert told("offers") == [("accounting", "to_come", "", 1, ["20"])]


@pytest.mark.parametrize(
    ("table", "code"), [("migration_mappings", "no_legacy_row"), ("migration_failed_records", "stale_failure")]
)
def test_records_of_legacy_rows_that_are_gone(
    table: str, code: str, migrated: None, insert: Insert, run_entities: Runner, legacy_db: Any
):
    insert(legacy.Discount, {"id": 3, "offer_id": 888, "percent": 10})
    run_entities("discounts")
    legacy_db.execute("DELETE FROM dispatch_discount WHERE id = %s", [2 if table == "migration_mappings" else 3])
    assert [(code, rows) for _, code, _, rows, _ in told("discounts")] == [(code, 1)]


def test_rows_that_paging_leaves_out_are_found(migrated: None, monkeypatch: pytest.MonkeyPatch):
    whole = reader.pages

    def short(*args: Any) -> Any:
        return (replace(page, rows=page.rows[:-1]) for page in whole(*args))

    monkeypatch.setattr(reader, "pages", short)
    unread, *_ = [one.found for one in found("offers", "accounting") if one.found.kind.code == "unread"]
    assert (unread.expected, unread.actual, unread.rows) == ("12 rows", "11 rows", 1)


def test_two_entities_share_a_table_without_being_taken_for_strangers(insert: Insert, run_entities: Runner):
    insert(legacy.Comment, {"id": 1, "text": "Passt.", "author_id": 7, "created_at": "2024-01-01T00:00:00Z"})
    insert(legacy.Note, {"id": 1, "text": "Ruft an.", "doctor_id": 7, "created_at": "2024-01-01T00:00:00Z"})
    names = ("communication_log_comments", "communication_log_notes")
    run = run_entities("offices", "profiles", "doctors", "courses", "patients", "comments", "doctor_notes", *names)
    assert [run.entity_runs.get(entity=name).created for name in names] == [1, 1]
    assert [told(name) for name in names] == [[], []]


def test_a_legacy_id_that_cannot_be_one_is_found(migrated: None):
    execute("UPDATE migration_mappings SET legacy_id = 'none' WHERE entity = 'offers' AND legacy_id = '12'")
    assert [(code, sample) for _, code, _, _, sample in told("offers", "accounting")] == [
        ("lost", ["12"]),
        ("no_legacy_row", ["none"]),
    ]


# References --------------------------------------------------------------------------------------------------------


def test_two_swapped_references_are_found(migrated: None):
    change("offers", 3, f"product_id = {uuid_of('products', 1)}")
    change("offers", 4, f"product_id = {uuid_of('products', 2)}")
    assert told("offers") == [("references", "wrong_row", "product", 2, ["3", "4"])]
    assert found("offers")[0].found.kind.severity == "critical"


def test_a_reference_that_was_emptied_is_found(migrated: None):
    change("offers", 3, "product_id = NULL")
    assert told("offers") == [("references", "lost_link", "product", 1, ["3"])]


def test_a_reference_from_nowhere_is_found(migrated: None, insert: Insert, run_entities: Runner):
    insert(legacy.Offer, offer(20, doctor_id=None))
    run_entities("offers")
    change("offers", 20, f"doctor_id = {uuid_of('doctors', 7)}")
    assert told("offers") == [("references", "stray_link", "doctor", 1, ["20"])]


def test_a_key_that_leads_nowhere_is_inherited_if_a_resolution_says_so(
    migrated: None, insert: Insert, run_entities: Runner
):
    insert(legacy.Offer, offer(20, product_id=777))
    run_entities("offers")
    (one,) = found("offers")
    assert (one.found.kind.code, one.found.kind.severity, one.found.kind.origin) == ("dangling", "info", "inherited")
    execute("DELETE FROM migration_resolutions WHERE entity = 'offers'")
    assert told("offers") == [("references", "unexplained", "product", 1, ["20"])]


def test_a_parent_that_failed_or_is_out_of_scope_is_told_from_one_that_never_was(
    migrated: None, insert: Insert, run_entities: Runner
):
    insert(legacy.Offer, offer(20, doctor_id=9))
    run_entities("offers")
    assert told("offers") == [("references", "left_empty", "doctor", 1, ["20"])]


def test_a_parent_that_came_later_is_found(migrated: None, insert: Insert, run_entities: Runner):
    insert(legacy.Offer, offer(20, product_id=3))
    run_entities("offers")
    insert(legacy.Product, {"id": 3, "name": "Aligner 3", "course_id": 1, "type": 1})
    run_entities("products")
    assert told("offers") == [("references", "late_parent", "product", 1, ["20"])]


# Values ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entity", "legacy_id", "field", "assignment"),
    [
        ("discounts", 1, "percent", "percent = percent + 1"),
        ("discounts", 2, "valid_from", "valid_from = valid_from + 1"),
        ("discounts", 2, "valid_from", "valid_from = NULL"),
        ("orders", 42, "submitted_at", "submitted_at = submitted_at + interval '1 hour'"),
        ("orders", 42, "order_number", "order_number = lower(order_number)"),
        ("orders", 42, "order_number", "order_number = left(order_number, -1)"),
        ("orders", 42, "status", "status = 'approved'"),
        ("orders", 42, "exports", """exports = '{"a": [1.51]}'"""),
        ("orders", 42, "exports", "exports = NULL"),
        ("orders", 42, "submitted_at", "submitted_at = 'infinity'"),
        ("patients", 5, "suffix", "suffix = '00bb'"),
    ],
)
def test_a_changed_value_is_found(migrated: None, entity: str, legacy_id: int, field: str, assignment: str):
    change(entity, legacy_id, assignment)
    assert told(entity) == [("values", "different", field, 1, [str(legacy_id)])]


def test_a_cent_that_was_moved_is_found_although_the_sum_is_right(migrated: None):
    change("offers", 3, "price_both = price_both + 0.01")
    change("offers", 8, "price_both = price_both - 0.01")
    assert told("offers") == [("values", "different", "price_both", 2, ["3", "8"])]


def test_a_row_that_was_there_before_may_differ_and_is_told_apart(insert: Insert, run_entities: Runner, migrated: None):
    execute("UPDATE migration_mappings SET outcome = 'matched' WHERE entity = 'offers' AND legacy_id = '3'")
    change("offers", 3, "price_both = 5")
    assert told("offers") == [
        ("money", "sum_before", "price_both", 1, []),
        ("values", "different_before", "price_both", 1, ["3"]),
    ]
    assert {one.found.kind.severity for one in found("offers")} == {"info"}


def test_a_legacy_row_that_changed_since_is_no_error(migrated: None, legacy_db: Any):
    legacy_db.execute("UPDATE dispatch_offer SET price_both = 99, product_id = NULL WHERE id = 3")
    assert told("offers") == [
        ("money", "sum_changed", "price_both", 1, []),
        ("references", "changed", "product", 1, ["3"]),
        ("values", "changed", "price_both", 1, ["3"]),
    ]
    assert {one.found.kind.severity for one in found("offers")} == {"warning"}


def test_a_policy_is_respected_and_has_to_be_recorded(migrated: None, insert: Insert, run_entities: Runner):
    insert(legacy.Instruction, order(50, exports="{broken"))
    run_entities("orders")
    assert told("orders") == []
    execute("DELETE FROM migration_resolutions WHERE entity = 'orders' AND legacy_id = '50'")
    assert told("orders") == [("values", "unrecorded", "exports", 1, ["50"])]


def test_a_row_that_the_declaration_would_refuse_today_is_told(migrated: None):
    stricter = {"percent": Column("percent", between(0, 15))}
    discounts = replace(spec("discounts"), recipes={**spec("discounts").recipes, **stricter})
    with Snapshot() as snapshot:
        (one,) = values.check(discounts, snapshot)
    assert (one.kind.code, one.kind.severity, one.field, one.sample) == ("refused", "warning", "percent", ["2"])


def test_a_field_without_a_recipe_holds_its_default(migrated: None, monkeypatch: pytest.MonkeyPatch):
    fields = {name: recipe for name, recipe in spec("discounts").recipes.items() if name != "is_total"}
    monkeypatch.setattr(Discount._meta.get_field("is_total"), "default", True)
    with Snapshot() as snapshot:
        (one,) = values.check(replace(spec("discounts"), recipes=fields), snapshot)
    assert (one.field, one.rows, one.sample) == ("is_total", 2, ["1", "2"])


@pytest.mark.parametrize(
    ("field", "expected", "actual", "same"),
    [
        (DateTimeField(), datetime(2024, 5, 1, 12), datetime(2024, 5, 1, 14, tzinfo=BERLIN), True),
        (DateTimeField(), datetime(2024, 5, 1, 12), datetime(2024, 5, 1, 12, tzinfo=BERLIN), False),
        (JSONField(), {"a": [1e23, 1.5]}, '{"a": [100000000000000000000000, 1.50]}', True),
        (JSONField(), {"a": [1e23]}, '{"a": [100000000000000000000001]}', False),
        (JSONField(), None, None, True),
        (CharField(), "x", "x ", False),
    ],
)
def test_values_are_compared_as_the_database_holds_them(field: Any, expected: Any, actual: Any, same: bool):
    assert list(values._differences(field, [expected], [actual])) == ([] if same else [0])


def test_the_sample_is_short_and_the_number_is_whole(migrated: None, insert: Insert, run_entities: Runner):
    insert(legacy.Offer, *(offer(n) for n in range(100, 130)))
    run_entities("offers")
    execute("UPDATE offers SET price_upper = 1")
    (values,) = [one.found for one in found("offers", "values")]
    assert (values.rows, len(values.sample), values.sample[0]) == (42, SAMPLE, "1")


# Money -------------------------------------------------------------------------------------------------------------


def test_a_cent_too_much_is_found_to_the_cent(migrated: None, insert: Insert, run_entities: Runner):
    insert(legacy.Offer, offer(20, price_both="123456610.32"))
    run_entities("offers")
    assert told("offers", "money") == []
    change("offers", 20, "price_both = price_both + 0.01")
    (one,) = found("offers", "money")
    money = one.found
    assert (money.field, money.kind.severity) == ("price_both", "critical")
    assert (money.expected, money.actual, money.difference) == ("123,456,689.52", "123,456,689.53", "+0.01")


# Where rows become several -----------------------------------------------------------------------------------------


@pytest.fixture
def payments(insert: Insert, run_entities: Runner) -> None:
    parts = '[{"sum": 1}, {"sum": 2}]'
    insert(legacy.Payment, *({"id": n, "installments": parts, "total_price": "3.00"} for n in (1, 2)))
    run_entities(*CORE, "orders", "purchase_orders", "payments", "invoices", "installments")


def test_the_parts_of_a_row_are_accounted_for_and_compared(payments: None):
    assert told("installments") == []
    execute("UPDATE installments SET terms = '{}' WHERE id = " + uuid_of("installments", "2:1"))
    execute("DELETE FROM migration_mappings WHERE entity = 'installments' AND legacy_id = '1:2'")
    execute("UPDATE migration_mappings SET legacy_id = '2:7' WHERE entity = 'installments' AND legacy_id = '2:2'")
    assert [(code, sample) for _, code, _, _, sample in told("installments") if code != "unnamed_row"] == [
        ("lost", ["1:2", "2:2"]),
        ("no_legacy_row", ["2:7"]),
        ("different", ["2:1"]),
    ]


# Keeping what was found --------------------------------------------------------------------------------------------


def kept() -> list[tuple[str, str, int]]:
    return sorted(Finding.objects.values_list("code", "state", "rows"))


def test_a_finding_is_kept_once_and_becomes_fixed(migrated: None):
    change("offers", 3, "price_both = 5")
    list(services.validate([spec("offers")]))
    first = {finding.code: finding for finding in Finding.objects.all()}
    assert kept() == [("different", "open", 1), ("sum", "open", 12)]
    change("offers", 4, "price_both = 5")
    list(services.validate([spec("offers")], ["values"]))
    assert kept() == [("different", "open", 2), ("sum", "open", 12)]
    again = Finding.objects.get(code="different")
    assert again.pk == first["different"].pk and again.first_seen == first["different"].first_seen
    assert again.last_seen > first["different"].last_seen
    change("offers", 3, "price_both = 3.10")
    change("offers", 4, "price_both = 4.10")
    list(services.validate([spec("offers")]))
    assert kept() == [("different", "fixed", 2), ("sum", "fixed", 12)]
    list(services.validate([spec("discounts")]))
    change("offers", 4, "price_both = 5")
    list(services.validate([spec("offers")]))
    assert kept() == [("different", "open", 1), ("sum", "open", 12)]
    assert Finding.objects.get(code="different").pk == first["different"].pk


def test_no_value_is_in_a_finding(migrated: None):
    change("patients", 5, "suffix = 'Müller'")
    list(services.validate([spec("patients")]))
    (finding,) = Finding.objects.values()
    assert "Müller" not in str(finding) and "00BB" not in str(finding)


def test_a_validation_cannot_write(migrated: None, monkeypatch: pytest.MonkeyPatch):
    def writes(spec: Any, snapshot: Snapshot) -> list[Any]:
        execute("UPDATE offers SET price_both = 0")
        return []

    monkeypatch.setitem(checks(), "money", writes)
    with pytest.raises(InternalError, match="read-only"):
        found("offers", "money")


# manage.py validate_entity -----------------------------------------------------------------------------------------


def test_the_command_says_what_is_right_and_what_is_wrong(migrated: None, capsys: pytest.CaptureFixture[str]):
    call_command("validate_entity", "offers", "discounts")
    assert capsys.readouterr().out == "2 entities validated: nothing found.\n"
    change("offers", 3, "price_both = 3.11")
    with pytest.raises(SystemExit) as stopped:
        call_command("validate_entity", "validate_offers_discounts")
    assert stopped.value.code == 2
    lines = capsys.readouterr().out.splitlines()
    assert "12 critical  offers.price_both" in lines[0] and "a difference of +0.01." in lines[0]
    assert "1 error  offers.price_both" in lines[1] and "Legacy ids 3." in lines[1]
    assert lines[2] == "2 entities validated: 1 critical, 1 error."


def test_the_command_writes_json_and_takes_a_check(migrated: None, capsys: pytest.CaptureFixture[str]):
    change("offers", 3, "price_both = 3.11")
    call_command("validate_entity", "offers", "--check", "references", "--json")
    assert json.loads(capsys.readouterr().out) == {"entities": 1, "findings": []}
    with pytest.raises(SystemExit):
        call_command("validate_entity", "offers", "--check", "values", "--json")
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert (finding["check"], finding["code"], finding["rows"], finding["sample"]) == ("values", "different", 1, ["3"])


def test_an_unknown_check_and_a_repair_are_refused(migrated: None):
    with pytest.raises(CommandError, match=r"no check vallues\. Checks: accounting, money"):
        call_command("validate_entity", "offers", "--check", "vallues")
    with pytest.raises(CommandError, match="no rows of its own"):
        call_command("validate_entity", "repair_order_doctors")
