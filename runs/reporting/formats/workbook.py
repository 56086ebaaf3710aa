"""A report as an Excel workbook: a sheet for each section, numbers as numbers."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from runs.cells import harmless
from runs.reporting.figures import Report
from runs.reporting.layout import Cell, Section
from runs.reporting.moments import words
from runs.reporting.sections import facts, sections, subtitle

#: A cell holds a binary float: an amount with more digits is written as text, which is exact.
EXACT_DIGITS = 15
NARROWEST, WIDEST = 8, 60
#: What the name of a sheet may hold.
SHEET_NAME = 31


def xlsx(report: Report) -> bytes:
    book = Workbook()
    # The digest is kept where altering a cell does not reach it.
    book.properties.title = f"{report.figures['scope']['title']}: migration report"
    book.properties.identifier = report.digest
    _summary(book.active, report)
    for section in sections(report.figures):
        _fill(book.create_sheet(section.title.replace(",", "")[:SHEET_NAME]), section)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _summary(sheet: Any, report: Report) -> None:
    sheet.title = "Summary"
    sheet.append([report.figures["scope"]["title"]])
    sheet.append([subtitle(report.figures)])
    sheet.append([])
    for fact in facts(report.figures):
        sheet.append([fact.name, harmless(fact.value), harmless(fact.note)])
    sheet.append([])
    sheet.append(["Counted", words(report.made_at)])
    sheet.append(["Digest of the figures (SHA-256)", report.digest])
    sheet["A1"].font = Font(bold=True, size=14)
    for letter, width in {"A": 32, "B": 24, "C": 44}.items():
        sheet.column_dimensions[letter].width = width


def _fill(sheet: Any, section: Section) -> None:
    sheet.append([heading.capitalize() for heading in section.headings])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in section.rows:
        sheet.append([as_value(cell) for cell in row])
    sheet.freeze_panes = "A2"
    for place, heading in enumerate(section.headings):
        longest = max([len(heading), *(len(str(row[place] or "")) for row in section.rows)])
        letter = get_column_letter(place + 1)
        sheet.column_dimensions[letter].width = min(max(longest + 3, NARROWEST), WIDEST)
        for cell in sheet[letter][1:]:
            amount = isinstance(section.rows[cell.row - 2][place], Decimal)
            cell.number_format = "#,##0.00" if amount else "#,##0"
            cell.alignment = Alignment(vertical="top", wrap_text=longest > WIDEST)
    for note in ("", *(section.notes if section.rows else [*section.notes, section.none])):
        sheet.append([harmless(note)])


def as_value(cell: Cell) -> Any:
    """As the sheet takes it."""
    if isinstance(cell, Decimal):
        return cell if len(cell.as_tuple().digits) <= EXACT_DIGITS else f"{cell:f}"
    return harmless(cell) if isinstance(cell, str) else cell
