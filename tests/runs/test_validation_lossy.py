"""Lossy conversions: what the declaration asks for is told, anything else is an error."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from legacy import models as legacy
from runs.models import Run
from tests.runs.conftest import CORE, Insert, order
from tests.runs.validations import change, execute, found, told

pytestmark = pytest.mark.usefixtures("people")

Runner = Callable[..., Run]


def test_declared_and_undeclared_losses_are_told_apart(insert: Insert, run_entities: Runner):
    texts = {"notes": "To the letter ", "complaint": "Zähne", "submitted_at": "2024-05-01T10:00:00Z"}
    insert(legacy.Instruction, *(order(n, suffix=" 01 ", exports="{broken", **texts) for n in (41, 42)))
    run_entities(*CORE, "orders")
    assert told("orders", "lossy") == [("whitespace", "suffix", 2, ["41", "42"])]
    change("orders", 41, "notes = rtrim(notes), complaint = 'Z?hne'")
    change("orders", 42, "submitted_at = submitted_at + interval '2 hours', exports = '\"other\"'")
    assert told("orders", "lossy") == [
        ("altered", "exports", 1, ["42"]),
        ("replaced_undeclared", "complaint", 1, ["41"]),
        ("shifted_undeclared", "submitted_at", 1, ["42"]),
        ("whitespace", "suffix", 2, ["41", "42"]),
        ("whitespace_undeclared", "notes", 1, ["41"]),
    ]
    execute("DELETE FROM migration_resolutions WHERE entity = 'orders'")
    assert ("altered_undeclared", "exports", 1, ["42"]) in told("orders", "lossy")


def test_several_codes_of_one_meaning_are_told(insert: Insert, run_entities: Runner):
    insert(legacy.File, *({"id": n, "name": "x", "ext": ext} for n, ext in ((1, ".JPG"), (2, ".jpeg"))))
    run_entities("content_types", *CORE, "products", "orders", "files", "image_assets")
    (one,) = found("image_assets", "lossy")
    assert (one.found.kind.code, one.found.kind.severity) == ("merged_codes", "info")


def test_rows_that_changed_in_the_old_system_are_left_to_values(migrated: None, legacy_db):
    legacy_db.execute("UPDATE dispatch_discount SET reason = 'Later' WHERE id = 1")
    assert told("discounts", "lossy") == []
