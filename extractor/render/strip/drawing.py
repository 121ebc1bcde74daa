"""One level over time as a strip: SINS as a range at each examination, what has changed, ESCC and collapse below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from markupsafe import Markup

from extractor.render.spine.paint import element, group, path, text
from extractor.render.strip.scale import places, shown
from extractor.render.timeline import short_grades, sign
from extractor.render.words import category_words, range_words
from extractor.timeline.course import Point, Visit

Seen = tuple[Visit, Point]

_WIDE: Final = 360.0
_LEFT, _RIGHT = 62.0, 336.0
_TOP, _BOTTOM = 46.0, 160.0
#: Above the scale: the signs of change, and the line of what has been treated.
_SIGNS, _TREATED = 34.0, 20.0
_MOST: Final = 18
#: The categories' bands: name, first and last total, how strong its ground is. The darker the less stable.
_BANDS: Final = (("stable", 0, 6, 0.10), ("indeterminate", 7, 12, 0.22), ("unstable", 13, 18, 0.38))
_AXIS: Final = _BOTTOM + 12
_ROWS: Final = {"ESCC": _AXIS + 20, "collapse %": _AXIS + 35}
_HIGH: Final = _AXIS + 42
#: Room a date takes, and a word of collapse.
_DATE_WIDE: Final = 62.0
_COLLAPSE: Final = {"over_50": ">50", "under_50": "<50", "none_over_50_involved": "none", "none": "none"}


def strip(level: str, seen: Sequence[Seen], days: Sequence[str]) -> Markup:
    """Return the strip of a level; `days` are those of all the patient's examinations."""
    at = dict(zip(days, places(days, _LEFT + 14, _RIGHT - 16), strict=True))
    placed = [(at[visit.examination.date or ""], point) for visit, point in seen]
    return element(
        "svg",
        element("title", f"{level} over time"),
        *_ground(),
        *_dates(days, list(at.values())),
        _envelope(placed),
        *_treated(placed),
        *(group(_point(x, point), class_="point") for x, point in placed),
        *_rows(placed),
        role="img",
        aria_label=alt(level, seen),
        viewBox=f"0 0 {_WIDE:g} {_HIGH:g}",
        class_="strip",
        font_family="Arial, Helvetica, sans-serif",
        font_size=11,
    )


def alt(level: str, seen: Sequence[Seen]) -> str:
    """Return a strip in words."""
    return f"{level}: " + "; ".join(f"{visit.examination.date} {point_words(point)}" for visit, point in seen)


def point_words(point: Point) -> str:
    """Return a point in words: its range, categories and change."""
    said = [] if point.lesion is None else [f"SINS {range_words(point.lesion.sins.low, point.lesion.sins.high)}"]
    if point.lesion is not None:
        said.append(category_words(point.lesion.sins.category))
    change = point.change.replace("_", " ")
    return ", ".join([*said, f"certainly {change}" if sign(point)[0] == "▲" else change])


