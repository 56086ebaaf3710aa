"""What may be said of a legacy value to somebody who may not see it: its kind and its size."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from legacy.credentials import CREDENTIALS

DATE = re.compile(r"\d{4}-\d\d-\d\d")
DATETIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d\S*")


def shape(value: Any) -> str:
    """The kind and size of a value as it came out of JSON, such as "text of 12 characters"."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "yes or no"
    if isinstance(value, int | float):
        return f"number with {_many(sum(c.isdigit() for c in str(value)), 'digit')}"
    if isinstance(value, list):
        return f"list of {_many(len(value), 'item')}"
    if isinstance(value, dict):
        return f"object with {_many(len(value), 'key')}"
    return _text(str(value))


def _text(value: str) -> str:
    if not value:
        return "empty text"
    if DATE.fullmatch(value):
        return "date"
    if DATETIME.fullmatch(value):
        return "date and time"
    return f"{'blank ' if value.isspace() else ''}text of {_many(len(value), 'character')}"


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def secret(path: str) -> bool:
    """Whether the source column (or look-up over foreign keys) holds a credential."""
    return path.rpartition("__")[2] in CREDENTIALS


def shown(source: dict[str, Any], reveal: bool) -> dict[str, Any]:
    """The source row as its reader may see it: values, or their shapes; credentials always as shapes."""
    return {path: value if reveal and not secret(path) else shape(value) for path, value in source.items()}


class Cell(NamedTuple):
    """A column of a row for a page: `text` is its value if `plain`, else words about it."""

    name: str
    text: str
    plain: bool


def cells(row: Iterable[tuple[str, Any]], reveal: bool) -> list[Cell]:
    """The columns as their reader may see them; a NULL is told from an empty text."""
    return [cell(name, value, reveal) for name, value in row]


def cell(name: str, value: Any, reveal: bool) -> Cell:
    if not reveal or secret(name):
        return Cell(name, shape(value), False)
    if value is None or value == "":
        return Cell(name, "NULL" if value is None else "empty text", False)
    return Cell(name, str(value), True)
