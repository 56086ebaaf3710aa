"""A background worker beside a server in the foreground, for the demo: in production a supervisor runs it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

#: Seconds that the worker gets to come to the end of its slice. Killed, it loses nothing but the page under way.
PATIENCE = 5


@contextmanager
def background_worker() -> Iterator[None]:
    """While it lasts, a `qcluster` works; it has a process group of its own, which ends with it."""
    worker = subprocess.Popen(
        [sys.executable, settings.BASE_DIR / "manage.py", "qcluster"],
        env={"LOG_LEVEL": "WARNING", **os.environ},
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C in the terminal is for the server, which ends the worker.
    )
    try:
        yield
    finally:
        worker.terminate()
        try:
            worker.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
