"""Where the vertebrae stand and what outline they have: a midline section, head up, the front to the left.

Sizes are those of a drawing, not of a patient: heights and depths grow downwards as they do in people, small
vertebrae are drawn larger than life so that each has room for its words.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from extractor.values import LEVELS

Point = tuple[float, float]
Outline = tuple[Point, ...]

#: Levels drawn in every spine.
USUAL: Final = tuple(level for level in LEVELS if level not in {"T13", "L6", "sacrum"})
#: How far the front arch of C1 lies before the middle of the dens.
FRONT_OF_ATLAS: Final = 15.0
#: Between a body and the canal behind it.
_WALL: Final = 1.5
#: Shorter processes are the bumps on the back of the sacrum.
_SHORT: Final = 10.0
#: Steps by which a curve becomes a polygon.
_STEPS: Final = 3


@dataclass(frozen=True, slots=True)
class Size:
    """Of one vertebra: height, half its depth, the disc below, half the canal's width, and its tilt in degrees.

    A positive tilt runs backwards on the way down. The spinous process has a length, a thickness and a slope.
    """

    height: float
    depth: float
    disc: float
    canal: float
    tilt: float
    process: tuple[float, float, float] = (0, 0, 0)


SIZES: Final[dict[str, Size]] = {
    "C1": Size(13.0, 6.0, 2.0, 8.0, -8),
    "C2": Size(16.0, 8.5, 3.5, 8.0, -9, (17, 9, 22)),
    "C3": Size(13.0, 9.0, 4.0, 7.5, -6, (13, 6, 24)),
    "C4": Size(13.0, 9.2, 4.0, 7.5, -1, (13, 6, 24)),
    "C5": Size(13.0, 9.5, 4.0, 7.5, 5, (14, 6, 24)),
    "C6": Size(13.0, 10.0, 4.2, 7.5, 11, (18, 6, 26)),
    "C7": Size(13.5, 10.5, 4.2, 7.5, 16, (25, 7, 28)),
    "T1": Size(15.0, 10.5, 3.6, 7.0, 19, (26, 7, 32)),
    "T2": Size(15.8, 10.8, 3.6, 6.5, 18, (25, 6.5, 40)),
    "T3": Size(16.2, 11.0, 3.6, 6.5, 15, (25, 6.2, 46)),
    "T4": Size(16.8, 11.4, 3.6, 6.5, 12, (26, 6, 52)),
    "T5": Size(17.4, 11.8, 3.8, 6.5, 8, (27, 6, 56)),
    "T6": Size(18.0, 12.2, 3.8, 6.5, 4, (28, 6, 58)),
    "T7": Size(18.6, 12.7, 4.0, 6.5, 0, (28, 6, 58)),
    "T8": Size(19.2, 13.2, 4.0, 6.5, -4, (27, 6.4, 56)),
    "T9": Size(19.8, 13.7, 4.2, 6.5, -8, (25, 6.8, 50)),
    "T10": Size(20.6, 14.2, 4.4, 6.8, -11, (22, 7.4, 40)),
    "T11": Size(21.4, 14.6, 5.0, 7.0, -13, (19, 8.6, 28)),
    "T12": Size(22.2, 15.0, 5.6, 7.2, -14, (19, 10.5, 18)),
    "T13": Size(22.8, 15.3, 6.0, 7.4, -14, (19, 11.5, 16)),
    "L1": Size(23.2, 15.6, 6.4, 7.5, -13, (22, 13.5, 12)),
    "L2": Size(23.8, 16.0, 7.0, 7.5, -9, (24, 14, 10)),
    "L3": Size(24.2, 16.4, 7.6, 7.5, -2, (24, 14.5, 8)),
    "L4": Size(24.2, 16.7, 8.0, 7.5, 7, (22, 13.5, 8)),
    "L5": Size(24.0, 16.8, 8.0, 7.5, 19, (17, 11, 12)),
    "L6": Size(23.0, 16.6, 7.5, 7.2, 25, (15, 10, 14)),
    "S1": Size(23.0, 15.5, 2.0, 6.5, 36, (6, 9, 30)),
    "S2": Size(18.5, 11.5, 2.0, 5.2, 41, (5, 8, 30)),
    "S3": Size(16.0, 9.0, 2.0, 4.0, 33, (4, 7, 30)),
    "S4": Size(14.5, 7.2, 2.0, 3.0, 17, (3, 6, 30)),
    "S5": Size(13.0, 5.8, 2.5, 2.2, -3),
}
#: Below S5, without names of their own.
_COCCYX: Final = (Size(8.5, 4.2, 1.2, 0, -24), Size(7.0, 3.2, 1.0, 0, -38), Size(5.5, 2.3, 0, 0, -48))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a vertebra stands: the middle of its body, its axis, and its size."""

    size: Size
    x: float
    y: float
    tilt: float

    def at(self, back: float, down: float) -> Point:
        """Return the point so far behind the middle and so far below it, along the vertebra's own axes."""
        sine, cosine = math.sin(self.tilt), math.cos(self.tilt)
        return self.x + back * cosine + down * sine, self.y - back * sine + down * cosine

    def all(self, points: Iterable[Point]) -> Outline:
        """Return a smooth outline through points given along the vertebra's own axes."""
        return smooth([self.at(*point) for point in points])

    @property
    def canal(self) -> tuple[float, float]:
        """Return how far behind the middle the canal begins and ends."""
        front = self.size.depth + _WALL
        return front, front + 2 * self.size.canal


