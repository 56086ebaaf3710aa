"""Ctrl-C and SIGTERM pause a run between two pages; a second one ends it at once."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from runs.execution import Watch
from runs.states import State

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stoppable(watch: Watch) -> Iterator[None]:
    """While it lasts, the first signal asks the run to stop and the second raises KeyboardInterrupt."""

    def ask(number: int, frame: FrameType | None) -> None:
        watch.stop = State.PAUSED
        # Before anybody is told: the second signal may come at the next moment.
        for one in SIGNALS:
            signal.signal(one, signal.default_int_handler)
        sys.stderr.write("\nPausing after this page; once more to stop at once (the run can be resumed either way).\n")

    before = {number: signal.signal(number, ask) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
