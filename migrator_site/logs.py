"""A log without the data: what databases and conversions quote in their errors is withheld."""

import logging
import traceback
from collections.abc import Iterator
from typing import Any

import psycopg
from django.db import Error as DjangoDatabaseError

#: Errors whose text quotes the value they are about.
QUOTING = (DjangoDatabaseError, psycopg.Error, ValueError)
#: Lines of PostgreSQL's messages that quote rows, wherever such a message was made part of a text.
QUOTED_LINES = ("DETAIL:", "CONTEXT:", "LINE ", "QUERY:", "STATEMENT:")


class Formatter(logging.Formatter):
    """Tracebacks keep the frames and the errors' types (and SQLSTATE), not the texts of quoting errors."""

    def formatException(self, ei: Any) -> str:
        return "\n".join(part for error in _chain(ei[1]) for part in _told(error))

    def format(self, record: logging.LogRecord) -> str:
        lines = super().format(record).splitlines()
        return "\n".join(line for line in lines if not line.lstrip().startswith(QUOTED_LINES))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what caused it, the oldest first, as Python prints them."""
    if error is not None:
        yield from _chain(error.__cause__ or (None if error.__suppress_context__ else error.__context__))
        yield error


def _told(error: BaseException) -> Iterator[str]:
    if error.__traceback__:
        yield "Traceback (most recent call last):"
        yield "".join(traceback.format_tb(error.__traceback__)).rstrip()
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    if isinstance(error, QUOTING):
        state = getattr(error, "sqlstate", None)
        yield f"{name}{f' {state}' if state else ''} (text withheld: it may quote data)"
    else:
        yield f"{name}: {error}"
