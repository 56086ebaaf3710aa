"""Samples of rows, and what they prove of all the rows that were not looked at."""

from __future__ import annotations

import math
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from runs.errors import UsageError

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Sample:
    """So many rows of each entity, drawn at random. The same seed draws the same ones. Raises `UsageError` for none."""

    rows: int
    seed: int = field(default_factory=lambda: secrets.randbelow(2**31))

    def __post_init__(self) -> None:
        if self.rows < 1:
            raise UsageError("A sample of no rows proves nothing: ask for at least 1, or leave it out to compare all.")

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


def upper_bound(defects: int, rows: int, confidence: float = CONFIDENCE) -> float:
    """The greatest share of defective rows, 0 to 1, that fits with so many defects in a sample of so many rows.

    The one-sided bound of Clopper and Pearson ("The use of confidence or fiducial limits illustrated in the case of the
    binomial", Biometrika 26, 1934): the share at which `defects` or fewer turn up with a probability of 1 - confidence.
    It is exact, and on the safe side as rows are drawn without being put back. Without any defect it is
    1 - (1 - confidence) ** (1 / rows), roughly 3 / rows: the rule of three (Hanley and Lippman-Hand, "If nothing goes
    wrong, is everything all right?", JAMA 249, 1983).
    """
    if not 0 <= defects <= rows or rows < 1:
        raise ValueError("There are as many defects as rows at the most, and at least one row.")
    if defects == rows:
        return 1.0
    low, high = defects / rows, 1.0
    while high - low > 1e-12:
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(defects, rows, middle) > 1 - confidence else (low, middle)
    return high


def _at_most(defects: int, rows: int, share: float) -> float:
    """The probability of so many defects or fewer: the sum of the binomial distribution, term by term."""
    if share in (0.0, 1.0):
        return 1.0 - share
    log_share, log_rest, ways = math.log(share), math.log1p(-share), math.lgamma(rows + 1)
    return math.fsum(
        math.exp(ways - math.lgamma(k + 1) - math.lgamma(rows - k + 1) + k * log_share + (rows - k) * log_rest)
        for k in range(defects + 1)
    )


def proven(entity: str, rows: int, defects: int, of: int) -> dict[str, Any]:
    """What a sample says of an entity, as plain data. `of`: the rows that it was drawn from."""
    bound = upper_bound(defects, rows) if rows else None
    return {"entity": entity, "rows": rows, "of": of, "defects": defects, "confidence": CONFIDENCE, "bound": bound}


def in_words(found: Mapping[str, Any]) -> str:
    """The same as a sentence."""
    start = f"{found['entity']}: {found['defects']:,} of {found['rows']:,} sampled rows are defective"
    if found["bound"] is None:
        return f"{found['entity']}: no row was sampled, so nothing is proven."
    return (
        f"{start}; with {found['confidence']:.0%} confidence at most {found['bound']:.4%} of all {found['of']:,} rows "
        "that were migrated are."
    )
