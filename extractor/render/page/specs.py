"""The drawings of an audit in Vega-Lite's grammar; what data says reaches them as data only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from extractor.render.page.svg import BLUE, FAINT, INK, PAPER, Spec

Row = Mapping[str, Any]
PERCENT: Final = "format(100 * datum.value, '.0f') + ' %'"
_POINTS: Final = "datum.value ? format(100 * datum.value, '+.0f') : '0'"
#: The width of names beside a drawing, and of the drawing: together they stay legible on a phone.
_NAMES: Final = 165
_WIDTH: Final = 225
#: The totals at which one category ends and the next begins.
_BORDERS: Final = (6.5, 12.5)
_MOST: Final = 18
_THIRDS: Final[Spec] = {"values": [0, 3, 6, 9, 12, 15, 18]}


def shares(rows: Sequence[Row], title: str) -> Spec:
    """Draw the share of each row with its intervals; a tick where it would be if all that is not read were stated."""
    axis = {"labelExpr": PERCENT, "title": title, "values": [0, 0.25, 0.5, 0.75, 1]}
    x = {"type": "quantitative", "scale": {"domain": [0, 1]}, "axis": axis}
    return _named(rows, [*_intervals(rows, x), _dots(rows, x, "share"), _ticks(rows, x)])


def differences(rows: Sequence[Row], title: str, reach: float) -> Spec:
    """Draw the difference of each row with its intervals, as far as `reach` on both sides of zero."""
    axis = {"labelExpr": _POINTS, "title": title, "tickCount": 4}
    x = {"type": "quantitative", "scale": {"domain": [-reach, reach], "nice": False}, "axis": axis}
    zero = {"data": {"values": [{}]}, "mark": {"type": "rule", "color": INK}, "encoding": {"x": {"datum": 0, **x}}}
    return _named(rows, [*_intervals(rows, x), _dots(rows, x, "difference")], below=zero)


def bars(rows: Sequence[Row], title: str) -> Spec:
    """Draw how often each component settles the category (filled) and how often it could narrow it (outlined)."""
    x = {"type": "quantitative", "axis": {"title": title, "tickMinStep": 1, "tickCount": 5, "format": "d"}}
    values = [{**picked(row, "name", "settles", "narrows"), "label": str(row["settles"])} for row in rows]
    outline = {"type": "bar", "fill": PAPER, "stroke": FAINT, "height": 14}
    solid = {"type": "bar", "fill": BLUE, "stroke": INK, "height": 8}
    number = {"type": "text", "align": "left", "dx": 4, "fontWeight": "bold"}
    layers: list[Spec] = [
        {"mark": outline, "encoding": {"x": {"field": "narrows", **x}}},
        {"mark": solid, "encoding": {"x": {"field": "settles", **x}}},
        {"mark": number, "encoding": {"x": {"field": "settles", **x}, "text": {"field": "label"}}},
    ]
    return _named(rows, [{"data": {"values": values}, **layer} for layer in layers])


def spans(rows: Sequence[Row]) -> Spec:
    """Draw each range of SINS as a dot at its lowest and highest total; its area is the number of lesions."""
    values = [{**picked(row, "sins_low", "sins_high", "lesions"), "fill": _fill(row["settled"])} for row in rows]
    scale = {"domain": [-0.7, _MOST + 0.7], "nice": False, "zero": False}
    axis = {**_THIRDS, "grid": False, "format": "d"}
    x = {"type": "quantitative", "scale": scale, "axis": {**axis, "title": "lowest SINS possible"}}
    y = {"type": "quantitative", "scale": scale, "axis": {**axis, "title": "highest SINS possible"}}
    size = {"field": "lesions", "type": "quantitative", "scale": {"range": [6, 260], "zero": True}, "legend": None}
    borders = {"type": "rule", "color": FAINT, "strokeDash": [4, 3]}
    points = {"field": "fill", "type": "nominal", "scale": None, "legend": None}
    return {
        "width": 260,
        "height": 260,
        "layer": [
            *({"data": {"values": [{}]}, "mark": borders, "encoding": {at: {"datum": total, "type": "quantitative"}}}
              for total in _BORDERS for at in ("x", "y")),
            {
                "data": {"values": values},
                "mark": {"type": "circle", "stroke": INK, "strokeWidth": 1, "opacity": 1},
                "encoding": {"x": {"field": "sins_low", **x}, "y": {"field": "sins_high", **y}, "size": size,
                             "fill": points},
            },
        ],
    }  # fmt: skip


def widths(rows: Sequence[Row]) -> Spec:
    """Draw how many points wide the ranges are: filled where the category is settled, outlined where it is open."""
    values = [
        {"width": row["width"], "lesions": row[name], "order": order, "fill": _fill(name == "settled")}
        for row in rows
        for order, name in enumerate(("settled", "open"))
    ]
    y = {"field": "lesions", "type": "quantitative", "stack": "zero", "axis": {"title": "lesions", "tickCount": 5}}
    x = {
        "field": "width",
        "type": "ordinal",
        "axis": {**_THIRDS, "title": "points between lowest and highest", "labelAngle": 0},
    }
    fill = {"field": "fill", "type": "nominal", "scale": None, "legend": None}
    return {
        "width": 260,
        "height": 260,
        "data": {"values": values},
        "mark": {"type": "bar", "stroke": INK, "strokeWidth": 1},
        "encoding": {"x": x, "y": y, "fill": fill, "order": {"field": "order"}},
    }


def _named(rows: Sequence[Row], layers: Sequence[Spec], *, below: Spec | None = None) -> Spec:
    """Set the names of rows beside what is drawn of them, in their order."""
    extent = {"labelLimit": _NAMES, "minExtent": _NAMES, "maxExtent": _NAMES, "labelPadding": 5}
    axis = {"title": None, "domain": False, "ticks": False, **extent}
    scale = {"domain": [row["name"] for row in rows]}
    y = {"field": "name", "type": "nominal", "scale": scale, "sort": None, "axis": axis}
    named = [{**layer, "encoding": {**layer["encoding"], "y": y}} for layer in layers]
    return {"width": _WIDTH, "height": {"step": 19}, "layer": [*([below] if below else []), *named]}


def _intervals(rows: Sequence[Row], x: Spec) -> list[Spec]:
    """Draw both intervals: thick as if units were independent, thin allowing for units that share a cluster."""
    thick, thin = {"strokeWidth": 5, "color": BLUE, "opacity": 0.55}, {"strokeWidth": 1.2, "color": INK}
    return [_span(rows, x, "low", "high", thick), _span(rows, x, "robust_low", "robust_high", thin)]


def _span(rows: Sequence[Row], x: Spec, low: str, high: str, mark: Spec) -> Spec:
    values = [picked(row, "name", low, high) for row in rows if row[low] is not None]
    return {
        "data": {"values": values},
        "mark": {"type": "rule", **mark},
        "encoding": {"x": {"field": low, **x}, "x2": {"field": high}},
    }


def _dots(rows: Sequence[Row], x: Spec, value: str) -> Spec:
    values = [
        {**picked(row, "name", value), "fill": PAPER if row["small"] else INK} for row in rows if row[value] is not None
    ]
    return {
        "data": {"values": values},
        "mark": {"type": "circle", "size": 24, "stroke": INK, "strokeWidth": 1.3, "opacity": 1},
        "encoding": {"x": {"field": value, **x}, "fill": {"field": "fill", "scale": None, "legend": None}},
    }


def _ticks(rows: Sequence[Row], x: Spec) -> Spec:
    values = [picked(row, "name", "share_if_read") for row in rows if row["share_if_read"] is not None]
    mark = {"type": "tick", "color": INK, "thickness": 1.5, "height": 10}
    return {"data": {"values": values}, "mark": mark, "encoding": {"x": {"field": "share_if_read", **x}}}


def _fill(settled: bool) -> str:
    return BLUE if settled else PAPER


def picked(row: Row, *names: str) -> dict[str, Any]:
    """Return some columns of a row as data of a drawing."""
    return {name: row[name] for name in names}
