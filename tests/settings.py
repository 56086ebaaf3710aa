"""The project's settings over a cluster of the tests' own, whatever the environment and `.env` say."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import fasteners

HOME = Path(__file__).resolve().parent.parent / ".data" / "tests"
#: What a caller's environment may hold and a test must not depend on.
EMPTY = (
    *("DATABASE_URL", "LEGACY_DATABASE_URL", "TARGET_DATABASE_URL", "REDIS_URL", "EMBEDDED_PG", "BATCH_SIZE", "GATE"),
    *("ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "HTTPS", "HSTS_SECONDS", "BEHIND_PROXY", "STATIC_ROOT"),
    *("Q_WORKERS", "SLICE_SECONDS", "TIME_ZONE", "LOG_LEVEL"),
)
for name in EMPTY:
    os.environ.pop(name, None)
os.environ |= {
    "ENV_FILE": os.devnull,
    "DEBUG": "1",
    "SECRET_KEY": "only-for-tests",
    "UUID_NAMESPACE": "2f0c4d1e-8f7b-4c55-9a59-5b7d2b8f6a10",
    "DATA_DIR": tempfile.mkdtemp(prefix="migrator-tests-"),
    "EMBEDDED_PG_DIR": str(HOME / "postgres"),
    "EMBEDDED_PG_OPTIONS": "fsync=off,full_page_writes=off,autovacuum=off",
}
atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)

#: Held for reading by every test run that goes on; who gets it for writing is alone and may stop the server.
HOME.mkdir(parents=True, exist_ok=True)
LEASE = fasteners.InterProcessReaderWriterLock(HOME / ".lease")
LEASE.acquire_read_lock()

from migrator_site.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
