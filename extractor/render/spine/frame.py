"""The frame of a drawing: its edges, and the words for those who do not see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from markupsafe import Markup

from extractor.render.spine import bones, paint
from extractor.render.spine.geometry import Column, Outline
from extractor.render.spine.paint import element

#: Size of the words.
SIZE: Final = 11.0
#: Room round the whole.
MARGIN: Final = 4.0
#: Between a drawing and its legend or bars.
APART: Final = 10.0

Edges = tuple[float, float, float, float]


def extent(column: Column, bodies: Mapping[str, tuple[Outline, ...]], words: float, *, slim: bool = False) -> Edges:
    """Return the left, top, right and bottom of a drawing, with room for words before the bones."""
    outlines = [*bones.outlines(column, slim=slim), *(outline for each in bodies.values() for outline in each)]
    points = [point for outline in outlines for point in outline]
    canal = [place.at(place.canal[1] + MARGIN, 0) for place in column.places.values()]
    across, down = [x for x, _ in (*points, *canal)], [y for _, y in points]
    return min(across) - words, min(down) - MARGIN, max(across) + MARGIN, max(down) + MARGIN


def framed(
    inside: Sequence[Markup],
    edges: Edges,
    described: tuple[str, str],
    prefix: str,
    *,
    shrunk: float = 1,
    live: bool = False,
) -> Markup:
    """Return a drawing in its frame.

    One that holds links is a group rather than a picture, as nothing within a picture can be reached by its reader.
    """
    left, top, right, bottom = edges
    wide, high = right - left, bottom - top
    title, sentences = described
    return element(
        "svg",
        element("title", title),
        element("desc", sentences, id=f"{prefix}-desc"),
        *inside,
        role="group" if live else "img",
        id=prefix,
        class_="spine",
        aria_label=title,
        aria_describedby=f"{prefix}-desc",
        viewBox=" ".join(map(paint.number, (left, top, wide, high))),
        width=wide * shrunk,
        height=high * shrunk,
        font_family="Arial, Helvetica, sans-serif",
    )
