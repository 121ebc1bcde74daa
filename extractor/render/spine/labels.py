"""The words beside the vertebrae: before each, clear of the bones and of each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from extractor.render.spine.geometry import FRONT_OF_ATLAS, Column, Outline, Point

#: Between a bone and the words before it.
_AWAY: Final = 6.0
#: A letter is at most so wide, a line so high, in sizes of the type.
_LETTER: Final = 0.58
_LINE: Final = 1.12
#: Words moved further than this get a line to what they stand for.
_MOVED: Final = 5.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """Words that are wanted before a bone."""

    level: str
    total: str
    lesion: bool
    anchor: Point


@dataclass(frozen=True, slots=True)
class Label:
    """Words that end at a point: a level, and the total of a lesion after it."""

    level: str
    total: str
    x: float
    y: float
    size: float
    #: The bone they stand for.
    anchor: Point

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Return the left, top, right and bottom of the words."""
        high = self.size * _LINE / 2
        return self.x - width(f"{self.level} {self.total}".strip(), self.size), self.y - high, self.x, self.y + high

    @property
    def moved(self) -> bool:
        """Tell whether they stand so far from their bone that a line must lead there."""
        return abs(self.y - self.anchor[1]) > _MOVED


def width(words: str, size: float) -> float:
    """Return how wide words are at most."""
    return len(words) * _LETTER * size


def place_labels(wanted: Iterable[Wanted], bones: Sequence[Outline], size: float) -> Iterator[Label]:
    """Yield labels from head to tail, each clear of the bones and below the one before."""
    lowest = float("-inf")
    high = size * _LINE
    for one in sorted(wanted, key=lambda one: one.anchor[1]):
        y = max(one.anchor[1], lowest + high)
        near = [x for bone in bones for x, at in bone if abs(at - y) <= high / 2 + 1]
        yield Label(one.level, one.total, min([*near, one.anchor[0]]) - _AWAY, y, size, one.anchor)
        lowest = y


def wanted_at(level: str, column: Column) -> Point:
    """Return where the front of a bone is, before which its words are wanted; the sacrum's come below S5."""
    if level == "sacrum":
        last = column.places["S5"]
        return last.at(-last.size.depth, last.size.height)
    place = column.places[level]
    return place.at(-FRONT_OF_ATLAS if level == "C1" else -place.size.depth, 0)
