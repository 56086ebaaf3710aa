"""The pictures of a report, where one would rather look than read. Every number in them is in a table too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from runs.reporting.arrivals import measure
from runs.reporting.drawing import WIDTH, Drawing, Line, Part, Rect, Text, bar, labelled
from runs.reporting.layout import percent, shown
from runs.reporting.moments import words

Figures = dict[str, Any]

CAUSES_SHOWN = 10
PLOT_HEIGHT, AXIS_WIDTH = 190.0, 62.0


def charts(figures: Figures) -> Iterator[tuple[str, Drawing]]:
    """(key of the section that it belongs to, drawing)."""
    if figures["total"]["whole"]:
        yield "domains", domains(figures)
    if figures["failures"]:
        yield "failures", causes(figures)
    if len(figures["progress"]) > 1:
        yield "runs", progress(figures)
    if figures["money"]:
        yield "money", money(figures)


def domains(figures: Figures) -> Drawing:
    """Success per domain, and what the other rows are."""
    name = measure(figures)[0]
    legend = {"good": name, "waiting": "waiting", "failed": "failed", "rest": "all others in scope"}
    drawing = Drawing(f"{name.capitalize()} per domain", "Rows in scope by what became of them, per domain.", legend)
    lines = figures["domains"]
    shown_lines = [*lines, {"domain": "all domains", **figures["total"]}] if len(lines) > 1 else lines
    for line in shown_lines:
        labelled(drawing, line["domain"], percent(line["success"]))
        done, failed = line["success"]["part"], line["terms"].get("failed", 0)
        parts = [
            Part(done, "good", f"{done:,} {name}"),
            Part(line["waiting"], "waiting", f"{line['waiting']:,} waiting"),
            Part(failed, "failed", f"{failed:,} failed"),
            Part(line["whole"] - done - line["waiting"] - failed, "rest", "all others in scope"),
        ]
        bar(drawing, line["whole"], parts)
    return drawing


def causes(figures: Figures) -> Drawing:
    """Failures by cause, over all entities."""
    totals: Counter[str] = Counter()
    for one in figures["failures"]:
        totals[one["cause"]] += one["rows"]
    ranked = totals.most_common()
    named, others = ranked[:CAUSES_SHOWN], sum(rows for _, rows in ranked[CAUSES_SHOWN:])
    most, whole = max(totals.values()), totals.total()
    drawing = Drawing("Failures by cause", f"{whole:,} rows that did not arrive, by cause.")
    for cause, rows in [*named, *([("all other causes", others)] if others else [])]:
        labelled(drawing, cause, f"{rows:,} of {whole:,}")
        bar(drawing, max(most, others), [Part(rows, "failed", f"{rows:,} rows")])
    return drawing


def money(figures: Figures) -> Drawing:
    """Both sides of each money column, each column on a scale of its own."""
    legend = {"legacy": "legacy, rows in scope", "arrived": "legacy, rows that arrived", "target": "target"}
    text = "Sums of each money column, on a scale of its own: nothing is added across columns."
    drawing = Drawing("Money on both sides", text, legend)
    for one in figures["money"]:
        sums = {kind: Decimal(one[name]) for kind, name in zip(legend, ("in_scope", "arrived", "target"), strict=True)}
        largest = float(max(abs(amount) for amount in sums.values()))
        difference = Decimal(one["difference"])
        labelled(drawing, f"{one['entity']}.{one['field']}", f"difference {shown(difference)}")
        for kind, amount in sums.items():
            last = kind == "target"
            label = f"{legend[kind]}: {shown(amount)}"
            bar(drawing, largest, [Part(abs(float(amount)), kind, label)], height=4, gap=8 if last else 1)
    return drawing


def progress(figures: Figures) -> Drawing:
    """Rows that had arrived, over time."""
    points = [(datetime.fromisoformat(one["at"]).timestamp(), one["rows"]) for one in figures["progress"]]
    first, last, most = points[0][0], points[-1][0], points[-1][1]
    span, top = (last - first) or 1.0, 12.0
    width = WIDTH - AXIS_WIDTH

    def at(moment: float, rows: int) -> tuple[float, float]:
        x = AXIS_WIDTH + (moment - first) / span * width
        return round(x, 1), round(top + PLOT_HEIGHT * (1 - rows / (most or 1)), 1)

    drawing = Drawing(
        "Progress over time", f"{most:,} rows arrived between {_when(figures, 0)} and {_when(figures, -1)}."
    )
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = top + PLOT_HEIGHT * (1 - share)
        drawing.rects.append(Rect(AXIS_WIDTH, y - 0.25, width, 0.5, "track"))
        drawing.texts.append(Text(AXIS_WIDTH - 8, y + 4, f"{round(most * share):,}", "end", "quiet"))
    drawing.lines.append(Line([at(*point) for point in points], "target"))
    base = top + PLOT_HEIGHT + 20
    drawing.texts += [
        Text(AXIS_WIDTH, base, _when(figures, 0), "start", "quiet"),
        Text(WIDTH, base, _when(figures, -1), "end", "quiet"),
    ]
    drawing.height = base + 6
    return drawing


def _when(figures: Figures, place: int) -> str:
    return words(figures["progress"][place]["at"])
