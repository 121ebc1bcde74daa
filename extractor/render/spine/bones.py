"""The bones that carry no finding: the coccyx, the skull, the processes, the ring of the atlas."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from extractor.render.spine.geometry import Column, Outline, coccyx_of, occiput_of, process_of
from extractor.render.spine.paint import BONE, EDGE, element, group, path

#: How bones without a lesion look.
BONES: Final[dict[str, str | float]] = {
    "fill": BONE,
    "stroke": EDGE,
    "stroke_width": 0.8,
    "stroke_linejoin": "round",
}


def plain(column: Column, *, slim: bool = False) -> Markup:
    """Return these bones; a slim drawing does without the skull and the processes."""
    shapes = (element("path", d=path(outline)) for outline in outlines(column, slim=slim))
    return group([_ring(column), *shapes], **BONES)


def outlines(column: Column, *, slim: bool = False) -> list[Outline]:
    """Return the outlines of these bones."""
    found = [*coccyx_of(column)]
    if not slim:
        found += [*occiput_of(column), *filter(None, map(process_of, column.places.values()))]
    return found


def _ring(column: Column) -> Markup:
    """Return the ring of C1 as it passes what lies within it."""
    atlas = column.places["C1"]
    lines = [[atlas.at(-11, down), atlas.at(atlas.canal[1] + 3, down * 0.8)] for down in (-4.6, 4.6)]
    return element("path", d=path(*lines, closed=False), fill="none", opacity=0.7)
