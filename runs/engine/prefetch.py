"""Work ahead in another thread, a few items at most."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")

_END = object()


@contextmanager
def prefetched(produce: Callable[[], Iterator[T]], depth: int = 2) -> Iterator[Iterator[T]]:
    """The items of `produce()`, which runs in a thread of its own and is at most `depth` items ahead.

    An exception in the thread is raised where its item would have come. Leaving the context stops the thread.
    """
    items: queue.Queue[Any] = queue.Queue(depth)
    stopped = threading.Event()

    def put(item: Any) -> None:
        while not stopped.is_set():
            try:
                return items.put(item, timeout=0.1)
            except queue.Full:
                continue

    def work() -> None:
        last: Any = _END
        source = None
        try:
            source = produce()
            for item in source:
                put(item)
                if stopped.is_set():
                    break
        except BaseException as error:
            last = error
        finally:
            if source is not None:
                source.close()  # type: ignore[attr-defined]
            put(last)

    def received() -> Iterator[T]:
        while (item := items.get()) is not _END:
            if isinstance(item, BaseException):
                raise item
            yield item

    thread = threading.Thread(target=work, name="prefetch", daemon=True)
    thread.start()
    try:
        yield received()
    finally:
        stopped.set()
        thread.join()
