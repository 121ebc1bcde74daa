"""How shapes become SVG: elements whose every word is escaped, paths of rounded numbers, and the colours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from markupsafe import Markup

from extractor.render.spine.geometry import Outline, Point, stripes
from extractor.values import CATEGORIES, Category

#: Colours that a page may set, light, dark and for print; alone, a drawing is light.
INK: Final = "var(--ink, #1b1f24)"
FAINT: Final = "var(--faint, #59636e)"
PAPER: Final = "var(--paper, #fff)"
BONE: Final = "var(--bone, #fbf8f1)"
EDGE: Final = "var(--bone-edge, #7d786c)"
CANAL: Final = "var(--canal, #e4edf4)"
CORD: Final = "var(--cord, #cdbf94)"
EPIDURAL: Final = "var(--epidural, #6b3a6c)"
COLOURS: Final[dict[Category, str]] = {
    "stable": "var(--stable, #0072b2)",
    "indeterminate": "var(--indeterminate, #e69f00)",
    "unstable": "var(--unstable, #c04000)",
}
#: The stronger the colour the less stable, so that a drawing without colours still tells the categories apart.
OPACITIES: Final[dict[Category, float]] = {"stable": 0.25, "indeterminate": 0.8, "unstable": 1}
_EVERY: Final = 6.0


def element(name: str, *children: str | Markup, **attributes: str | float | None) -> Markup:
    """Return an element; what is None is left out, an underscore in a name is a hyphen."""
    written = Markup("").join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), number(value))
        for key, value in attributes.items()
        if value is not None
    )
    if not children:
        return Markup("<{}{}/>").format(name, written)
    return Markup("<{}{}>{}</{}>").format(name, written, Markup("").join(children), name)


def group(children: Iterable[Markup], **attributes: str | float | None) -> Markup:
    """Return a group of elements; nothing for none."""
    inside = Markup("").join(children)
    return element("g", inside, **attributes) if inside else Markup("")


def text(words: str | Markup, at: Point, **attributes: str | float | None) -> Markup:
    """Return words that begin, or as `text_anchor` says, at a point."""
    return element("text", words, x=at[0], y=at[1], **attributes)


def number(value: str | float) -> str:
    """Return a number with one decimal at most; words as they are."""
    if isinstance(value, str):
        return value
    rounded = f"{value:.2f}" if 0 < value < 1 else f"{value:.1f}"
    short = rounded.rstrip("0").rstrip(".")
    return "0" if short == "-0" else short


def path(*outlines: Sequence[Point], closed: bool = True) -> str:
    """Return the data of a path through the points of outlines, each point by its distance from the one before."""
    return "".join(_steps(outline) + ("z" if closed else "") for outline in outlines)


def _steps(outline: Sequence[Point]) -> str:
    tenths = [(round(10 * x), round(10 * y)) for x, y in outline]
    steps = [(x - left, y - top) for (left, top), (x, y) in pairwise(tenths)]
    words = [f"{_short(x)},{_short(y)}" for x, y in (tenths[0], *(step for step in steps if step != (0, 0)))]
    return f"M{words[0]}l{' '.join(words[1:])}"


def _short(tenths: int) -> str:
    """Return a number of tenths as short as can be: 12, 3.4, -.5."""
    return number(tenths / 10).replace("0.", ".", 1) if abs(tenths) < 10 else number(tenths / 10)


def fill(outlines: Sequence[Outline], category: Sequence[Category]) -> Markup:
    """Return the filling of outlines: one category solid, two in stripes of both, any in a neutral lattice."""
    if len(category) == 1:
        return _solid(path(*outlines), category[0])
    if len(category) == len(CATEGORIES):
        return Markup("").join(
            element(
                "path",
                d=path(*(cut for one in outlines for cut in stripes(one, every=4.5, wide=1, falling=falling))),
                fill=FAINT,
            )
            for falling in (True, False)
        )
    falling = "stable" in category
    return Markup("").join(
        _solid(
            path(
                *(
                    cut
                    for one in outlines
                    for cut in stripes(one, every=_EVERY, wide=_EVERY / 2, falling=falling, first=_EVERY / 2 * turn)
                )
            ),
            each,
        )
        for turn, each in enumerate(category)
    )


def _solid(data: str, category: Category) -> Markup:
    opacity = OPACITIES[category]
    return element("path", d=data, fill=COLOURS[category], fill_opacity=opacity if opacity < 1 else None)
