"""Instants as a report writes them: UTC to the second, whatever the clock of the reader."""

from __future__ import annotations

from datetime import UTC, datetime


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def words(text: str | None) -> str:
    """Such as "2026-11-23 04:05:06 UTC"; a dash for none."""
    return text.replace("T", " ").replace("Z", " UTC") if text else "–"
