"""The project's settings as in production, over a PostgreSQL of the benchmark's own with its default durability."""

import os
from pathlib import Path

HOME = Path(os.environ.get("DATA_DIR") or Path(__file__).resolve().parents[2] / ".data").resolve()
#: What a caller's environment may hold and a measurement must not depend on.
for name in ("DATABASE_URL", "LEGACY_DATABASE_URL", "TARGET_DATABASE_URL", "REDIS_URL", "EMBEDDED_PG"):
    os.environ.pop(name, None)
for name in ("EMBEDDED_PG_DIR", "EMBEDDED_PG_OPTIONS", "BATCH_SIZE", "LOG_LEVEL"):
    os.environ.pop(name, None)
BENCH = HOME if HOME.name == "bench" else HOME / "bench"
os.environ |= {
    "ENV_FILE": os.devnull,
    "DEBUG": "1",
    "SECRET_KEY": "only-for-benchmarks",
    "UUID_NAMESPACE": "7a1d2f9e-52f4-4a57-9be6-0d3a6c1f2b44",
    "DATA_DIR": str(BENCH),
}

from migrator_site.settings import *  # noqa: E402, F403

# Databases without a URL are allowed to debugging installations only, but debugging keeps every statement in memory.
DEBUG = False
