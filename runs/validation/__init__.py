"""The checks of a validation, one in a file, found by walking: the file's name is the check's.

A check is a function `check(spec, snapshot)`. It reads both databases afresh, trusts neither the counters of runs nor
each other, writes nothing, and keeps its memory flat whatever the number of rows.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module

from catalog.declare import Spec
from legacy.reader import Snapshot
from runs.findings import Found

Check = Callable[[Spec, Snapshot], Iterable[Found]]


@cache
def checks() -> dict[str, Check]:
    """Every check by its name, in the order of their names."""
    return {info.name: import_module(f"{__name__}.{info.name}").check for info in pkgutil.iter_modules(__path__)}
