"""The formats that a report comes in, each made from the same tables and pictures."""

from __future__ import annotations

from importlib import import_module
from typing import NamedTuple

from runs.reporting.figures import Report


class Format(NamedTuple):
    """`writer` is the module and the function in it that makes the file's content."""

    title: str
    media_type: str
    writer: str

    def write(self, report: Report) -> bytes:
        # The libraries of PDF and Excel take longer to import than most commands take to run.
        module, _, function = self.writer.partition(".")
        return getattr(import_module(f"{__name__}.{module}"), function)(report)


FORMATS = {
    "html": Format("HTML, one file", "text/html; charset=utf-8", "pages.html"),
    "pdf": Format("PDF", "application/pdf", "paper.pdf"),
    "xlsx": Format("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "workbook.xlsx"),
    "csv": Format("CSV", "text/csv; charset=utf-8", "plain.csv"),
    "json": Format("JSON", "application/json", "plain.json"),
    "text": Format("Text", "text/plain; charset=utf-8", "plain.text"),
}
