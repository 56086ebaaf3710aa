"""References: every foreign key points to the very row that the legacy key means."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from legacy import models as legacy
from runs.models import Run
from tests.runs.conftest import Insert, offer
from tests.runs.validations import change, execute, found, told, uuid_of

pytestmark = pytest.mark.usefixtures("people")

Runner = Callable[..., Run]


def test_two_swapped_references_are_found(migrated: None):
    change("offers", 3, f"product_id = {uuid_of('products', 1)}")
    change("offers", 4, f"product_id = {uuid_of('products', 2)}")
    assert told("offers", "references") == [("wrong_row", "product", 2, ["3", "4"])]
    assert found("offers", "references")[0].found.kind.severity == "critical"


def test_a_reference_that_was_emptied_is_found(migrated: None):
    change("offers", 3, "product_id = NULL")
    assert told("offers", "references") == [("lost_link", "product", 1, ["3"])]


def test_a_reference_from_nowhere_is_found(migrated: None, insert: Insert, run_entities: Runner):
    insert(legacy.Offer, offer(20, doctor_id=None))
    run_entities("offers")
    change("offers", 20, f"doctor_id = {uuid_of('doctors', 7)}")
    assert told("offers", "references") == [("stray_link", "doctor", 1, ["20"])]


def test_a_key_that_leads_nowhere_is_inherited_if_a_resolution_says_so(
    migrated: None, insert: Insert, run_entities: Runner
):
    insert(legacy.Offer, offer(20, product_id=777))
    run_entities("offers")
    (one,) = found("offers", "references")
    assert (one.found.kind.code, one.found.kind.severity, one.found.kind.origin) == ("dangling", "info", "inherited")
    execute("DELETE FROM migration_resolutions WHERE entity = 'offers'")
    assert told("offers", "references") == [("unexplained", "product", 1, ["20"])]


def test_a_parent_that_failed_or_is_out_of_scope_is_told_from_one_that_never_was(
    migrated: None, insert: Insert, run_entities: Runner
):
    insert(legacy.Offer, offer(20, doctor_id=9))
    run_entities("offers")
    assert told("offers", "references") == [("left_empty", "doctor", 1, ["20"])]


def test_a_parent_that_came_later_is_found(migrated: None, insert: Insert, run_entities: Runner):
    insert(legacy.Offer, offer(20, product_id=3))
    run_entities("offers")
    insert(legacy.Product, {"id": 3, "name": "Aligner 3", "course_id": 1, "type": 1})
    run_entities("products")
    assert told("offers", "references") == [("late_parent", "product", 1, ["20"])]


def test_a_key_of_a_row_that_is_not_there_is_found_past_the_constraint(migrated: None):
    execute("SET session_replication_role = replica")
    execute(f"DELETE FROM products WHERE id = {uuid_of('products', 1)}")
    execute("SET session_replication_role = origin")
    assert told("offers", "references") == [("orphan", "product", 6, ["2", "4", "6", "8", "10", "12"])]


def test_a_correction_of_a_reference_changes_what_is_expected(migrated: None):
    execute(
        "INSERT INTO migration_corrections (entity, legacy_id, field, path, old, new, reason, author, fingerprint,"
        " created_at, revoked_by) VALUES ('offers', '3', 'product', 'product_id', '2', '1', '', 'ada', '', now(), '')"
    )
    assert told("offers", "references") == [("corrected", "product", 1, ["3"])]
    change("offers", 3, f"product_id = {uuid_of('products', 1)}")
    assert told("offers", "references") == []
