"""A report as HTML: for a page of the admin, and as one file that needs nothing else."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string

from runs.reporting.charts import charts
from runs.reporting.digest import canonical
from runs.reporting.drawing import Drawing
from runs.reporting.figures import Report
from runs.reporting.layout import Section, shown
from runs.reporting.moments import words
from runs.reporting.sections import facts, sections, subtitle

#: The element of the file that holds its figures.
OPENING, CLOSING = '<script type="application/json" id="report">', "</script>"


def html(report: Report) -> bytes:
    """The file. The same report gives the same file, byte by byte: that is how a filed copy is checked."""
    # Within the element only "<" could be taken for markup.
    embedded = canonical(report.as_dict()).replace("<", "\\u003c")
    return render_to_string("runs/report_file.html", {"report": context(report), "embedded": embedded}).encode()


def context(report: Report) -> dict[str, Any]:
    """What the templates show."""
    pictures: dict[str, list[Drawing]] = {}
    for key, drawing in charts(report.figures):
        pictures.setdefault(key, []).append(drawing)
    return {
        "title": report.figures["scope"]["title"],
        "subtitle": subtitle(report.figures),
        "facts": facts(report.figures),
        "made_at": words(report.made_at),
        "digest": report.digest,
        "parts": [_part(section, pictures.get(section.key, [])) for section in sections(report.figures)],
    }


def _part(section: Section, drawings: list[Drawing]) -> dict[str, Any]:
    styles = [
        "r-number" if place in section.numeric else "r-wide" if heading in section.wide else ""
        for place, heading in enumerate(section.headings)
    ]
    first_sum = len(section.rows) - section.sums
    return {
        "section": section,
        "charts": drawings,
        "headings": list(zip(section.headings, styles, strict=True)),
        "rows": [
            (number >= first_sum, list(zip(map(shown, row), styles, strict=True)))
            for number, row in enumerate(section.rows)
        ],
    }
