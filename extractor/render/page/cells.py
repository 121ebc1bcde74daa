"""Small drawings that stand side by side: a funnel of groups and a run chart, one for each check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from extractor.render.page.specs import PERCENT, Row, picked
from extractor.render.page.svg import BLUE, FAINT, INK, PAPER, Spec

_CELL: Final = {"width": 250, "height": 130}
#: The limits of a funnel with their dashes.
_CURVES: Final = {"low_95": [4, 3], "high_95": [4, 3], "low_99_8": [1, 0], "high_99_8": [1, 0]}


def funnel(rows: Sequence[Row], limits: Sequence[Row], centre: float, title: str) -> Spec:
    """Draw groups by size and share, within the limits of chance around the share of all."""
    x = {"type": "quantitative", "scale": {"zero": True}, "axis": {"title": title, "grid": False, "tickMinStep": 1}}
    y = {"type": "quantitative", "scale": {"domain": [0, 1]}, "axis": {"title": None, "labelExpr": PERCENT}}
    curves = [
        {
            "data": {"values": [picked(row, "n", field) for row in limits]},
            "mark": {"type": "line", "color": FAINT, "strokeWidth": 1, "strokeDash": dash},
            "encoding": {"x": {"field": "n", **x}, "y": {"field": field, **y}},
        }
        for field, dash in _CURVES.items()
    ]
    # Names of large groups run to the left, so that all drawings stay as wide as each other.
    far = max(row["applicable"] for row in rows) * 0.65
    outside = [{**row, "side": -1 if row["applicable"] > far else 1} for row in rows if row["outside"]]
    side = {"align": {"expr": "datum.side > 0 ? 'left' : 'right'"}, "dx": {"expr": "7 * datum.side"}}
    name = {"type": "text", **side, "limit": 80, "fontSize": 10}
    return {
        **_CELL,
        "layer": [
            *curves,
            _level(centre, y, INK),
            _marks(rows, x, y, "applicable", "share"),
            {
                "data": {"values": [picked(row, "name", "applicable", "share", "side") for row in outside]},
                "mark": name,
                "encoding": {
                    "x": {"field": "applicable", **x},
                    "y": {"field": "share", **y},
                    "text": {"field": "name"},
                },
            },
        ],
    }


def run_chart(rows: Sequence[Row], periods: Sequence[str], median: float | None) -> Spec:
    """Draw the share of each period, joined where no period between is empty, and the median of the periods."""
    domain = {"domain": list(periods)}
    axis = {"title": None, "labelAngle": -45, "labelOverlap": "greedy", "labelSeparation": 6, "grid": False}
    x = {"type": "ordinal", "scale": domain, "axis": axis}
    y = {"type": "quantitative", "scale": {"domain": [0, 1]}, "axis": {"title": None, "labelExpr": PERCENT}}
    joined = [picked(row, "group", "share", "stretch") for row in rows]
    line = {
        "data": {"values": joined},
        "mark": {"type": "line", "color": BLUE, "strokeWidth": 1.5},
        "encoding": {"x": {"field": "group", **x}, "y": {"field": "share", **y}, "detail": {"field": "stretch"}},
    }
    middle = [] if median is None else [_level(median, y, INK)]
    return {**_CELL, "layer": [*middle, line, _marks(rows, x, y, "group", "share")]}


def _level(at: float, y: Spec, color: str) -> Spec:
    mark = {"type": "rule", "color": color, "strokeWidth": 1, "strokeDash": [6, 3]}
    return {"data": {"values": [{"at": at}]}, "mark": mark, "encoding": {"y": {"field": "at", **y}}}


def _marks(rows: Sequence[Row], x: Spec, y: Spec, at: str, value: str) -> Spec:
    """Draw round marks, triangles for what lies outside the limits; hollow where units are few."""
    shapes = {"below": "triangle-down", "above": "triangle-up"}
    values = [
        {
            **picked(row, at, value),
            "shape": shapes.get(row.get("outside") or "", "circle"),
            "fill": PAPER if row["small"] else BLUE,
            "size": 60 if row.get("outside") else 30,
        }
        for row in rows
    ]
    raw = {name: {"field": name, "scale": None, "legend": None} for name in ("shape", "fill", "size")}
    kinds = {"shape": "nominal", "fill": "nominal", "size": "quantitative"}
    return {
        "data": {"values": values},
        "mark": {"type": "point", "stroke": INK, "strokeWidth": 1, "opacity": 1},
        "encoding": {
            "x": {"field": at, **x},
            "y": {"field": value, **y},
            **{name: {**encoding, "type": kinds[name]} for name, encoding in raw.items()},
        },
    }
