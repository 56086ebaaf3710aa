"""What a run ran on: nobody should have to guess later which databases and which code it was."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from functools import cache
from typing import Any

import django
from django.conf import settings
from django.db import connections

from runs import pictures, sql


def environment() -> dict[str, Any]:
    """Identities of databases, schemas and code, without credentials. Keeps pictures of both schemas."""
    version, identity = sql.server()
    schemas = pictures.take()
    return {
        "databases": {alias: _place(alias) for alias in settings.DATABASES},
        "target_server": {"version": version, "database": identity},
        **{f"{side}_schema": fingerprint for side, fingerprint in schemas.items()},
        "code": code_version(),
        "python": platform.python_version(),
        "django": django.get_version(),
        # Tells whether two installations make the same UUIDs, and not what the namespace is.
        "uuid_namespace": hashlib.sha256(settings.UUID_NAMESPACE.bytes).hexdigest()[:16],
    }


def _place(alias: str) -> str:
    place = connections[alias].settings_dict
    return f"{place['NAME']} at {place['HOST'] or 'this machine'}"


@cache
def code_version() -> str:
    """The commit of this code, as git describes it."""
    try:
        command = ["git", "-C", str(settings.BASE_DIR), "describe", "--always", "--dirty"]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return "unknown"
