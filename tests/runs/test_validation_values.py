"""Values: every field holds what the declaration makes of the legacy row."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    DecimalField,
    Field,
    IntegerField,
    JSONField,
    UUIDField,
)

from catalog.declare import Column
from catalog.registry import spec
from catalog.target.models import Discount
from catalog.target.models.codes import Sex
from catalog.transforms import between
from legacy import models as legacy
from legacy.reader import Snapshot
from runs import checksums, sides, sql_validation
from runs.findings import SAMPLE
from runs.models import Run
from runs.validation import values
from tests.runs.conftest import COMPARED, Insert, offer, order
from tests.runs.validations import change, execute, found, told

pytestmark = pytest.mark.usefixtures("people")

Runner = Callable[..., Run]
BERLIN = timezone(timedelta(hours=2))


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
        ("orders", 42, "exports", "exports = 'null'"),
        ("orders", 42, "notes", "notes = ''"),
        ("orders", 42, "submitted_at", "submitted_at = 'infinity'"),
        ("patients", 5, "suffix", "suffix = '00bb'"),
    ],
)
def test_a_changed_value_is_found(migrated: None, entity: str, legacy_id: int, field: str, assignment: str):
    change(entity, legacy_id, assignment)
    assert told(entity, "values") == [("different", field, 1, [str(legacy_id)])]


def test_a_cent_that_was_moved_is_found_although_the_sum_is_right(migrated: None):
    change("offers", 3, "price_both = price_both + 0.01")
    change("offers", 8, "price_both = price_both - 0.01")
    assert told("offers", "values") == [("different", "price_both", 2, ["3", "8"])]


def test_a_row_that_was_there_before_may_differ_and_is_told_apart(insert: Insert, run_entities: Runner, migrated: None):
    execute("UPDATE migration_mappings SET outcome = 'matched' WHERE entity = 'offers' AND legacy_id = '3'")
    change("offers", 3, "price_both = 5")
    assert told("offers", "values") == [("different_before", "price_both", 1, ["3"])]
    assert {one.found.kind.severity for one in found("offers", "values")} == {"info"}


def test_a_legacy_row_that_changed_since_is_no_error(migrated: None, legacy_db: Any):
    legacy_db.execute("UPDATE dispatch_offer SET price_both = 99, product_id = NULL WHERE id = 3")
    assert told("offers", "references", "values") == [
        ("changed", "product", 1, ["3"]),
        ("changed", "price_both", 1, ["3"]),
    ]
    assert {one.found.kind.severity for one in found("offers", "references", "values")} == {"warning"}


def test_a_policy_is_respected_and_has_to_be_recorded(migrated: None, insert: Insert, run_entities: Runner):
    insert(legacy.Instruction, order(50, exports="{broken"))
    run_entities("orders")
    assert told("orders", "values") == []
    execute("DELETE FROM migration_resolutions WHERE entity = 'orders' AND legacy_id = '50'")
    assert told("orders", "values") == [("unrecorded", "exports", 1, ["50"])]


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
        (JSONField(), {"a": True}, '{"a": 1}', False),
        (JSONField(), {"a": 1}, '{"a": 1.0}', True),
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


# Digests -----------------------------------------------------------------------------------------------------------


def test_where_the_digests_agree_no_value_is_fetched(migrated: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sql_validation, "arrived", lambda *args: pytest.fail("rows were fetched"))
    assert [told(entity, "values", "references") for entity in COMPARED] == [[]] * len(COMPARED)


def test_only_the_column_that_differs_is_fetched(migrated: None, monkeypatch: pytest.MonkeyPatch):
    fetched, whole = [], sql_validation.arrived

    def watched(*args: Any) -> Any:
        fetched.append(args[3:])
        return whole(*args)

    monkeypatch.setattr(sql_validation, "arrived", watched)
    monkeypatch.setattr(sides, "PAGE", 5)
    change("offers", 8, "price_upper = 8")
    assert told("offers", "values") == [("different", "price_upper", 1, ["8"])]
    assert fetched == [(["price_upper"], ["6", "7", "8", "9", "10"])]


VALUES: list[tuple[Field, str, list[Any]]] = [
    (IntegerField(), "integer", [0, -7, 2**31 - 1]),
    (DecimalField(max_digits=14, decimal_places=2), "numeric(14,2)", [Decimal("0.1"), 7, Decimal("-123456789.12")]),
    (BooleanField(), "boolean", [True, False]),
    (DateField(), "date", [date(1, 1, 1), date(2024, 2, 29), date(9999, 12, 31)]),
    (
        DateTimeField(),
        "timestamptz",
        [
            datetime(2024, 5, 1, 12, 0, 0, 120000, tzinfo=UTC),
            datetime(2024, 5, 1, 12, tzinfo=UTC),
            datetime(2024, 5, 1, 12, 0, 0, 1, tzinfo=BERLIN),
            datetime(812, 5, 1, tzinfo=UTC),
            datetime(2024, 5, 1, 12),
        ],
    ),
    (CharField(max_length=9), "varchar(9)", ["", " x ", "é\n", "トレイ", Sex.FEMALE]),
    (UUIDField(), "uuid", [UUID("0b0a4b8e-5a6f-5c0e-8d5a-111111111111")]),
    (
        JSONField(),
        "jsonb",
        [
            {"version": 1, "stl": [1, 2.5, None, True, "é"], "a": {"bb": [], "c": {}}},
            [],
            "x",
            1,
            False,
            {"é": 1, "zz": 2},
        ],
    ),
]


@pytest.mark.parametrize(("field", "kind", "values"), VALUES, ids=lambda value: value if isinstance(value, str) else "")
def test_both_sides_write_a_value_in_the_same_way(committed: None, field: Field, kind: str, values: list[Any]):
    plain = [json.dumps(one) for one in values] if kind == "jsonb" else list(values)
    with connections["target"].cursor() as cursor:
        cursor.execute(f"SELECT array_agg(v::{kind}::text) FROM unnest(%s::text[]) v", [[str(one) for one in plain]])
        theirs = cursor.fetchone()[0]
    assert checksums._texts(field, values) == theirs


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["", "a"], [None, "a"]),
        (["a", None], [None, "a"]),
        (["ab", "c"], ["a", "bc"]),
        (["1", "2"], ["2", "1"]),
        (["a"], ["a", None]),
        ([checksums.NULL], [None]),
        (["a" + checksums.SEPARATOR + "b", "c"], ["a", "b" + checksums.SEPARATOR + "c"]),
    ],
)
def test_different_values_have_different_digests(one: list[Any], other: list[Any]):
    first, second = (checksums.digest(CharField(), values) for values in (one, other))
    assert first is None or first != second


def test_a_text_like_the_mark_of_null_is_told_from_null(migrated: None, legacy_db: Any):
    execute("UPDATE orders SET notes = E'\\x1e'")
    assert told("orders", "values") == [("different", "notes", 3, ["41", "42", "43"])]


# Corrections -------------------------------------------------------------------------------------------------------


def test_a_correction_after_the_fact_is_to_follow_and_no_error(migrated: None):
    execute(
        "INSERT INTO migration_corrections (entity, legacy_id, field, path, old, new, reason, author, fingerprint,"
        " created_at, revoked_by) VALUES ('orders', '42', 'amount', 'price', '10.00', '12', '', 'ada', '', now(), '')"
    )
    assert told("orders", "values") == [("corrected", "amount", 1, ["42"])]
    assert {one.found.kind.severity for one in found("orders", "values")} == {"warning"}
    execute("UPDATE migration_corrections SET revoked_at = now()")
    assert told("orders", "values") == []
