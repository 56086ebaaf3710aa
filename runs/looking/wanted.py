"""What somebody typed into the look-up: a UUID, or a legacy id with or without the name of a table."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from uuid import UUID

from django.apps import apps

from catalog.declare import Spec
from catalog.registry import specs
from runs.errors import UsageError

#: Longer than any key with the name of a table.
LONGEST = 300
NAMED = re.compile(r"(?P<name>[A-Za-z_]\w*)[\s:#]+(?P<id>\S.*)")
EXAMPLES = "A legacy id (41), one with its entity or table (orders 41, dispatch_instruction 41), or a UUID."


@dataclass(frozen=True)
class Wanted:
    """Either `target_id`, or `legacy_id` in one of the `entities`."""

    entities: tuple[Spec, ...]
    legacy_id: str = ""
    target_id: UUID | None = None


def wanted(text: str) -> Wanted:
    """Raises `UsageError` for what is none of these."""
    text = text.strip().strip("\"'").strip()
    if not text:
        raise UsageError(f"Type what you are looking for. {EXAMPLES}")
    if len(text) > LONGEST:
        raise UsageError(f"That is too long for a key. {EXAMPLES}")
    found = NAMED.fullmatch(text)
    entities, key = (_named(found["name"]), found["id"].strip()) if found else (specs(), text.lstrip("#").strip())
    target_id = _as_uuid(key)
    if target_id or not found:
        return Wanted(tuple(entities), "" if target_id else key, target_id)
    return Wanted(tuple(entities), key)


def _named(name: str) -> tuple[Spec, ...]:
    """The entities that somebody can mean by the name of an entity, of a legacy table or of a target table."""
    known = _names()
    if found := known.get(name.lower()):
        return tuple(found)
    if name.lower() in {model._meta.db_table for model in apps.get_app_config("legacy").get_models()}:
        raise UsageError(
            f"The rows of {name} become rows of no table of their own: see Coverage for what becomes of it."
        )
    near = get_close_matches(name.lower(), known, n=3)
    meant = f" Did you mean {' or '.join(near)}?" if near else ""
    raise UsageError(f"There is no entity or table {name!r}.{meant}")


def _names() -> Mapping[str, list[Spec]]:
    """An entity's own name means it alone, whatever else has that name."""
    known: dict[str, list[Spec]] = defaultdict(list)
    for spec in specs():
        for table in dict.fromkeys((spec.source._meta.db_table, spec.target._meta.db_table)):
            known[table.lower()].append(spec)
    return {**known, **{spec.name.lower(): [spec] for spec in specs() if spec.name != spec.target._meta.db_table}}


def _as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) >= 32 else None
    except ValueError:
        return None
