"""Dates and times of a PostgreSQL database as Python objects, also where Python has none for them."""

from __future__ import annotations

from datetime import UTC
from typing import Any, NamedTuple

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.abc import AdaptContext, Buffer
from psycopg.adapt import Loader
from psycopg.pq import Format

TYPES = ("date", "timestamp", "timestamptz")


class Unreadable(NamedTuple):
    """A legacy value that exists, but that Python has no object for, such as a date in the year 20,000."""

    text: str

    def __str__(self) -> str:
        return self.text


class CarefulLoader(Loader):
    """psycopg's own loader, which raises for what Python cannot hold and loses the whole page by it.

    It also takes a tenth of the time of the one that Django puts in its place for timestamps with a time zone.
    """

    #: Django asks a loader for its time zone before it trusts it; the sessions that Django opens are in UTC.
    timezone = UTC

    def __init__(self, oid: int, context: AdaptContext | None = None) -> None:
        super().__init__(oid, context)
        kind = psycopg.adapters.get_loader(oid, Format.TEXT)
        assert kind is not None
        self._load = kind(oid, context).load

    def load(self, data: Buffer) -> Any:
        try:
            return self._load(data)
        except psycopg.DataError:
            return Unreadable(bytes(data).decode())


def read_carefully(connection: BaseDatabaseWrapper) -> None:
    """From here on this connection reads dates and times with `CarefulLoader`, if its server is PostgreSQL."""
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        for name in TYPES:
            connection.connection.adapters.register_loader(name, CarefulLoader)