@dataclass(frozen=True, slots=True)
class Column:
    """The vertebrae of a spine by level, and the coccyx below them."""

    places: dict[str, Place]
    coccyx: tuple[Place, ...]


def lay_out(levels: Iterable[str], sway: float = 1.0) -> Column:
    """Return where the vertebrae stand: all the usual ones, T13 and L6 where they are named.

    `sway` makes the natural curves shallower, for drawings that must be slim.
    """
    named = set(levels)
    drawn = [level for level in LEVELS if level in SIZES and (level in USUAL or level in named)]
    sizes = [*(SIZES[level] for level in drawn), *_COCCYX]
    places = tuple(_placed(sizes, sway))
    return Column(dict(zip(drawn, places, strict=False)), places[len(drawn) :])


def _placed(sizes: Sequence[Size], sway: float) -> Iterator[Place]:
    x, y = 0.0, 0.0
    tilts = [math.radians(size.tilt * sway) for size in sizes]
    for size, tilt, following in zip(sizes, tilts, [*tilts[1:], tilts[-1]], strict=True):
        x, y = x + size.height / 2 * math.sin(tilt), y + size.height / 2 * math.cos(tilt)
        yield Place(size, x, y, tilt)
        x, y = x + size.height / 2 * math.sin(tilt), y + size.height / 2 * math.cos(tilt)
        between = (tilt + following) / 2
        x, y = x + size.disc * math.sin(between), y + size.disc * math.cos(between)


def bone_of(level: str, place: Place) -> tuple[Outline, ...]:
    """Return what carries a vertebra's colour: its body, the two arches of C1, the body of C2 with its dens."""
    if level == "C1":
        back = place.canal[1]
        front = (
            (-FRONT_OF_ATLAS, -2),
            (-13.5, -6),
            (-9.5, -6),
            (-8, -2),
            (-8, 3),
            (-9.5, 6),
            (-13, 5.5),
            (-FRONT_OF_ATLAS, 2),
        )
        behind = ((back, -4), (back + 5, -5.5), (back + 9, -4), (back + 10, 0), (back + 8, 4), (back + 2, 5))
        return place.all(front), place.all((*behind, (back - 1, 1)))
    if level == "C2":
        return (place.all(_axis(place.size)),)
    return (place.all(_body(place.size)),)


def process_of(place: Place) -> Outline:
    """Return the outline of a spinous process with its lamina; empty where there is none."""
    length, thick, slope = place.size.process
    if not length:
        return ()
    root = place.canal[1] + 0.5
    if length < _SHORT:
        return place.all(
            ((root, -thick / 2), (root + length, -thick / 4), (root + length, thick / 2), (root, thick / 2))
        )
    sine, cosine = math.sin(math.radians(slope)), math.cos(math.radians(slope))

    def along(far: float, side: float) -> Point:
        return root + far * cosine - side * sine, far * sine + side * cosine

    half = thick / 2
    lamina = ((root - 0.5, -half - 2.5), (root + 3.5, -half - 2.5))
    upper = (along(8, -half * 0.95), along(length * 0.75, -half), along(length - 1, -half * 1.15))
    lower = (along(length + 1, 0), along(length - 0.5, half * 1.15), along(length * 0.75, half), along(9, half))
    return place.all((*lamina, *upper, *lower, (root - 0.5, half + 2.5)))


def coccyx_of(column: Column) -> tuple[Outline, ...]:
    """Return the outlines of the coccyx."""
    return tuple(place.all(_body(place.size)) for place in column.coccyx)


def occiput_of(column: Column) -> tuple[Outline, Outline]:
    """Return the clivus before the foramen magnum and the occipital bone behind it."""
    atlas = column.places["C1"]
    back = atlas.canal[1]
    clivus = ((-6, -13), (-1, -14), (1, -16), (-6, -27), (-14, -37), (-19, -36), (-14, -24), (-10, -16))
    squama = (
        (back - 3, -12), (back + 2, -10), (back + 14, -11), (back + 25, -17), (back + 33, -28), (back + 35, -40),
        (back + 31.5, -40), (back + 28, -28), (back + 21, -20), (back + 11, -15), (back + 3, -14.5),
    )  # fmt: skip
    return atlas.all(clivus), atlas.all(squama)


