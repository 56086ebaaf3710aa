"""The formats that a report comes in, each made from the same tables and pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from runs.reporting.figures import Report
from runs.reporting.formats import pages, paper, plain, workbook


class Format(NamedTuple):
    """`write` makes the file's content; `check`: whether a filed copy can be checked by itself."""

    title: str
    media_type: str
    write: Callable[[Report], bytes]


FORMATS = {
    "html": Format("HTML, one file", "text/html; charset=utf-8", pages.html),
    "pdf": Format("PDF", "application/pdf", paper.pdf),
    "xlsx": Format("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook.xlsx),
    "csv": Format("CSV", "text/csv; charset=utf-8", plain.csv),
    "json": Format("JSON", "application/json", plain.json),
    "text": Format("Text", "text/plain; charset=utf-8", plain.text),
}
