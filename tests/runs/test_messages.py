"""What failures say: who is to blame, and never what the value was."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.conf import settings

from catalog.declare import Column
from catalog.registry import spec
from catalog.transforms import blank
from runs import services
from runs.engine.transform import read, transform
from runs.errors import UsageError

SECRET = "Frau Huber"


def initials(text: str) -> str:
    """A step that calls another one, which raises what nobody foresaw, with the value in its text."""

    def first_of(words: list[str]) -> str:
        raise LookupError(f"no initials for {words}")

    return first_of(text.split())


def test_a_failure_inside_of_a_nested_step_names_the_field_and_the_step():
    entity = replace(spec("orders"), recipes={"notes": Column("notes", blank, initials)})
    batch, _ = read(entity, [(41, SECRET), (42, None)], settings.UUID_NAMESPACE)
    good, (failed,) = transform(entity, batch)
    assert good.ids == ["42"]
    assert (failed.legacy_id, failed.stage, failed.field, failed.code) == ("41", "transform", "notes", "LookupError")
    assert failed.message.startswith("initials raised a LookupError")
    assert "Huber" not in failed.message and failed.source["notes"] == SECRET


@pytest.mark.parametrize("ids", [(), {"orders": []}, {"orders": ["1"], "patients": []}])
def test_an_empty_list_of_ids_selects_nothing_and_is_refused(ids):
    with pytest.raises(UsageError, match="an empty list selects nothing"):
        services.Options(ids=ids)