def sacrum_of(column: Column, room: float) -> Outline:
    """Return an outline round S1 to S5, so far away from them."""
    places = [column.places[f"S{number}"] for number in range(1, 6)]
    front = [place.at(-place.size.depth - room, 0) for place in places]
    behind = [place.at(place.canal[1] + place.size.process[0] + room, 0) for place in places]
    first, last = places[0], places[-1]
    top = -first.size.height / 2 - room
    end = last.size.height / 2 + room
    head = (first.at(first.canal[1] + 4, top), first.at(0, top), first.at(-first.size.depth, top))
    foot = (last.at(-last.size.depth, end), last.at(last.canal[1], end))
    return smooth([*head, first.at(-first.size.depth - room, top + room), *front, *foot, *reversed(behind)])


def _body(size: Size) -> Iterator[Point]:
    """Yield a body: blunt corners, endplates that dip a little, a waist."""
    high, deep = size.height / 2, size.depth
    round_off = min(3.2, high / 2, deep / 2)
    for side, way in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        upright, level = (side * deep, way * (high - round_off)), (side * (deep - round_off), way * high)
        corner = (side * deep, way * high)
        yield from (upright, corner, level) if side == way else (level, corner, upright)
        yield (0, way * high * 0.94) if side == way else (side * deep * 0.91, 0)


def _axis(size: Size) -> tuple[Point, ...]:
    high, deep = size.height / 2, size.depth
    dens = (
        (-deep + 1.5, -high + 1), (-5.5, -high - 2), (-5, -high - 8), (-5.2, -high - 14), (-2.5, -high - 18),
        (1.5, -high - 18), (4.2, -high - 14), (3.8, -high - 8), (4.5, -high - 2),
    )  # fmt: skip
    base = ((deep, -high + 2), (deep * 0.9, 0), (deep, high - 2), (deep, high), (deep - 3, high), (0, high * 0.94))
    return (*dens, *base, (-deep + 3, high), (-deep - 1, high + 1), (-deep, high - 3), (-deep * 0.92, 0))


def smooth(points: Sequence[Point]) -> Outline:
    """Return a closed curve that bends round the points, as a polygon fine enough to look smooth."""
    around = zip([points[-1], *points[:-1]], points, [*points[1:], points[0]], strict=True)
    return tuple(point for each in around for point in _bend(*each))


def smooth_line(points: Sequence[Point]) -> Outline:
    """Return an open curve that bends round the points, from the first to the last."""
    inner = zip(points, points[1:], points[2:], strict=False)
    return points[0], *(point for each in inner for point in _bend(*each)), points[-1]


def _bend(before: Point, point: Point, after: Point) -> Iterator[Point]:
    """Yield a curve from half-way before a point to half-way after it, without its end."""
    start, end = middle(before, point), middle(point, after)
    for step in range(_STEPS):
        share = step / _STEPS
        first, second, third = (1 - share) ** 2, 2 * share * (1 - share), share**2
        yield (
            first * start[0] + second * point[0] + third * end[0],
            first * start[1] + second * point[1] + third * end[1],
        )


def middle(first: Point, second: Point) -> Point:
    """Return the point half-way between two."""
    return (first[0] + second[0]) / 2, (first[1] + second[1]) / 2


def stripes(outline: Outline, *, every: float, wide: float, falling: bool, first: float = 0) -> Iterator[Outline]:
    """Yield the slanting stripes of an outline, `falling` ones from the upper left to the lower right.

    They are cut out by arithmetic rather than by a pattern of SVG, which would need an id and a link to it.
    """
    slant = 1 if falling else -1
    across = [(y - slant * x) / math.sqrt(2) for x, y in outline]
    for number in range(math.floor((min(across) - first) / every), math.ceil((max(across) - first) / every) + 1):
        low = first + number * every
        kept = _kept(_kept(outline, slant, low, 1), slant, low + wide, -1)
        if len(kept) > 2:
            yield kept


def _kept(outline: Outline, slant: int, limit: float, sign: int) -> Outline:
    """Return the part of an outline on one side of a slanting line (Sutherland and Hodgman's clipping)."""
    kept: list[Point] = []
    for start, end in pairwise([*outline, outline[0]] if outline else []):
        here, there = (sign * ((y - slant * x) / math.sqrt(2) - limit) for x, y in (start, end))
        if here >= 0:
            kept.append(start)
        if here * there < 0:
            share = here / (here - there)
            kept.append((start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])))
    return tuple(kept)
