"""What a value loses on its way: a table of pairs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from runs.losses import loss, parsed

NOON = datetime(2024, 5, 1, 12, 0, 7, 123456, tzinfo=UTC)
TOKYO = timezone(timedelta(hours=9))


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (None, None, ""),
        ("", None, "emptied"),
        (0, None, "emptied"),
        (None, "x", "altered"),
        ("Müller", "Müller", ""),
        ("Müller", "Mülle", "cut"),
        ("Müller", "M?ller", "replaced"),
        ("Müller", "Mueller", "altered"),
        ("Müller", "MÜLLER", "case"),
        ("a  b", "a b", "whitespace"),
        ("a\u00a0b", "a b", "whitespace"),
        ("a ", "a", "whitespace"),
        (Decimal("1.50"), Decimal("1.5"), ""),
        (Decimal("1.555"), Decimal("1.56"), "rounded"),
        (Decimal("1.99"), Decimal("1"), "rounded"),
        (Decimal("1.50"), Decimal("1.51"), "altered"),
        (NOON, NOON.astimezone(TOKYO), ""),
        (NOON.replace(tzinfo=None), NOON, ""),
        (NOON, NOON + timedelta(hours=1), "shifted"),
        (NOON, NOON - timedelta(minutes=345), "shifted"),
        (NOON, NOON + timedelta(minutes=1), "altered"),
        (NOON, NOON + timedelta(days=1), "altered"),
        (NOON, NOON.replace(microsecond=0), "seconds"),
        (NOON, NOON.replace(second=0, microsecond=0), "seconds"),
        (date(2024, 5, 1), date(2024, 5, 2), "altered"),
        (17, "PAT-000017", ""),
        (17, "PAT-000018", "altered"),
        (1, 1, ""),
        (True, False, "altered"),
    ],
)
def test_what_is_lost_has_a_name(before: Any, after: Any, code: str):
    assert loss(before, after) == code


def test_json_survives_with_its_numbers_and_without_its_spelling():
    assert loss(parsed('{"b": 1.50,  "a": [1e2]}'), parsed('{"a": [100], "b": 1.50}')) == ""
    assert loss(parsed('{"a": 0.1}'), parsed('{"a": 0.10000000000000001}')) == "altered"
    assert loss(parsed("{broken"), parsed('"{broken"')) == ""
