"""Pictures as plain shapes, which SVG and PDF both draw. Units are points; the origin is at the top left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

WIDTH = 520.0


class Rect(NamedTuple):
    x: float
    y: float
    width: float
    height: float
    kind: str
    words: str = ""


class Text(NamedTuple):
    """`anchor`: start, middle or end; `y` is the base line; `kind` is "strong", "quiet" or nothing."""

    x: float
    y: float
    text: str
    anchor: str = "start"
    kind: str = ""


class Line(NamedTuple):
    """Points joined by a line; `kind` names its colour."""

    points: Sequence[tuple[float, float]]
    kind: str

    @property
    def svg(self) -> str:
        return " ".join(f"{x:g},{y:g}" for x, y in self.points)


@dataclass
class Drawing:
    """`words` say the same to those who cannot see it; `legend`: kind → what it stands for."""

    title: str
    words: str
    legend: dict[str, str] = field(default_factory=dict)
    height: float = 0
    rects: list[Rect] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    width: float = WIDTH


class Part(NamedTuple):
    """A part of a bar: how many of the bar's whole."""

    size: float
    kind: str
    words: str = ""


#: Heights of a bar's line of text, of a bar, and of the space below it.
LABEL, BAR, GAP = 17.0, 10.0, 11.0
#: What is there is never too thin to be seen.
THINNEST = 2.0


def labelled(drawing: Drawing, label: str, value: str) -> None:
    """A line of text over what comes next: on the left what it is, on the right how much."""
    base = drawing.height + LABEL - 5
    drawing.texts += [Text(0, base, label), Text(drawing.width, base, value, "end", "strong")]
    drawing.height += LABEL


def bar(drawing: Drawing, whole: float, parts: Sequence[Part], height: float = BAR, gap: float = GAP) -> None:
    """A bar whose full width stands for `whole`."""
    drawing.rects.append(Rect(0, drawing.height, drawing.width, height, "track"))
    x = 0.0
    for part in parts:
        if part.size > 0 and whole:
            width = min(max(part.size / whole * drawing.width, THINNEST), drawing.width - x)
            drawing.rects.append(Rect(round(x, 2), drawing.height, round(width, 2), height, part.kind, part.words))
            x += width
    drawing.height += height + gap
