"""Two examinations of a vertebra compared by what each admits, from imaging alone: pain is left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from extractor.record import Lesion
from extractor.values import COMPONENTS, GRADES

#: The measures that tell of change: points of SINS without pain, and two grades of their own.
Measure = Literal["imaging", "collapse", "escc"]
Range = tuple[int, int]
_IMAGING: Final = tuple(name for name in COMPONENTS if name != "pain")


@dataclass(frozen=True, slots=True)
class Shift:
    """The measures in which a vertebra is certainly worse or better than before: its lowest above the old highest."""

    worse: tuple[Measure, ...] = ()
    better: tuple[Measure, ...] = ()

    @property
    def kind(self) -> Literal["progressed", "improved", "stable"]:
        """Return what the sets say; worse in one and better in another is worse."""
        return "progressed" if self.worse else "improved" if self.better else "stable"


def shift(earlier: Lesion, later: Lesion) -> Shift:
    """Return in what the later one differs for certain."""
    old, new = ranges(earlier), ranges(later)
    return Shift(
        tuple(name for name in old if new[name][0] > old[name][1]),
        tuple(name for name in old if new[name][1] < old[name][0]),
    )


def ranges(lesion: Lesion) -> dict[Measure, Range]:
    """Return the lowest and the highest that a lesion admits of each measure; higher is worse."""
    return {"imaging": imaging(lesion), "collapse": _severity(lesion, "collapse"), "escc": _severity(lesion, "escc")}


def imaging(lesion: Lesion) -> Range:
    """Return the points of SINS without those of pain."""
    points = [lesion.sins.points[name] for name in _IMAGING]
    return sum(low for low, _ in points), sum(high for _, high in points)


def _severity(lesion: Lesion, field: str) -> Range:
    ranks = list(_ranks(field, lesion.fields[field].grades))
    return min(ranks), max(ranks)


def _ranks(field: str, grades: tuple[str, ...]) -> Iterator[int]:
    """Yield how bad grades are; the table of collapse begins with the worst, that of ESCC with the least."""
    known = GRADES[field]
    for grade in grades:
        at = known.index(grade)
        yield at if field == "escc" else len(known) - 1 - at
