"""The legacy database as it is, and as somebody has changed it."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connections


@pytest.fixture
def live(legacy_db: psycopg.Connection[Any], django_db_blocker: Any) -> Iterator[psycopg.Connection[Any]]:
    """A writable connection to the legacy database, which `legacy` sees at once.

    The table dispatch_unheard_of and the column dispatch_note.colour are dropped afterwards.
    """
    with django_db_blocker.unblock():
        yield legacy_db
        connections["legacy"].close()
        legacy_db.execute("DROP TABLE IF EXISTS dispatch_unheard_of")
        legacy_db.execute("ALTER TABLE dispatch_note DROP COLUMN IF EXISTS colour")
