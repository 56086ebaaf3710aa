"""Where the engine's time goes: timers around its stages."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import Any
from unittest.mock import patch

from runs import execution, sql
from runs.engine import load, loop, prepare, record, transform

#: (where the name is looked up, the name, what it is); a stage's time includes that of the stages it calls.
STAGES: list[tuple[Any, str, str]] = [
    (prepare, "read", "reader: digests, UUIDs"),
    (transform, "digests", "reader:   digests"),
    (transform, "target_ids", "reader:   UUIDs"),
    (prepare, "transform", "reader: transform"),
    (prepare, "resolve", "reader: resolve"),
    (prepare, "match", "reader: match"),
    (loop, "load", "writer: load"),
    (load, "_columns", "writer:   adapt columns"),
    (load.sql, "copy", "writer:   COPY (rows and mappings)"),
    (record, "mappings", "writer: mappings"),
    (sql, "close_failures", "writer: close failures"),
    (record, "page", "writer: checkpoint"),
    (loop, "settle", "writer: settle"),
    (execution.account, "close", "writer: account"),
]


@contextmanager
def watched(wanted: bool) -> Iterator[dict[str, list[float]]]:
    """Within the context: name of each stage → [calls, seconds, processor seconds of its thread]."""
    found: dict[str, list[float]] = {}
    with ExitStack() as stack:
        if wanted:
            for owner, attribute, name in STAGES:
                stack.enter_context(patch.object(owner, attribute, _timed(getattr(owner, attribute), name, found)))
            stack.enter_context(patch.object(loop.reader, "pages", _timed_pages(loop.reader.pages, found)))
        yield found


def _timed(function: Callable[..., Any], name: str, found: dict[str, list[float]]) -> Callable[..., Any]:
    cost = found.setdefault(name, [0, 0.0, 0.0])

    @wraps(function)
    def timed(*args: Any, **kwargs: Any) -> Any:
        began, processor = time.perf_counter(), time.thread_time()
        try:
            return function(*args, **kwargs)
        finally:
            cost[0] += 1
            cost[1] += time.perf_counter() - began
            cost[2] += time.thread_time() - processor

    return timed


def _timed_pages(pages: Callable[..., Iterator[Any]], found: dict[str, list[float]]) -> Callable[..., Iterator[Any]]:
    def timed(*args: Any, **kwargs: Any) -> Iterator[Any]:
        following = _timed(pages(*args, **kwargs).__next__, "reader: SELECT", found)
        while True:
            try:
                yield following()
            except StopIteration:
                return

    return timed
