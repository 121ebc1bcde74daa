"""Medians, ratios with intervals, and how something grows with something else."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import linear_regression, median
from typing import Final

_DRAWS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio of medians with its 95 % interval."""

    value: float
    low: float
    high: float


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> Ratio:
    """Return the ratio of medians; the interval by drawing the rounds, which are pairs, again and again."""
    draw = random.Random(0)
    rounds = list(zip(ours, theirs, strict=True))
    drawn = sorted(_of_medians(draw.choices(rounds, k=len(rounds))) for _ in range(_DRAWS))
    return Ratio(_of_medians(rounds), drawn[int(0.025 * _DRAWS)], drawn[int(0.975 * _DRAWS)])


def _of_medians(rounds: Sequence[tuple[float, float]]) -> float:
    return median(ours for ours, _ in rounds) / median(theirs for _, theirs in rounds)


def exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """Return the power of the size that the seconds grow with: 1 is linear, 2 quadratic."""
    slope, _ = linear_regression([math.log(size) for size in sizes], [math.log(one) for one in seconds])
    return slope


def growth(counts: Sequence[float], sizes: Sequence[float]) -> float:
    """Return by how much a size grows with each more counted."""
    slope, _ = linear_regression(counts, sizes)
    return slope
