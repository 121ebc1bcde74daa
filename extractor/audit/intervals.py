"""Intervals at 95 %: of a share, of a difference of shares, and the limits of a funnel; plain numbers in and out.

Shares of independent units: Wilson, J Am Stat Assoc 1927;22:209; their difference: Newcombe, Stat Med 1998;17:873,
method 10. Where units share a report or a patient: the share as a ratio of two sums over clusters, its variance by
linearisation (Cochran, Sampling Techniques, 3rd ed., 6.4), Student's t with one degree of freedom less than clusters
(Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist
from typing import Final

from extractor.evaluate.figures import wilson

Interval = tuple[float, float]
#: The parts of a funnel's limits that lie inside, in per cent (Spiegelhalter, Stat Med 2005;24:1185).
FUNNEL: Final = (95.0, 99.8)
#: From here on the expansion of t is exact to eight digits.
_MANY: Final = 1_000


@dataclass(frozen=True, slots=True)
class Clustered:
    """A share counted over clusters: the share, its standard error (None: it cannot be told), and the clusters."""

    share: float
    error: float | None
    clusters: int

    @property
    def interval(self) -> Interval | None:
        """Return the interval; None where the error cannot be told."""
        if self.error is None:
            return None
        half = t_quantile(self.clusters - 1) * self.error
        return max(0.0, self.share - half), min(1.0, self.share + half)


def clustered(hits: Sequence[float], sizes: Sequence[float]) -> Clustered:
    """Return the share of hits among units that lie in clusters, both counted per cluster.

    With one cluster, or where all units are alike, the spread between clusters cannot be told.
    """
    count, total = len(sizes), sum(sizes)
    share = sum(hits) / total
    squares = math.fsum((hit - share * size) ** 2 for hit, size in zip(hits, sizes, strict=True))
    if count < 2 or share in (0.0, 1.0):
        return Clustered(share, None, count)
    return Clustered(share, math.sqrt(count / (count - 1) * squares) / total, count)


def newcombe(hits: int, n: int, other_hits: int, other_n: int) -> Interval:
    """Return the interval of the first share less the second, both of independent units."""
    (low, high), (other_low, other_high) = wilson(hits, n), wilson(other_hits, other_n)
    share, other = hits / n, other_hits / other_n
    return (
        share - other - math.hypot(share - low, other_high - other),
        share - other + math.hypot(high - share, other - other_low),
    )


def clustered_difference(first: Clustered, second: Clustered) -> Interval | None:
    """Return the interval of a difference of clustered shares; t has the smaller one's degrees of freedom."""
    if first.error is None or second.error is None:
        return None
    half = t_quantile(min(first.clusters, second.clusters) - 1) * math.hypot(first.error, second.error)
    difference = first.share - second.share
    return max(-1.0, difference - half), min(1.0, difference + half)


def design_effect(groups: Iterable[tuple[Sequence[int], Sequence[int]]]) -> float:
    """Return how much wider a share varies within groups than if units were independent, as a ratio of variances.

    A group is hits and sizes per cluster. Never below 1; 1 where no group tells it (Kish, Survey Sampling, 8.2).
    """
    squares = spread = 0.0
    for hits, sizes in groups:
        if len(sizes) > 1:
            share = sum(hits) / sum(sizes)
            squares += math.fsum((hit - share * size) ** 2 for hit, size in zip(hits, sizes, strict=True))
            spread += sum(sizes) * share * (1 - share)
    return max(1.0, squares / spread) if spread else 1.0


def funnel_limits(centre: float, n: float, inside: float) -> Interval:
    """Return between which shares so many per cent of groups of n lie if all have the share `centre`.

    `n` is in independent units: divide by the design effect where they are not.
    """
    half = NormalDist().inv_cdf(0.5 + inside / 200) * math.sqrt(centre * (1 - centre) / n)
    return max(0.0, centre - half), min(1.0, centre + half)


@cache
def t_quantile(degrees: int) -> float:
    """Return the 97.5 % quantile of Student's t: by bisection, for many degrees by its expansion (26.7.5)."""
    if degrees > _MANY:
        z = NormalDist().inv_cdf(0.975)
        return z + (z**3 + z) / (4 * degrees) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * degrees**2)
    low, high = 0.0, 16.0
    while high - low > 1e-12:
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, degrees) < 0.95 else (low, middle)
    return (low + high) / 2


def _within(t: float, degrees: int) -> float:
    """Return how much of Student's t lies within -t to t (26.7.3 and 26.7.4)."""
    angle = math.atan2(t, math.sqrt(degrees))
    term = math.cos(angle) if degrees % 2 else 1.0
    total = 0.0
    for step in range(degrees % 2 + 2, degrees + 1, 2):
        total += term
        term *= math.cos(angle) ** 2 * (step - 1) / step
    if degrees % 2:
        return 2 / math.pi * (angle + math.sin(angle) * total)
    return math.sin(angle) * total
