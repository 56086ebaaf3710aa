"""Who acts, and through which door: set where somebody comes in, and written into every event."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """`name`: the login of the site, or the account on the machine. `door`: admin, command, worker or schedule."""

    name: str
    door: str
    user_id: int | None = None


#: What happens without anybody having come in.
NOBODY = Actor("the program", "")

_current: ContextVar[Actor] = ContextVar("actor", default=NOBODY)


def current() -> Actor:
    return _current.get()


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """What is done inside is done by this actor."""
    token = _current.set(actor)
    try:
        yield
    finally:
        _current.reset(token)
