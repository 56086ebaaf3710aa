"""python -m tests.benchmarks.alone NAME [--profile]: one contender in this process; prints its cost as JSON."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path

import django


def processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak_memory() -> int:
    """Bytes, of this process since its start."""
    try:
        # Linux: ru_maxrss would count what the parent had before the exec.
        status = Path("/proc/self/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


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
