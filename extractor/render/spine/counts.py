"""How many lesions of an archive lie at each level, and of which categories, as bars beside a spine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from extractor.render.spine import geometry, paint
from extractor.render.spine.bones import BONES, plain
from extractor.render.spine.frame import APART, MARGIN, SIZE, extent, framed
from extractor.render.spine.geometry import Column, Outline, Point
from extractor.render.spine.labels import Label, Wanted, place_labels, wanted_at
from extractor.render.spine.legend import rows_of
from extractor.render.spine.paint import element, group, path
from extractor.values import CATEGORIES, Category

#: The longest bar, and the thickness of all.
_LONGEST: Final = 140.0
_THICK: Final = 8.5
#: Room for the words before the bones, and for the number after a bar.
_WORDS: Final = 34.0
_NUMBER: Final = 40.0


@dataclass(frozen=True, slots=True)
class Count:
    """The lesions at one level: of each settled category, open, and inside a stabilised span."""

    level: str
    stable: int = 0
    indeterminate: int = 0
    unstable: int = 0
    open: int = 0
    stabilised: int = 0

    @property
    def parts(self) -> tuple[tuple[str, int], ...]:
        """Return what there is of each kind, in the order of a bar."""
        named = (*((category, getattr(self, category)) for category in CATEGORIES), ("open", self.open))
        return tuple((name, count) for name, count in (*named, ("stabilised", self.stabilised)) if count)

    @property
    def total(self) -> int:
        """Return how many there are."""
        return sum(count for _, count in self.parts)

    @property
    def sentence(self) -> str:
        """Return the same in words."""
        return f"{self.level}: {self.total} ({', '.join(f'{name} {count}' for name, count in self.parts)})."


def counts_svg(counts: Iterable[Count], *, prefix: str = "levels") -> Markup:
    """Return a spine with a bar for each level that has lesions; ids begin with `prefix`."""
    known = {count.level: count for count in counts if count.total}
    column = geometry.lay_out(known)
    bones = {level: geometry.bone_of(level, place) for level, place in column.places.items()}
    left, top, right, bottom = extent(column, bones, _WORDS)
    most = max((count.total for count in known.values()), default=1)
    labels = _labels(column, bones, known)
    rows = (_row(known.get(label.level), label, right + APART, _LONGEST / most, prefix) for label in labels)
    said, wide, high = rows_of(_legend(list(known.values())), (left + MARGIN, bottom + APART))
    inside = [
        plain(column),
        group((element("path", d=path(*each)) for each in bones.values()), **BONES),
        group(rows, font_size=SIZE),
        said,
    ]
    edges = (left, top, max(left + wide, right + APART + _LONGEST + _NUMBER), bottom + high)
    words = " ".join(known[level].sentence for level in (*bones, "sacrum") if level in known)
    return framed(inside, edges, ("Lesions by level", words or "No lesion."), prefix)


def _labels(column: Column, bones: dict[str, tuple[Outline, ...]], known: dict[str, Count]) -> Iterator[Label]:
    levels = (*bones, *(["sacrum"] if "sacrum" in known else []))
    wanted = [Wanted(level, "", level in known, wanted_at(level, column)) for level in levels]
    return place_labels(wanted, [outline for each in bones.values() for outline in each], SIZE)


def _row(count: Count | None, label: Label, start: float, scale: float, prefix: str) -> Markup:
    """Return the name of a level and its bar."""
    ink = paint.INK if count else paint.FAINT
    level, base = label.level, label.y + label.size * 0.36
    name = paint.text(level, (label.x, base), text_anchor="end", fill=ink, font_weight="bold" if count else None)
    if count is None:
        return name
    inside = [element("title", count.sentence), name, *_bar(count, (start, label.y - _THICK / 2), scale)]
    inside.append(paint.text(str(count.total), (start + count.total * scale + 4, base), fill=ink))
    return group(inside, class_="vertebra lesion", data_level=level, id=f"{prefix}-{level}")


def _bar(count: Count, at: Point, scale: float) -> Iterator[Markup]:
    left, top = at
    for name, number in count.parts:
        right = left + number * scale
        yield _part(name, ((left, top), (right, top), (right, top + _THICK), (left, top + _THICK)))
        left = right


def _part(name: str, box: Outline) -> Markup:
    """Return a part of a bar: a category in its colour, open in a lattice, stabilised empty."""
    filled: dict[str, Sequence[Category]] = {**{each: (each,) for each in CATEGORIES}, "open": CATEGORIES}
    inside = paint.fill([box], filled[name]) if name in filled else Markup("")
    return inside + element("path", d=path(box), fill="none", stroke=paint.INK, stroke_width=0.8)


def _legend(counts: Sequence[Count]) -> Iterator[tuple[Markup, str]]:
    words = {each: each for each in CATEGORIES} | {"open": "category open", "stabilised": "stabilised, not asked"}
    there = {name for count in counts for name, _ in count.parts}
    box: Outline = ((0, -5), (17, -5), (17, 5), (0, 5))
    return ((_part(name, box), said) for name, said in words.items() if name in there)
