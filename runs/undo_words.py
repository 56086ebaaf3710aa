"""What an undo says: why it is refused, and which rows stay."""

from __future__ import annotations

from collections.abc import Sequence

from runs.engine.undo_set import Dependant

#: Legacy ids that a sentence names.
NAMED = 20


def refusal(names: Sequence[str], found: Sequence[Dependant]) -> str:
    """What depends on the rows of these entities, and what can be done about it."""
    several = f"{', '.join(names[:3])} and {len(names) - 3} more" if len(names) > 4 else " and ".join(names)
    ways = "--keep-dependants leaves the rows they need"
    if all(one.run for one in found):
        ways = f"--with-dependants takes them back as well, {ways}"
    elif any(one.run for one in found):
        ways = f"--with-dependants takes back those that were migrated, {ways}"
    return f"Undo of {several}: {listed([str(one) for one in found])} refer to them; {ways}."


def listed(words: Sequence[str]) -> str:
    """Words with commas, and an 'and' before the last."""
    return " and ".join([*([", ".join(words[:-1])] if words[:-1] else []), *words[-1:]])


def kept(entity: str, edited: int, needed: int, ids: Sequence[str]) -> str:
    """Which rows of an entity stay and why; empty if none does."""
    reasons = [f"{edited:,} were edited since"] if edited else []
    reasons += [f"{needed:,} are needed by rows that stay"] if needed else []
    if not reasons:
        return ""
    return f"{edited + needed:,} rows of {entity} stay: {listed(reasons)}; {named(ids, edited + needed)}."


def not_restored(table: str, ids: Sequence[str]) -> str:
    """Which rows keep what they hold; empty if all were restored."""
    if not ids:
        return ""
    return (
        f"{len(ids):,} rows of {table} were edited or deleted after the repair and were left as they are; "
        f"{named(ids[:NAMED], len(ids))}."
    )


def named(ids: Sequence[str], number: int) -> str:
    more = f" and {number - len(ids):,} more" if number > len(ids) else ""
    return f"legacy ids {', '.join(ids)}{more}"


def locked(run: int, name: str, seconds: int) -> str:
    return (
        f"Somebody has held rows or the table of {name} for more than {seconds} seconds: see in pg_stat_activity who "
        f"it is, wait or end that session, then go on with `manage.py resume_run {run}`."
    )
