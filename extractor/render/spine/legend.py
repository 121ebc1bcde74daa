"""What the marks of a drawing mean: a line each, of those that occur."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from markupsafe import Markup

from extractor.render.spine import marks, paint
from extractor.render.spine.frame import APART
from extractor.render.spine.geometry import Outline, Point
from extractor.render.spine.labels import width
from extractor.render.spine.paint import element, fill, path
from extractor.render.spine.vertebra import Vertebra
from extractor.render.words import category_words
from extractor.values import CATEGORIES, REGIONS, Category

_TOTALS: Final[dict[Category, str]] = {"stable": "0–6", "indeterminate": "7–12", "unstable": "13–18"}
_ROW: Final = 15.5
_SIZE: Final = 10.5
_WIDE, _HIGH = 17.0, 10.0
_BOX: Final[Outline] = ((0, -_HIGH / 2), (_WIDE, -_HIGH / 2), (_WIDE, _HIGH / 2), (0, _HIGH / 2))


def legend(
    vertebrae: Sequence[Vertebra], fused: bool, diffuse: Sequence[str], at: Point
) -> tuple[Markup, float, float]:
    """Return the legend with its upper left corner at a point, its width and its height."""
    return rows_of([*_categories(vertebrae), *_canal(vertebrae), *_others(vertebrae, fused, diffuse)], at)


def rows_of(rows: Iterable[tuple[Markup, str]], at: Point) -> tuple[Markup, float, float]:
    """Return marks and what they mean, a row each, with their width, and their height with the space above them."""
    given = list(rows)
    drawn = (
        element(
            "g", mark, paint.text(words, (_WIDE + 7, 3.6)),
            transform=f"translate({paint.number(at[0])},{paint.number(at[1] + (row + 0.5) * _ROW)})",
        )
        for row, (mark, words) in enumerate(given)
    )  # fmt: skip
    wide = _WIDE + 7 + max((width(words, _SIZE) for _, words in given), default=0)
    high = len(given) * _ROW + APART if given else 0
    return paint.group(drawn, class_="legend", font_size=_SIZE, fill=paint.INK), wide, high


def _categories(vertebrae: Sequence[Vertebra]) -> Iterator[tuple[Markup, str]]:
    lesions = [vertebra for vertebra in vertebrae if vertebra.lesion]
    for category in dict.fromkeys(sorted((one.category for one in lesions), key=_rank)):
        words = category_words(category) + ("" if len(category) > 1 else f": SINS {_TOTALS[category[0]]}")
        yield Markup("").join((fill([_BOX], category), _frame())), words
    if any(one.certainty != "certain" for one in lesions):
        yield _frame("3.2 2.2"), "lesion probable or possible"
    if any(one.stabilised for one in lesions):
        words = "stabilised: SINS not validated"
        yield paint.text("(9)", (_WIDE / 2, 3.6), text_anchor="middle", font_weight="bold"), words


def _rank(category: Sequence[Category]) -> tuple[int, int]:
    return len(category), CATEGORIES.index(category[0])


def _frame(dash: str | None = None) -> Markup:
    return element("path", d=path(_BOX), fill="none", stroke=paint.INK, stroke_width=1, stroke_dasharray=dash)


def _canal(vertebrae: Sequence[Vertebra]) -> Iterator[tuple[Markup, str]]:
    if any(one.epidural for one in vertebrae):
        yield marks.disease(_half(8)), "epidural: deeper by ESCC"
    if any(len(one.epidural) > 1 for one in vertebrae):
        yield marks.disease(_half(2), _half(8)), "epidural: ESCC left open"
    if any(one.cord_compressed for one in vertebrae):
        band = ((0, -3.5), (5, -3.5), (8.5, 1.6), (12, -3.5), (17, -3.5), (17, 3.5), (0, 3.5))
        yield element("path", d=path(band), fill=paint.CORD), "cord or cauda compressed"
    if any(one.cord_signal for one in vertebrae):
        yield marks.cord_signal((_WIDE / 2, 0)), "abnormal cord signal"


def _half(deep: float) -> Outline:
    """Return half an ellipse, so deep."""
    angles = [math.radians(step * 15 - 90) for step in range(13)]
    return tuple((5 + deep * math.cos(angle), 5.5 * math.sin(angle)) for angle in angles)


def _others(vertebrae: Sequence[Vertebra], fused: bool, diffuse: Sequence[str]) -> Iterator[tuple[Markup, str]]:
    if any(one.other_fracture for one in vertebrae):
        yield marks.fracture(((4, -4.5), (13, 0), (4, 4.5))), "fracture that is no lesion"
    if fused:
        yield marks.double(((0, -1.3), (_WIDE, -1.3)), ((0, 1.3), (_WIDE, 1.3))), "fused span"
    if any(region in REGIONS for region in diffuse):
        yield marks.dotted(((1, 0), (_WIDE, 0))), "diffuse, no level named"
    if any(region not in REGIONS for region in diffuse):
        yield Markup(""), "diffuse, no region named"
