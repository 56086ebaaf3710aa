"""python -m tests.benchmarks.alone NAME [--profile]: one contender in this process; prints its cost as JSON."""

from __future__ import annotations

import json
import os
import resource
import sys
import time

import django

#: ru_maxrss is in kilobytes, but in bytes on macOS.
MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


def processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak_memory() -> int:
    """Bytes, of the whole process since its start."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_UNIT


def main(name: str, *flags: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.benchmarks.settings"
    django.setup()
    from django.conf import settings

    from tests.benchmarks.contenders import CONTENDERS
    from tests.benchmarks.stages import watched

    contender = CONTENDERS[name]
    with watched("--profile" in flags) as stages:
        idle, processor, began = peak_memory(), processor_seconds(), time.perf_counter()
        contender(settings.DATA_DIR)
        cost = {"seconds": time.perf_counter() - began, "processor_seconds": processor_seconds() - processor}
    print(json.dumps({**cost, "peak_bytes": peak_memory(), "idle_bytes": idle, "stages": stages}))


if __name__ == "__main__":
    main(*sys.argv[1:])
