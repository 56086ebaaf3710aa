"""Samples: what they prove, and that they prove nothing without rows."""

from __future__ import annotations

from math import comb

import pytest

from runs.errors import UsageError
from runs.sampling import Sample, in_words, proven, upper_bound


@pytest.mark.parametrize(
    ("defects", "rows", "bound"),
    # Without a defect by the formula; 1 in 10 and 5 in 100 from tables of Clopper and Pearson (one-sided 95 %).
    [(0, 1, 0.95), (0, 59, 0.04950), (0, 100, 0.02951), (0, 3000, 0.000998), (1, 10, 0.3942), (5, 100, 0.1023)],
)
def test_the_bound_is_that_of_the_tables(defects: int, rows: int, bound: float):
    assert upper_bound(defects, rows) == pytest.approx(bound, rel=1e-3)


def test_without_a_defect_it_is_the_rule_of_three():
    assert upper_bound(0, 1000) == pytest.approx(1 - 0.05 ** (1 / 1000))
    assert upper_bound(0, 1000) == pytest.approx(3 / 1000, rel=0.01)


@pytest.mark.parametrize(("defects", "rows"), [(1, 7), (3, 20), (19, 20)])
def test_at_the_bound_so_few_defects_have_a_probability_of_five_percent(defects: int, rows: int):
    share = upper_bound(defects, rows)
    at_most = sum(comb(rows, k) * share**k * (1 - share) ** (rows - k) for k in range(defects + 1))
    assert at_most == pytest.approx(0.05)


def test_a_sample_that_is_defective_throughout_says_nothing_of_the_rest():
    assert upper_bound(20, 20) == 1.0


@pytest.mark.parametrize(("defects", "rows"), [(0, 0), (2, 1), (-1, 5)])
def test_a_bound_over_no_rows_is_refused(defects: int, rows: int):
    with pytest.raises(ValueError, match="at least one row"):
        upper_bound(defects, rows)


@pytest.mark.parametrize("rows", [0, -3])
def test_a_sample_of_no_rows_is_refused(rows: int):
    with pytest.raises(UsageError, match="A sample of no rows proves nothing"):
        Sample(rows)


def test_what_it_proves_in_words():
    assert in_words(proven("offers", 100, 0, 1600)) == (
        "offers: 0 of 100 sampled rows are defective; with 95% confidence at most 2.9513% of all 1,600 rows that were "
        "migrated are."
    )
    assert in_words(proven("offers", 0, 0, 5)) == "offers: no row was sampled, so nothing is proven."
