"""Schema and constraints: what the databases look like, against the last run and against the models."""

from __future__ import annotations

from typing import Any

import pytest

from runs.models import Run, SchemaPicture
from runs.validation.schema import differences
from tests.runs.validations import execute, told

BEFORE = {"t": {"a": "integer NOT NULL", "b": "text", "c": "numeric"}}


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (BEFORE, []),
        ({}, [("table_gone", "t")]),
        ({"t": {"a": "integer NOT NULL", "b": "text"}}, [("column_gone", "t.c")]),
        ({"t": {**BEFORE["t"], "d": "text"}}, [("column_added", "t.d")]),
        ({"t": {**BEFORE["t"], "b": "integer"}}, [("type_changed", "t.b")]),
        ({"t": {**BEFORE["t"], "a": "integer"}}, [("null_changed", "t.a")]),
    ],
)
def test_the_difference_in_words(now: dict[str, dict[str, str]], expected: list[tuple[str, str]]):
    assert [(one.kind.code, one.field) for one in differences("t", BEFORE, now, None)] == expected


def test_of_other_tables_only_the_columns_in_use_count():
    now = {"t": {"a": "text", "b": "text", "d": "text"}}
    assert [one.field for one in differences("t", BEFORE, now, {"a", "c"})] == ["t.a", "t.c"]
    assert list(differences("unknown", BEFORE, now, None)) == []


@pytest.mark.usefixtures("people")
def test_a_run_keeps_pictures_once_and_what_changed_since_is_found(migrated: None, legacy_db: Any):
    environment = Run.objects.latest("pk").environment
    pictures = {picture.side: picture for picture in SchemaPicture.objects.all()}
    assert {side: one.fingerprint for side, one in pictures.items()} == {
        side: environment[f"{side}_schema"] for side in ("legacy", "target")
    }
    assert pictures["target"].tables["offers"]["id"] == "uuid NOT NULL"
    assert told("offers", "schema", "constraints") == []
    legacy_db.execute("ALTER TABLE dispatch_offer ADD COLUMN note text")
    execute("ALTER TABLE offers ALTER COLUMN price_upper TYPE numeric(14, 2)")
    execute("ALTER TABLE offers ALTER COLUMN id DROP DEFAULT, ADD CONSTRAINT hasty CHECK (price_both > 0) NOT VALID")
    try:
        assert [(code, field) for code, field, *_ in told("offers", "schema", "constraints")] == [
            ("wrong_type", "price_upper"),
            ("not_valid", "hasty"),
            ("column_added", "dispatch_offer.note"),
        ]
    finally:
        legacy_db.execute("ALTER TABLE dispatch_offer DROP COLUMN note")
        execute("ALTER TABLE offers ALTER COLUMN price_upper TYPE numeric(12, 2), DROP CONSTRAINT hasty")
