"""What is drawn in and behind the canal: the cord, epidural disease, cord signal, fused spans."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from markupsafe import Markup

from extractor.render.spine.geometry import Column, Outline, Place, Point, smooth, smooth_line, stripes
from extractor.render.spine.paint import CANAL, CORD, EPIDURAL, FAINT, INK, element, path
from extractor.values import levels_between, region_of

#: How far into the canal epidural disease reaches, as a share of its width.
_REACH: Final = {"1a": 0.16, "1b": 0.3, "1c": 0.44, "2": 0.66, "3": 0.9}
#: Half the cord's width as a share of half the canal's: thick where the nerves of the arms and legs leave it.
_THICK: Final = {"C5": 0.56, "C6": 0.56, "T11": 0.5, "T12": 0.5}
_CORD: Final = 0.46
#: The cord ends here; a spine with T13 has it end at the same place below L1.
_CONUS: Final = "L1"
_THIN: Final[dict[str, str | float]] = {
    "fill": "none",
    "stroke": FAINT,
    "stroke_width": 1.2,
    "stroke_linejoin": "round",
}
_CAUDA: Final = ("L1", "L2", "L3", "L4", "L5", "L6", "S1", "S2")


def canal(column: Column, compressed: Collection[str]) -> Iterator[Markup]:
    """Yield the canal with the cord and the cauda equina in it, both narrow where they are compressed."""
    front = [place.at(place.canal[0], down) for place, down in _ends(column)]
    behind = [place.at(place.canal[1], down) for place, down in _ends(column)]
    atlas = column.places["C1"]
    above = (atlas.at(atlas.canal[0] - 5, -17), atlas.at(atlas.canal[1] - 1, -17))
    yield element("path", d=path(smooth([above[0], *front, *reversed(behind), above[1]])), fill=CANAL)
    yield element("path", d=path(_cord(column, compressed)), fill=CORD)
    lines = [_cauda(column, compressed, side) for side in (-0.55, 0, 0.55)]
    yield element("path", d=path(*lines, closed=False), fill="none", stroke=CORD, stroke_width=1.1)


def _ends(column: Column) -> Iterator[tuple[Place, float]]:
    for level, place in column.places.items():
        for down in _downs(level):
            yield place, down * place.size.height


def _downs(level: str) -> tuple[float, ...]:
    """Return where along a vertebra's height the canal is followed: once in the sacrum, whose bodies shrink fast."""
    return (0.0,) if region_of(level) == "sacral" else (-0.5, 0.0, 0.5)


def _cord(column: Column, compressed: Collection[str]) -> Outline:
    atlas = column.places["C1"]
    centre = sum(atlas.canal) / 2 - 2
    front, behind = [atlas.at(centre - 5.5, -24)], [atlas.at(centre + 5.5, -24)]
    for level, place in column.places.items():
        if level == "L2":
            break
        for down in (-0.5, 0.0, 0.5):
            tapered = (1.0, 0.7, 0.25)[int(2 * down + 1)] if level == _CONUS else 1.0
            half, middle = _squeezed(place, down, _THICK.get(level, _CORD) * tapered, level in compressed)
            front.append(place.at(middle - half, down * place.size.height))
            behind.append(place.at(middle + half, down * place.size.height))
    return smooth([*front, *reversed(behind)])


def _squeezed(place: Place, down: float, share: float, compressed: bool) -> tuple[float, float]:
    """Return half the width of what runs in the canal and how far behind the body its middle lies."""
    half, middle = share * place.size.canal, sum(place.canal) / 2
    if not compressed or down:
        return half, middle
    return half * 0.15, place.canal[1] - 0.22 * place.size.canal


def _cauda(column: Column, compressed: Collection[str], side: float) -> Outline:
    line: list[Point] = []
    for level in _CAUDA:
        if level not in column.places:
            continue
        place = column.places[level]
        for down in _downs(level)[1 if level == _CONUS else 0 :]:
            half, middle = _squeezed(place, down, side, level in compressed)
            line.append(place.at(middle + half, down * place.size.height))
    return smooth_line(line)


def epidural(place: Place, grades: Sequence[str]) -> Markup:
    """Return epidural disease: filled as far as it surely reaches by its ESCC, striped as far as it may."""
    return disease(*(_bulge(place, _REACH[grade]) for grade in dict.fromkeys((grades[0], grades[-1]))))


def disease(surely: Outline, perhaps: Outline | None = None) -> Markup:
    """Return an outline of disease that is surely there, within one it may fill."""
    filled = element("path", d=path(surely), fill=EPIDURAL, class_="epidural")
    if perhaps is None:
        return filled
    striped = element("path", d=path(*stripes(perhaps, every=2.6, wide=0.9, falling=False)), fill=EPIDURAL)
    return striped + element("path", d=path(perhaps), fill="none", stroke=EPIDURAL, stroke_width=0.8) + filled


def _bulge(place: Place, reach: float) -> Outline:
    front, back = place.canal
    angles = [math.radians(step * 15 - 90) for step in range(13)]
    half = place.size.height * 0.46
    deep = (back - front) * reach
    return tuple(place.at(front + deep * math.cos(angle), half * math.sin(angle)) for angle in angles)


def cord_signal(at: Point) -> Markup:
    """Return abnormal cord signal: a white diamond with a dark edge."""
    x, y = at
    diamond = ((x, y - 4.6), (x + 3.6, y), (x, y + 4.6), (x - 3.6, y))
    return element("path", d=path(diamond), fill="#fff", stroke="#1b1f24", stroke_width=1.2, class_="signal")


def fracture(wedge: Outline) -> Markup:
    """Return a fracture that is no lesion: a small wedge, open to the front."""
    return element("path", d=path(wedge), class_="fracture", **_THIN)


def wedge_of(place: Place) -> Outline:
    """Return the wedge of a fracture within a body."""
    deep, high = place.size.depth, place.size.height / 2
    return place.at(-deep * 0.72, -high * 0.5), place.at(deep * 0.3, 0), place.at(-deep * 0.72, high * 0.5)


def diffuse(column: Column, region: str) -> Markup:
    """Return diffuse disease of a region: a dotted line before its bodies."""
    places = [place for level, place in column.places.items() if region_of(level) == region]
    line = [place.at(-place.size.depth - 2.4, down * place.size.height) for place in places for down in (-0.4, 0.4)]
    return dotted(line)


def dotted(line: Sequence[Point]) -> Markup:
    """Return a dotted line."""
    return element(
        "path", d=path(line, closed=False), fill="none", stroke=INK, stroke_width=1.6, stroke_linecap="round",
        stroke_dasharray="0 3.6", class_="diffuse",
    )  # fmt: skip


def fused(column: Column, first: str, last: str) -> Markup:
    """Return a fused span: a thin double line along it, behind the canal."""
    places = [column.places[level] for level in levels_between(first, last) if level in column.places]
    ends = [(place, down * place.size.height) for place in places for down in (-0.35, 0.35)]
    return double(*([place.at(place.canal[1] + off, down) for place, down in ends] for off in (3.2, 5.8)))


def double(*lines: Sequence[Point]) -> Markup:
    """Return thin lines side by side."""
    return element("path", d=path(*lines, closed=False), fill="none", stroke=INK, stroke_width=1, class_="fused")
