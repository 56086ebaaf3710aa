"""Who may write the rows of an entity: one session at a time, whatever control database it belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from runs import sql
from runs.errors import Busy


@contextmanager
def locked(entity: str) -> Iterator[None]:
    """Keeps everybody else who has the same target from writing the entity's rows. Raises `Busy`."""
    name = f"entity:{entity}"
    if not sql.try_lock(name):
        raise Busy(entity, "another installation with the same target")
    try:
        yield
    finally:
        sql.unlock(name)
