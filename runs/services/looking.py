"""The universal look-up: from a legacy id or a UUID to everything that is known of the row."""

from __future__ import annotations

from typing import Any

from runs.engine.requirements import unreachable
from runs.errors import Refused
from runs.looking import tell
from runs.looking.places import of_legacy_id, of_target_id, rows_of_nobody
from runs.looking.wanted import wanted


def look_up(text: str) -> dict[str, Any]:
    """What is known of a key: `places` where it is known, `place` with everything if there is one only, and `strays`,
    rows of the target of this UUID that came from no legacy row. Keys, states and dates only, no values.

    Raises `UsageError` for what can be no key, `Refused` if a database does not answer.
    """
    asked = wanted(text)
    if found := unreachable():
        raise Refused(found)
    if asked.target_id:
        places = of_target_id(asked.target_id)
        strays = [] if places else rows_of_nobody(asked.target_id)
    else:
        places, strays = of_legacy_id(asked.entities, asked.legacy_id), []
    return {
        "text": text.strip(),
        "places": [tell.brief(place) for place in places],
        "place": tell.everything(places[0]) if len(places) == 1 else None,
        "strays": [
            {"table": one.target._meta.db_table, "entity": one.name, "target_id": str(asked.target_id)}
            for one in strays
        ],
    }
