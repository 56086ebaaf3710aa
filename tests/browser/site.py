"""A whole installation with its admin and its background workers as processes, and one login for each role."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from tests.e2e.installation import ROOT, Installation

PASSWORD = "a-password-for-tests-only"

#: Login → names of its groups. A login without groups is a superuser.
PEOPLE = {
    "vera": ["Viewer"],
    "otto": ["Operator"],
    "paul": ["Operator", "Privacy"],
    "anna": ["Approver"],
    "root": [],
}
_MAKE_PEOPLE = f"""
from django.contrib.auth.models import Group, User
for name, groups in {PEOPLE!r}.items():
    user = User.objects.create_user(name, password={PASSWORD!r}, is_staff=True, is_superuser=not groups)
    user.groups.set([Group.objects.get(name=group) for group in groups])
"""


@dataclass
class Site:
    """`url` is the admin's address, without a slash at its end."""

    installation: Installation
    url: str


@contextmanager
def serving(installation: Installation) -> Iterator[Site]:
    """The admin on a free port and one cluster of workers; both end with the context."""
    installation = replace(installation, extra={**installation.extra, "DEBUG": "1", "SLICE_SECONDS": "2"})
    done = installation.manage("shell", "--no-imports", "-c", _MAKE_PEOPLE)
    assert done.returncode == 0, done.stderr
    port = _free_port()
    with _process(installation, "runserver", f"127.0.0.1:{port}", "--noreload"), _process(installation, "qcluster"):
        url = f"http://127.0.0.1:{port}"
        _wait(url)
        yield Site(installation, url)


@contextmanager
def _process(installation: Installation, *args: str) -> Iterator[None]:
    """A process group of its own, as the workers start processes themselves."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", *args],
        cwd=ROOT,
        env=installation.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str) -> None:
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
