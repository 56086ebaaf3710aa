"""Accounting: every legacy row has its place, every mapping its row, every row its mapping."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connections

from legacy import models as legacy
from legacy import reader
from runs.models import EntityRun, Run
from tests.runs.conftest import Insert, offer
from tests.runs.validations import change, execute, found, told, uuid_of

pytestmark = pytest.mark.usefixtures("people")

Runner = Callable[..., Run]


def test_a_deleted_row_is_found(migrated: None):
    execute(f"DELETE FROM offers WHERE id = {uuid_of('offers', 12)}")
    assert told("offers", "accounting") == [("row_gone", "", 1, ["12"])]


def test_a_removed_mapping_is_found_on_both_sides(migrated: None):
    with connections["target"].cursor() as cursor:
        cursor.execute(
            "DELETE FROM migration_mappings WHERE entity = 'offers' AND legacy_id = '12' RETURNING target_id"
        )
        (target_id,) = cursor.fetchone()
    assert [(code, rows, sample) for code, _, rows, sample in told("offers", "accounting")] == [
        ("lost", 1, ["12"]),
        ("unnamed_row", 1, [f"target:{target_id}"]),
        ("page_count", 1, []),
    ]
    lost = found("offers", "accounting")[0].found
    assert (lost.expected, lost.actual, lost.difference) == ("12 rows", "11 rows", "1 rows")


def test_a_row_that_somebody_added_is_found(migrated: None):
    execute("INSERT INTO offers (id, price_both) VALUES ('00000000-0000-4000-8000-000000000001', 1)")
    assert told("offers", "accounting") == [
        ("unnamed_row", "", 1, ["target:00000000-0000-4000-8000-000000000001"]),
    ]


def test_a_mapping_that_was_given_to_another_entity_is_found(migrated: None):
    execute("UPDATE migration_mappings SET entity = 'tasks' WHERE entity = 'offers' AND legacy_id = '12'")
    assert [(code, rows) for code, _, rows, _ in told("offers", "accounting")] == [
        ("lost", 1),
        ("unnamed_row", 1),
        ("page_count", 1),
    ]


def test_two_mappings_to_one_row_are_found(migrated: None):
    execute(
        f"UPDATE migration_mappings SET target_id = {uuid_of('discounts', 1)}"
        " WHERE legacy_id = '2' AND entity = 'discounts'"
    )
    codes = [(code, rows, sample) for code, _, rows, sample in told("discounts", "accounting")]
    assert ("shared_row", 2, ["1", "2"]) in codes
    assert [code for code, *_ in codes] == ["unnamed_row", "shared_row"]


def test_a_mapping_and_an_open_failure_of_one_row_are_found(migrated: None, insert: Insert, run_entities: Runner):
    insert(legacy.Discount, {"id": 3, "offer_id": 888, "percent": 10})
    run_entities("discounts")
    assert told("discounts", "accounting") == []
    execute("UPDATE migration_failed_records SET legacy_id = '2' WHERE entity = 'discounts'")
    assert [(code, rows, sample) for code, _, rows, sample in told("discounts", "accounting")] == [
        ("lost", 1, ["3"]),
        ("twice", 1, ["2"]),
    ]


def test_a_new_legacy_row_is_to_come_and_not_lost(migrated: None, insert: Insert):
    insert(legacy.Offer, offer(99))
    (one,) = found("offers", "accounting")
    assert (one.found.kind.code, one.found.kind.severity, one.found.sample) == ("to_come", "warning", ["99"])


def test_what_an_undo_took_back_is_to_come_and_not_lost(migrated: None):
    execute(f"DELETE FROM offers WHERE id = {uuid_of('offers', 12)}")
    execute("DELETE FROM migration_mappings WHERE entity = 'offers' AND legacy_id = '12'")
    EntityRun.objects.filter(entity="offers").update(taken_back=1)
    assert told("offers", "accounting") == [("to_come", "", 1, ["12"])]


def test_dismissed_rows_are_accounted_for(migrated: None, insert: Insert, run_entities: Runner, legacy_db: Any):
    insert(legacy.Discount, {"id": 3, "offer_id": 888, "percent": 10})
    run_entities("discounts")
    execute("UPDATE migration_failed_records SET state = 'dismissed'")
    assert told("discounts", "accounting") == []
    legacy_db.execute("DELETE FROM dispatch_discount WHERE id = 3")
    assert told("discounts", "accounting") == [("stale_failure", "", 1, ["3"])]


def test_rows_that_a_manager_hides_are_found(migrated: None, monkeypatch: pytest.MonkeyPatch):
    whole = reader.Selection.all_rows
    monkeypatch.setattr(reader.Selection, "all_rows", lambda self: whole(self).filter(pk__lt=12))
    hidden = next(one.found for one in found("offers", "accounting") if one.found.kind.code == "hidden")
    assert (hidden.rows, hidden.expected, hidden.actual, hidden.kind.severity) == (1, "12", "11", "critical")


def test_a_run_over_chosen_ids_has_not_read_what_lies_between(insert: Insert, run_entities: Runner, migrated: None):
    insert(legacy.Offer, offer(20), offer(30))
    run_entities("offers", ids=("30",))
    assert told("offers", "accounting") == [("to_come", "", 1, ["20"])]


@pytest.mark.parametrize(
    ("table", "code"), [("migration_mappings", "no_legacy_row"), ("migration_failed_records", "stale_failure")]
)
def test_records_of_legacy_rows_that_are_gone(
    table: str, code: str, migrated: None, insert: Insert, run_entities: Runner, legacy_db: Any
):
    insert(legacy.Discount, {"id": 3, "offer_id": 888, "percent": 10})
    run_entities("discounts")
    legacy_db.execute("DELETE FROM dispatch_discount WHERE id = %s", [2 if table == "migration_mappings" else 3])
    assert [(code, rows) for code, _, rows, _ in told("discounts", "accounting")] == [(code, 1)]


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
    assert [told(name, "accounting") for name in names] == [[], []]


def test_a_legacy_id_that_cannot_be_one_is_found(migrated: None):
    execute("UPDATE migration_mappings SET legacy_id = 'none' WHERE entity = 'offers' AND legacy_id = '12'")
    assert [(code, sample) for code, _, _, sample in told("offers", "accounting")] == [
        ("lost", ["12"]),
        ("no_legacy_row", ["none"]),
    ]


def test_nothing_on_both_sides_is_sound(committed: None):
    assert told("links", "accounting") == []


def test_legacy_rows_and_nothing_in_the_target_is_an_error(committed: None, insert: Insert):
    insert(legacy.Link, {"id": 1}, {"id": 2})
    (one,) = found("links", "accounting")
    assert (one.found.kind.code, one.found.kind.severity, one.found.rows) == ("nothing", "error", 2)
    assert (one.found.expected, one.found.actual) == ("2 rows", "0 rows")


def test_rows_in_the_target_and_no_legacy_row_is_critical(migrated: None, legacy_db: Any):
    legacy_db.execute("DELETE FROM dispatch_offer")
    emptied, *others = found("offers", "accounting")
    assert (emptied.found.kind.code, emptied.found.kind.severity) == ("emptied", "critical")
    assert (emptied.found.expected, emptied.found.rows) == ("0 rows", len(others[0].found.sample))
    assert others[0].found.kind.code == "no_legacy_row"


def test_keys_that_legacy_rows_share_are_told_before_any_difference_of_rows(migrated: None, legacy_db: Any):
    (name,) = legacy_db.execute(
        "SELECT conname FROM pg_constraint WHERE conrelid = 'dispatch_offer'::regclass AND contype = 'p'"
    ).fetchone()
    legacy_db.execute(f'ALTER TABLE dispatch_offer DROP CONSTRAINT "{name}"')
    try:
        legacy_db.execute("INSERT INTO dispatch_offer SELECT * FROM dispatch_offer WHERE id = 3")
        change("offers", 12, "price_both = 1")
        codes = [(one.check, one.found.kind.code) for one in found("offers")]
        assert codes.index(("accounting", "legacy_key")) < codes.index(("values", "different"))
    finally:
        legacy_db.execute("DELETE FROM dispatch_offer")
        legacy_db.execute(f'ALTER TABLE dispatch_offer ADD CONSTRAINT "{name}" PRIMARY KEY (id)')
