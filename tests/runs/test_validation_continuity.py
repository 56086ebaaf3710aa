"""Continuity: the threads of conversations on both sides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from legacy import models as legacy
from runs.models import Run
from runs.validation import continuity
from tests.runs.conftest import CORE, Insert
from tests.runs.validations import change, execute, told

pytestmark = pytest.mark.usefixtures("people")

Runner = Callable[..., Run]


@pytest.fixture
def notes(insert: Insert, run_entities: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Six notes about two doctors, two of them at one moment; pages end within a conversation."""
    monkeypatch.setattr(continuity, "PAGE", 2)
    minutes = {1: 1, 2: 2, 3: 2, 4: 3, 5: 1, 6: None}
    insert(
        legacy.Note,
        *(
            {
                "id": n,
                "doctor_id": 7 if n < 5 else 9,
                "author_id": 9 if n % 2 else None,
                "text": f"Note {n}",
                "created_at": minute and f"2024-01-01T00:0{minute}:00Z",
            }
            for n, minute in minutes.items()
        ),
    )
    run_entities(*CORE, "doctor_notes")
    assert told("doctor_notes", "continuity") == []


def uuid(legacy_id: int) -> str:
    return f"(SELECT target_id FROM migration_mappings WHERE entity = 'profiles' AND legacy_id = '{legacy_id}')"


def test_each_part_of_a_conversation_is_compared(notes: None):
    change("doctor_notes", 1, f"author_id = {uuid(7)}")
    change("doctor_notes", 2, "content = 'Note 9'")
    change("doctor_notes", 3, "created_at = created_at - interval '2 minutes'")
    change("doctor_notes", 5, f"doctor_profile_id = {uuid(7)}")
    # The third note has moved before the second one, of the same moment: that is no break in their order.
    assert told("doctor_notes", "continuity") == [
        ("other_author", "", 1, ["1"]),
        ("other_text", "", 1, ["2"]),
        ("other_thread", "", 1, ["5"]),
        ("other_time", "", 1, ["3"]),
    ]


def test_a_conversation_turned_round_is_found_across_pages(notes: None):
    execute("UPDATE doctor_notes SET created_at = '2023-12-31Z' WHERE content = 'Note 4'")
    assert ("order", "", 1, ["4"]) in told("doctor_notes", "continuity")


def test_what_the_old_system_changed_since_is_no_break(notes: None, legacy_db: Any):
    legacy_db.execute("UPDATE dispatch_note SET text = 'Said otherwise' WHERE id = 4")
    assert told("doctor_notes", "continuity") == []


def test_other_entities_hold_no_conversations(migrated: None):
    execute("UPDATE offers SET price_both = 1")
    assert told("offers", "continuity") == []