def _y(total: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * total / _MOST


def _ground() -> Iterator[Markup]:
    """Yield the bands of the categories with their names and the scale."""
    for name, first, last, strong in _BANDS:
        top, bottom = _y(min(last + 0.5, _MOST)), _y(max(first - 0.5, 0))
        box = {"x": _LEFT, "y": top, "width": _RIGHT - _LEFT, "height": bottom - top}
        yield element("rect", **box, fill=f"var(--{name})", fill_opacity=strong)
        words = "indeterm." if name == "indeterminate" else name
        yield text(words, (0, (top + bottom) / 2 + 4), fill="var(--faint)", font_size=10)
    for total in (0, 6.5, 12.5, _MOST):
        line = {"x1": _LEFT, "x2": _RIGHT, "y1": _y(total), "y2": _y(total)}
        yield element("line", **line, stroke="var(--line)")
    for total in (0, 7, 13, _MOST):
        words = f"{total}"
        yield text(words, (_RIGHT + 4, _y(total) + 4), fill="var(--faint)", font_size=10)


def _dates(days: Sequence[str], at: Sequence[float]) -> Iterator[Markup]:
    """Yield a tick a day, and its date where there is room."""
    for day, x, fits in zip(days, at, shown(at, _DATE_WIDE), strict=True):
        yield element("line", x1=x, x2=x, y1=_BOTTOM, y2=_BOTTOM + 4, stroke="var(--faint)")
        if fits:
            yield text(day, (x, _AXIS + 3), text_anchor="middle", fill="var(--ink)", font_size=10)


def _envelope(placed: Sequence[tuple[float, Point]]) -> Markup:
    """Return what lies between the ranges, so that their way can be followed."""
    described = [(x, point.lesion.sins) for x, point in placed if point.lesion]
    if len(described) < 2:
        return Markup("")
    upper = [(x, _y(sins.high)) for x, sins in described]
    lower = [(x, _y(sins.low)) for x, sins in reversed(described)]
    return element("path", d=path([*upper, *lower]), fill="var(--ink)", fill_opacity=0.09)


def _treated(placed: Sequence[tuple[float, Point]]) -> Iterator[Markup]:
    """Yield a line along the top from the day a treatment is first named, and the treatments' names."""
    first = next(((x, point) for x, point in placed if point.treated), None)
    if first is None:
        return
    x = first[0]
    yield element("line", x1=x, x2=_RIGHT, y1=_TREATED, y2=_TREATED, stroke="var(--ink)", stroke_width=3)
    yield element("line", x1=x, x2=x, y1=_TREATED, y2=_BOTTOM, stroke="var(--ink)", stroke_dasharray="2 3")
    words = f"treated: {', '.join(placed[-1][1].treated)}"
    yield text(words, (_RIGHT, _TREATED - 7), text_anchor="end", fill="var(--ink)")


def _point(x: float, point: Point) -> Iterator[Markup]:
    yield element("title", point_words(point))
    if point.lesion is not None:
        sins = point.lesion.sins
        top, bottom = _y(sins.high), _y(sins.low)
        box = {"x": x - 4, "y": top - 3, "width": 8, "height": bottom - top + 6, "rx": 3}
        yield element("rect", **box, fill="var(--ink)", stroke="var(--paper)", stroke_width=1)
    yield from _sign(x, _SIGNS, point)


def _sign(x: float, y: float, point: Point) -> Iterator[Markup]:
    """Yield the sign of a change: a triangle filled where it is certain, or a short word."""
    up = [(x, y - 5), (x + 5.5, y + 4), (x - 5.5, y + 4)]
    down = [(x, y + 5), (x + 5.5, y - 4), (x - 5.5, y - 4)]
    edge: dict[str, str | float] = {"stroke": "var(--ink)", "stroke_width": 1.3, "stroke_linejoin": "round"}
    if point.change == "progressed":
        yield element("path", d=path(up), fill="var(--unstable)" if point.certain else "var(--paper)", **edge)
    elif point.change == "improved":
        yield element("path", d=path(down), fill="var(--paper)", **edge)
    elif point.change == "gone":
        cross = [[(x - 4, y - 4), (x + 4, y + 4)], [(x - 4, y + 4), (x + 4, y - 4)]]
        yield element("path", d=path(*cross, closed=False), fill="none", stroke="var(--ink)", stroke_width=2)
    elif point.change in {"new", "not_mentioned", "stable"}:
        words = {"new": "new", "not_mentioned": "?", "stable": "="}[point.change]
        faint = "var(--faint)" if point.change == "not_mentioned" else "var(--ink)"
        yield text(words, (x, y + 4), text_anchor="middle", fill=faint, font_weight="bold")
    if point.disagree:
        yield text("!", (x + 9, y + 4), text_anchor="middle", fill="var(--ink)", font_weight="bold")


def _rows(placed: Sequence[tuple[float, Point]]) -> Iterator[Markup]:
    """Yield ESCC and collapse below the axis, where something is said of them."""
    for name, y in _ROWS.items():
        yield text(name, (0, y), fill="var(--faint)", font_size=10)
        for x, point in placed:
            if point.lesion:
                words = _value(point, name.casefold().split()[0])
                yield text(words, (x, y), text_anchor="middle", fill="var(--ink)", font_size=10)


def _value(point: Point, field: str) -> str:
    value = point.lesion.fields[field] if point.lesion else None
    if value is None or value.status == "missing":
        return "·"
    if field == "escc":
        return short_grades(value.grades)
    words = list(dict.fromkeys(_COLLAPSE[grade] for grade in value.grades))
    return words[0] if len(words) == 1 else "some" if "none" not in words else "open"
