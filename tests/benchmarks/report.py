"""Medians of the rounds, as numbers and as a table."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

#: One round: contender → what it cost.
Round = dict[str, dict[str, Any]]

TITLES = {
    "yardstick": "raw COPY",
    "engine": "the engine",
    "handwritten": "hand-written script",
}


def summary(rows: int, rounds: Sequence[Round], server: str) -> dict[str, Any]:
    """Everything that was found. Ratios are medians of the rounds' ratios, as machines change their pace."""
    return {
        "rows": rows,
        "rounds": len(rounds),
        "python": platform.python_version(),
        "postgresql": server,
        "contenders": {name: _medians(rows, [one[name] for one in rounds]) for name in TITLES},
        "engine_to_yardstick": _ratio(rounds, lambda one: one["engine"]["seconds"] / one["yardstick"]["seconds"]),
        "handwritten_to_engine": _ratio(rounds, lambda one: one["handwritten"]["seconds"] / one["engine"]["seconds"]),
        "measurements": rounds,
    }


def _medians(rows: int, costs: Sequence[dict[str, Any]]) -> dict[str, float]:
    seconds = median(cost["seconds"] for cost in costs)
    return {
        "seconds": round(seconds, 3),
        "rows_per_second": round(rows / seconds),
        "processor_seconds": round(median(cost["processor_seconds"] for cost in costs), 3),
        "server_processor_seconds": round(median(cost["server_processor_seconds"] for cost in costs), 3),
        "peak_megabytes": round(median(cost["peak_bytes"] for cost in costs) / 1e6, 1),
        "idle_megabytes": round(median(cost["idle_bytes"] for cost in costs) / 1e6, 1),
    }


def _ratio(rounds: Sequence[Round], of: Callable[[Round], float]) -> dict[str, float]:
    found = [of(one) for one in rounds]
    return {"median": round(median(found), 2), "least": round(min(found), 2), "most": round(max(found), 2)}


def show(console: Console, found: dict[str, Any]) -> None:
    """The summary as a table with the two ratios below."""
    title = f"{found['rows']:,} tasks, medians of {found['rounds']} rounds"
    table = Table("", title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for heading in ("seconds", "rows/s", "client\nCPU s", "server\nCPU s", "peak\nMB", "at rest\nMB"):
        table.add_column(heading, justify="right")
    for name, cost in found["contenders"].items():
        table.add_row(
            TITLES[name],
            f"{cost['seconds']:.2f}",
            f"{cost['rows_per_second']:,}",
            f"{cost['processor_seconds']:.2f}",
            f"{cost['server_processor_seconds']:.2f}",
            f"{cost['peak_megabytes']:.0f}",
            f"{cost['idle_megabytes']:.0f}",
        )
    console.print(table)
    for key, text in (
        ("engine_to_yardstick", "engine's time ÷ raw COPY's time"),
        ("handwritten_to_engine", "hand-written script's time ÷ engine's time"),
    ):
        ratio = found[key]
        console.print(f"{text}: {ratio['median']:.2f}  ({ratio['least']:.2f} to {ratio['most']:.2f})", highlight=False)


def show_stages(console: Console, cost: dict[str, Any]) -> None:
    """What each stage of one run of the engine took."""
    title = f"{cost['seconds']:.2f} s, {cost['processor_seconds']:.2f} s of them processor time"
    table = Table("stage", title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for heading in ("calls", "seconds", "CPU s of its thread"):
        table.add_column(heading, justify="right")
    for name, (calls, seconds, processor) in cost["stages"].items():
        table.add_row(name, f"{calls:,}", f"{seconds:.2f}", f"{processor:.2f}")
    console.print(table)
