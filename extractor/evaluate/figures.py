"""Measures with 95 % intervals. All are functions of counts added up over reports.

Lesions and facts of one report are not independent, so intervals come from drawing whole reports anew
(percentiles of a bootstrap with a fixed seed). Where that has no width or the report is the unit counted,
the Wilson interval over reports takes its place.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.float64]
_DRAWS = 2000
_SEED = 20100901
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure with its 95 % interval; None where it is not defined. `n` is what it was counted over."""

    value: float | None
    low: float | None
    high: float | None
    n: int


def proportion(hits: Counts, units: Counts) -> Figure:
    """Return the share of hits among units, both counted per report."""
    n = int(units.sum())
    if n == 0:
        return Figure(None, None, None, 0)
    value = float(hits.sum() / n)
    if units.max() <= 1 or value in (0.0, 1.0):
        reports = int((units > 0).sum())
        return _between(value, wilson(round(value * reports), reports), n)
    return _between(value, _bootstrap(np.stack([hits, units], axis=1), _ratio), n)


def f1(tp: Counts, fp: Counts, fn: Counts) -> Figure:
    """Return F1 of counts per report; 1 where there was nothing to find and nothing found."""
    share = proportion(2 * tp, 2 * tp + fp + fn)
    return Figure(1.0 if share.value is None else share.value, share.low, share.high, int((tp + fp + fn).sum()))


def kappa(pairs: Sequence[Sequence[tuple[Hashable, Hashable]]]) -> Figure:
    """Return Cohen's kappa (Educ Psychol Meas 1960;20:37) of the pairs of labels in each report.

    Not defined where both sides know one and the same label only.
    """
    known = dict.fromkeys(label for row in pairs for pair in row for label in pair)
    labels = {label: position for position, label in enumerate(known)}
    counts = np.zeros((len(pairs), len(labels), len(labels)))
    for report, row in enumerate(pairs):
        for first, second in row:
            counts[report, labels[first], labels[second]] += 1
    return _figure(counts.reshape(len(pairs), len(labels) ** 2), _kappa, int(counts.sum()))


def icc(pairs: Sequence[Sequence[tuple[int, int]]]) -> Figure:
    """Return ICC(A,1), absolute agreement of single measures (McGraw and Wong, Psychol Methods 1996;1:30)."""
    counts = np.array([_sums(row) for row in pairs]).reshape(len(pairs), 5)
    return _figure(counts, _icc, int(counts[:, 0].sum()))


def _sums(row: Sequence[tuple[int, int]]) -> list[int]:
    """Return what the ICC is made of: the number of pairs, sums of total, total², difference, difference²."""
    totals, differences = [x + y for x, y in row], [x - y for x, y in row]
    squares = [sum(value**2 for value in values) for values in (totals, differences)]
    return [len(row), sum(totals), squares[0], sum(differences), squares[1]]


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a proportion of independent units (Wilson, J Am Stat Assoc 1927;22:209)."""
    share, scale = hits / n, 1 + _Z**2 / n
    middle = (share + _Z**2 / (2 * n)) / scale
    half = _Z / scale * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def _figure(counts: Counts, formula: Callable[[Counts], Counts], n: int) -> Figure:
    value = float(formula(counts.sum(axis=0)))
    if math.isnan(value):
        return Figure(None, None, None, n)
    return _between(value, _bootstrap(counts, formula), n)


def _between(value: float, interval: tuple[float, float] | tuple[None, None], n: int) -> Figure:
    low, high = interval
    return Figure(value, low, high, n)


def _bootstrap(counts: Counts, formula: Callable[[Counts], Counts]) -> tuple[float, float] | tuple[None, None]:
    """Return the 2.5 and 97.5 percentiles of `formula` over redrawn reports; None where only one counts."""
    if counts.any(axis=1).sum() < 2:
        return None, None
    drawn = formula(_weights(len(counts)) @ counts)
    low, high = np.nanpercentile(drawn, (2.5, 97.5))
    return float(low), float(high)


@lru_cache(maxsize=1)
def _weights(reports: int) -> Counts:
    """Return how often each report is drawn, draws in rows; the same at every call."""
    draws = np.random.default_rng(_SEED).multinomial(reports, np.full(reports, 1 / reports), size=_DRAWS)
    return draws.astype(np.float64)


def _divide(above: Counts, below: Counts) -> Counts:
    """Divide, giving NaN where the divisor is 0."""
    empty = np.full(np.broadcast(above, below).shape, np.nan)
    return np.asarray(np.divide(above, below, out=empty, where=below != 0), dtype=np.float64)


def _ratio(counts: Counts) -> Counts:
    return _divide(counts[..., 0], counts[..., 1])


def _kappa(counts: Counts) -> Counts:
    labels = math.isqrt(counts.shape[-1])
    table = counts.reshape(*counts.shape[:-1], labels, labels)
    n = table.sum(axis=(-2, -1))
    agreed = np.trace(table, axis1=-2, axis2=-1) * n
    chance = (table.sum(axis=-1) * table.sum(axis=-2)).sum(axis=-1)
    return _divide(agreed - chance, n**2 - chance)


def _icc(counts: Counts) -> Counts:
    """Return ICC(A,1) of two columns from the sums of `_sums`."""
    n, total, total2, difference, difference2 = np.moveaxis(counts, -1, 0)
    mean = _divide(difference, n)
    between = _divide(total2 - _divide(total**2, n), n - 1)
    error = _divide(difference2 - difference * mean, n - 1)
    return _divide(between - error, between + error + 2 * mean**2 - 2 * _divide(error, n))
