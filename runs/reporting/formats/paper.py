"""A report as PDF, made by ReportLab alone: no browser, no program of the system, fonts from its wheel."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from math import sqrt
from typing import Any

from reportlab.graphics import shapes
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import CondPageBreak, LongTable, Paragraph, SimpleDocTemplate, Spacer, Table

from runs.reporting.charts import charts
from runs.reporting.drawing import Drawing
from runs.reporting.figures import Report
from runs.reporting.layout import Section, shown
from runs.reporting.moments import words
from runs.reporting.sections import facts, sections, subtitle

PLAIN, BOLD = "Vera", "VeraBd"
INK, QUIET, RULE = colors.HexColor("#1f2937"), colors.HexColor("#6b7280"), colors.HexColor("#d1d5db")
#: Kind of shape → its colour on white paper, as in report.css.
COLOURS = {
    "track": "#eef0f3",
    "good": "#15803d",
    "waiting": "#d97706",
    "failed": "#dc2626",
    "rest": "#94a3b8",
    "legacy": "#94a3b8",
    "arrived": "#0284c7",
    "target": "#4f46e5",
    "bad": "#b91c1c",
}
SIZE = landscape(A4)
MARGIN = 14 * mm
BREADTH = SIZE[0] - 2 * MARGIN
#: A column that needs more than this share of the page is long: its text may break into lines.
LONG = 0.2
CELL_SIZE = 6.6
#: The space that a heading wants below it.
FIRST_LINES = 22 * mm


def pdf(report: Report) -> bytes:
    """The file. Its subject, and the foot of every page, carry the digest."""
    _fonts()
    out = io.BytesIO()
    title = report.figures["scope"]["title"]
    document = SimpleDocTemplate(
        out,
        pagesize=SIZE,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN + 4 * mm,
        title=f"{title}: migration report",
        subject=f"SHA-256 {report.digest}",
        author="",
    )

    def foot(canvas: Any, page: Any) -> None:
        canvas.setFont(PLAIN, 6.5)
        canvas.setFillColor(QUIET)
        canvas.drawString(MARGIN, 9 * mm, f"{title} · counted {words(report.made_at)} · SHA-256 {report.digest}")
        canvas.drawRightString(SIZE[0] - MARGIN, 9 * mm, str(page.page))

    document.build(list(_story(report)), onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


def _story(report: Report) -> Iterator[Any]:
    yield _paragraph(report.figures["scope"]["title"], "title")
    yield _paragraph(subtitle(report.figures), "text")
    yield _facts(report)
    pictures = dict(charts(report.figures))
    for section in sections(report.figures):
        head = [_paragraph(section.title, "heading"), *(_paragraph(note, "note") for note in section.notes)]
        if picture := pictures.get(section.key):
            head += [Spacer(0, 4), _drawing(picture), Spacer(0, 4)]
        # A heading alone at the foot of a page is of no use: it stays with the first lines below it.
        yield CondPageBreak(sum(one.wrap(BREADTH, SIZE[1])[1] for one in head) + FIRST_LINES)
        yield from head
        yield _table(section) if section.rows else _paragraph(section.none, "text")


def _facts(report: Report) -> Table:
    found = facts(report.figures)
    cells = [
        [
            _paragraph(fact.name, "note"),
            Paragraph(_clean(fact.value), _style(f"fact-{fact.kind or 'plain'}")),
            _paragraph(fact.note, "note"),
        ]
        for fact in found
    ]
    table = Table([cells], colWidths=[BREADTH / len(cells)] * len(cells))
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, 0), 0)])
    return table


# Tables ----------------------------------------------------------------------------------------------------


def _table(section: Section) -> LongTable:
    rows = [[shown(cell) for cell in row] for row in section.rows]
    numeric = section.numeric
    headings = [_cell(heading, place in numeric, "head") for place, heading in enumerate(section.headings)]
    body = [[_cell(text, place in numeric) for place, text in enumerate(row)] for row in rows]
    widths = _widths(section.headings, rows)
    table = LongTable([headings, *body], colWidths=widths, repeatRows=1, hAlign="LEFT", spaceBefore=3)
    style: list[tuple[Any, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.3, RULE),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 6),
        ("TOPPADDING", (0, 0), (-1, -1), 1.2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1.6),
    ]
    if section.sums:
        style.append(("LINEABOVE", (0, -section.sums), (-1, -section.sums), 0.8, QUIET))
    table.setStyle(style)
    return table


def _widths(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[float]:
    """Short columns get what they need; long ones share the rest, those with more text getting more."""
    needs = [
        max(pdfmetrics.stringWidth(text, PLAIN, CELL_SIZE) for text in column) + 9
        for column in zip(headings, *rows, strict=True)
    ]
    if sum(needs) <= BREADTH:
        return needs
    long = BREADTH * LONG
    left = BREADTH - sum(need for need in needs if need <= long)
    # By the root: the longest text has many lines anyway, and need not have all of the breadth.
    shares = {place: sqrt(need) for place, need in enumerate(needs) if need > long}
    total = sum(shares.values())
    return [shares[place] / total * left if place in shares else need for place, need in enumerate(needs)]


def _cell(text: str, number: bool, style: str = "cell") -> Paragraph:
    return Paragraph(_clean(text), _style(f"{style}-number" if number else style))


def _paragraph(text: str, style: str) -> Paragraph:
    return Paragraph(_clean(text), _style(style))


def _clean(text: str) -> str:
    """Markup for ReportLab. What the font has no sign for is a question mark, and not an empty box."""
    known = pdfmetrics.getFont(PLAIN).face.charToGlyph
    return escape("".join(one if ord(one) in known or one.isspace() else "?" for one in text))


@cache
def _style(name: str) -> ParagraphStyle:
    base, _, variant = name.partition("-")
    given: dict[str, dict[str, Any]] = {
        "title": {"fontName": BOLD, "fontSize": 18, "leading": 24},
        "heading": {"fontName": BOLD, "fontSize": 11, "leading": 15, "spaceBefore": 14, "spaceAfter": 2},
        "text": {"fontSize": 8.5, "leading": 12},
        "note": {"fontSize": 7, "leading": 9.5, "textColor": QUIET},
        "fact": {"fontName": BOLD, "fontSize": 12, "leading": 16},
        "cell": {"fontSize": CELL_SIZE, "leading": 8.6},
        "head": {"fontSize": CELL_SIZE, "leading": 8.6, "textColor": QUIET},
    }
    changes = given[base]
    if variant == "number":
        changes["alignment"] = 2
    if base == "fact" and variant in COLOURS:
        changes["textColor"] = colors.HexColor(COLOURS[variant])
    return ParagraphStyle(name, **{"fontName": PLAIN, "textColor": INK, "splitLongWords": 1, **changes})


@cache
def _fonts() -> None:
    for name in (PLAIN, BOLD):
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))


# Pictures --------------------------------------------------------------------------------------------------

#: How much smaller than on a screen, the size of text in pictures, the space of a legend, and the tallest picture.
SCALE, TEXT_SIZE, LEGEND, TALLEST = 0.85, 9.5, 16.0, 380.0


def _drawing(drawing: Drawing) -> shapes.Drawing:
    """The same shapes; ReportLab counts from the bottom."""
    height = drawing.height
    group = shapes.Group()
    for rect in drawing.rects:
        y = height - rect.y - rect.height
        fill = colors.HexColor(COLOURS[rect.kind])
        group.add(shapes.Rect(rect.x, y, rect.width, rect.height, fillColor=fill, strokeColor=None, strokeWidth=0))
    for line in drawing.lines:
        points = [number for x, y in line.points for number in (x, height - y)]
        group.add(shapes.PolyLine(points, strokeColor=colors.HexColor(COLOURS[line.kind]), strokeWidth=1.6))
    for text in drawing.texts:
        font = BOLD if text.kind == "strong" else PLAIN
        fill = QUIET if text.kind == "quiet" else INK
        group.add(_string(text.x, height - text.y, text.text, text.anchor, font, fill))
    _legend(drawing, group)
    below = LEGEND if drawing.legend else 0.0
    scale = min(SCALE, TALLEST / (height + below))
    group.translate(0, below * scale)
    group.scale(scale, scale)
    picture = shapes.Drawing(drawing.width * scale, (height + below) * scale)
    picture.add(group)
    return picture


def _legend(drawing: Drawing, group: shapes.Group) -> None:
    """Below the picture: a square of each colour, and what it stands for."""
    x = 0.0
    for kind, label in drawing.legend.items():
        group.add(shapes.Rect(x, -13, 7, 7, fillColor=colors.HexColor(COLOURS[kind]), strokeColor=None))
        group.add(_string(x + 11, -12.5, label, "start", PLAIN, QUIET))
        x += 11 + pdfmetrics.stringWidth(label, PLAIN, TEXT_SIZE) + 14


def _string(x: float, y: float, text: str, anchor: str, font: str, fill: Any) -> shapes.String:
    shape = shapes.String(x, y, text, textAnchor=anchor)
    shape.fontName, shape.fontSize, shape.fillColor = font, TEXT_SIZE, fill
    return shape
