"""Where the days of a patient's examinations stand on a strip: to scale, but never one upon the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

#: Examinations stand at least so far apart.
APART: Final = 30.0


def places(days: Sequence[str], left: float, right: float) -> tuple[float, ...]:
    """Return where days stand between two ends; days must be in order."""
    numbers = [date.fromisoformat(day).toordinal() for day in days]
    span = numbers[-1] - numbers[0]
    if not span:
        return ((left + right) / 2,)
    apart = min(APART, (right - left) / (len(days) - 1))
    at = [left + (right - left) * (number - numbers[0]) / span for number in numbers]
    for here in range(1, len(at)):
        at[here] = max(at[here], at[here - 1] + apart)
    at[-1] = right
    for here in range(len(at) - 2, -1, -1):
        at[here] = min(at[here], at[here + 1] - apart)
    return tuple(at)


def shown(at: Sequence[float], wide: float) -> tuple[bool, ...]:
    """Tell which places have room for words so wide: the last has, and of the others as many as fit."""
    fits = [False] * len(at)
    fits[-1] = True
    free = -wide
    for here in range(len(at) - 1):
        if at[here] - free >= wide and at[-1] - at[here] >= wide:
            fits[here], free = True, at[here]
    return tuple(fits)
