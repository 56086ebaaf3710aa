"""Reports: made, written down, and filed copies checked."""

from __future__ import annotations

from runs.errors import UsageError
from runs.reporting import figures, filed
from runs.reporting.figures import Report
from runs.reporting.formats import FORMATS, Format
from runs.reporting.scope import scoped


def report(run: int | None = None, domain: str = "") -> Report:
    """The report about a run, a domain or, without either, the whole migration, counted at this moment.

    Raises `UsageError` for what there is no report about, `Refused` if a database does not answer.
    """
    return figures.report(scoped(run, domain))


def report_format(name: str) -> Format:
    """How to write a report down. Raises `UsageError` for an unknown format."""
    if name not in FORMATS:
        raise UsageError(f"There is no format {name!r}. Formats: {', '.join(FORMATS)}.")
    return FORMATS[name]


def check_report(content: bytes) -> filed.Verdict:
    """Whether a filed copy is what it was. Raises `UsageError` for a file that cannot be checked."""
    return filed.check(content)
