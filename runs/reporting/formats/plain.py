"""A report for programs and terminals: JSON, CSV and text."""

from __future__ import annotations

import csv as csv_files
import io
import json as json_files
from collections.abc import Iterator
from decimal import Decimal

from rich.console import Console
from rich.table import Table

from runs.cells import harmless
from runs.reporting.figures import Report
from runs.reporting.layout import Cell, Section, shown
from runs.reporting.moments import words
from runs.reporting.sections import facts, sections, subtitle

WIDTH = 180


def json(report: Report) -> bytes:
    """All figures with their digest."""
    return (json_files.dumps(report.as_dict(), indent=2, ensure_ascii=False) + "\n").encode()


def csv(report: Report) -> bytes:
    """A figure a line: section, line, column, value. The first lines say what it is and carry the digest."""
    text = io.StringIO()
    # A spreadsheet takes the file for UTF-8 by its first character.
    text.write("\ufeff")
    writer = csv_files.writer(text)
    writer.writerow(["section", "line", "column", "value"])
    writer.writerows([*_head(report), *_figures(report)])
    return text.getvalue().encode()


def text(report: Report) -> bytes:
    """Tables for a terminal."""
    out = io.StringIO()
    console = Console(file=out, width=WIDTH, highlight=False)
    lines = [report.figures["scope"]["title"], subtitle(report.figures), f"Counted {words(report.made_at)}."]
    lines += [f"{fact.name}: {fact.value} ({fact.note})" for fact in facts(report.figures)]
    for line in lines:
        console.print(line, markup=False, soft_wrap=True)
    for section in sections(report.figures):
        console.print(f"\n{section.title}", markup=False, style="bold")
        for note in section.notes:
            console.print(note, markup=False)
        console.print(_table(section) if section.rows else section.none)
    console.print(f"\nDigest of the figures (SHA-256): {report.digest}", markup=False, soft_wrap=True)
    return out.getvalue().encode()


def _head(report: Report) -> Iterator[list[str]]:
    head = {"title": report.figures["scope"]["title"], "counted": report.made_at, "digest": report.digest}
    for name, value in head.items():
        yield ["report", "1", name, value]


def _figures(report: Report) -> Iterator[list[str]]:
    for section in sections(report.figures):
        for number, row in enumerate(section.rows, start=1):
            for heading, cell in zip(section.headings, row, strict=True):
                yield [section.key, str(number), heading or "number", _plain(cell)]


def _plain(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return "" if cell is None else harmless(str(cell))


def _table(section: Section) -> Table:
    table = Table(box=None, pad_edge=False)
    for place, heading in enumerate(section.headings):
        table.add_column(heading, justify="right" if place in section.numeric else "left", overflow="fold")
    for row in section.rows:
        table.add_row(*(shown(cell).replace("[", "\\[") for cell in row))
    return table
