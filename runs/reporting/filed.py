"""Filed copies of reports: read again, and compared with what they would be if nobody had touched them."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from runs.environment import code_version
from runs.errors import UsageError
from runs.reporting.digest import digest
from runs.reporting.figures import EDITION, Report
from runs.reporting.formats import plain
from runs.reporting.formats.pages import CLOSING, OPENING, html

UNREADABLE = (
    "This is no report as HTML or JSON, which are the formats that can be checked. PDF, XLSX and CSV carry the digest "
    "of their figures: compare it with that of a checked HTML or JSON file."
)


class Verdict(NamedTuple):
    """`problem` is empty for a copy that is as it was made."""

    title: str
    made_at: str
    digest: str
    problem: str


def check(content: bytes) -> Verdict:
    """Whether a filed HTML or JSON file is what the report was: its figures by their digest, and all around them by
    making the file anew. Raises `UsageError` for anything else.
    """
    text = _text(content)
    page = not text.lstrip().startswith("{")
    data = _data(text) if page else _parsed(text)
    report = Report(data["figures"], data["made_at"])
    title = str(report.figures["scope"]["title"])
    verdict = Verdict(title, report.made_at, data["digest"], "")
    if report.digest != data["digest"]:
        return verdict._replace(
            problem=f"The figures were altered: their digest is {report.digest}, the file says {data['digest']}."
        )
    remade = html(report) if page else plain.json(report)
    if _text(remade).strip() != text.strip():
        return verdict._replace(problem=_altered(report))
    return verdict


def _altered(report: Report) -> str:
    made_by, here = report.figures["surroundings"]["here"].get("code"), code_version()
    if made_by != here or here == "unknown" or here.endswith("-dirty"):
        return (
            "The figures are as they were. What the file shows around them differs from what this version "
            f"({here}) would write: only the version that made it ({made_by}) can tell whether it was altered."
        )
    return "The figures that the file carries are as they were, but what it shows around them was altered."


def _text(content: bytes) -> str:
    try:
        return content.decode().replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise UsageError(UNREADABLE) from None


def _data(page: str) -> dict[str, Any]:
    _, found, rest = page.partition(OPENING)
    if not found:
        raise UsageError(UNREADABLE)
    return _parsed(rest.partition(CLOSING)[0])


def _parsed(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
        edition = data["figures"]["edition"]
        whole = isinstance(data["digest"], str) and isinstance(data["made_at"], str)
    except (ValueError, KeyError, TypeError):
        raise UsageError(UNREADABLE) from None
    if not whole:
        raise UsageError(UNREADABLE)
    if edition != EDITION and digest(data["figures"]) == data["digest"]:
        raise UsageError(
            f"The figures are as they were, but they have the shape of edition {edition}, and this version writes "
            f"edition {EDITION}: check the file with the version that made it."
        )
    return data
