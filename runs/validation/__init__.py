"""The checks of a validation, one in a file, found by walking: the file's name is the check's.

A check is a function `check(spec, snapshot)`. It reads both databases afresh, trusts neither the counters of runs nor
each other, writes nothing, and keeps its memory flat whatever the number of rows. One that compares row by row takes a
third argument, a `runs.sides.Comparison`: which rows, and whom to tell how many it has compared.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module

from runs.findings import Found

Check = Callable[..., Iterable[Found]]


@cache
def checks() -> dict[str, Check]:
    """Every check by its name, in the order of their names."""
    return {info.name: import_module(f"{__name__}.{info.name}").check for info in pkgutil.iter_modules(__path__)}


@cache
def cheap() -> tuple[str, ...]:
    """The names of the checks that each run makes after each entity: those whose modules say `CHEAP = True`."""
    return tuple(name for name, check in checks().items() if getattr(import_module(check.__module__), "CHEAP", False))


@cache
def row_by_row() -> frozenset[str]:
    """The names of the checks that compare row by row, and of which a sample of the rows can be asked for."""
    return frozenset(name for name, check in checks().items() if "comparison" in inspect.signature(check).parameters)
