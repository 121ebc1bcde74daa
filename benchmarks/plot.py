"""The drawings: reports a second of every system, and a run's memory over time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.systems import OURS

_FONT: Final = "Arial, Helvetica, sans-serif"
_OURS, _THEIRS, _INK, _FAINT = "#1f6fb2", "#9aa5b1", "#1b1f24", "#d5dae0"
_TICKS: Final = (1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000)
_CONFIG: Final = {
    "background": "white",
    "font": _FONT,
    "padding": 12,
    "view": {"stroke": None},
    "title": {"anchor": "start", "color": _INK, "fontSize": 15, "subtitleColor": _INK, "subtitleFontSize": 12},
    "axis": {"labelColor": _INK, "titleColor": _INK, "labelFontSize": 13, "titleFontSize": 13, "gridColor": _FAINT}
    | {"titleFontWeight": "normal", "labelLimit": 260},
    "text": {"color": _INK, "fontSize": 13},
    "legend": {"labelColor": _INK, "labelFontSize": 12, "title": None},
}


def draw_speed(result: dict[str, Any], path: Path) -> None:
    """Draw the systems on one logarithmic axis, the fastest on top: the median, and all rounds as a line."""
    rows = [
        {
            "system": one["label"] if one["regexes"] or one["name"] == "tokenizer" else f"{one['label']} *",
            "rate": one["median"],
            "low": min(one["rates"]),
            "high": max(one["rates"]),
            "said": f"{one['median']:,.0f}" if one["median"] >= 10 else f"{one['median']:.1f}",
            "ours": "ours" if one["name"] in {OURS, "component"} else "theirs",
        }
        for one in sorted(result["systems"], key=lambda one: -float(one["median"]))
    ]
    y = {"field": "system", "type": "nominal", "sort": None, "axis": {"title": None, "ticks": False, "domain": False}}
    scale = {"type": "log", "domain": [1, _above(rows)], "nice": False}
    axis = {"title": "reports a second on one core (logarithmic)", "values": _TICKS, "format": ",d"}
    x = {"field": "rate", "type": "quantitative", "scale": scale, "axis": axis}
    color = {"field": "ours", "legend": None, "scale": {"domain": ["ours", "theirs"], "range": [_OURS, _THEIRS]}}
    text = {"type": "text", "align": "left", "dx": 12}
    of = f"reports of {result['characters']:,} characters on average"
    spec = {
        "width": 560,
        "height": {"step": 30},
        "title": {"text": "Reports read a second", "subtitle": f"{of}; * phrases only, which is part of the rules"},
        "data": {"values": rows},
        "encoding": {"y": y, "color": color},
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 3},
                "encoding": {"x": x | {"field": "low"}, "x2": {"field": "high"}},
            },
            {"mark": {"type": "point", "filled": True, "size": 130, "opacity": 1}, "encoding": {"x": x}},
            {
                "mark": text,
                "encoding": {"x": x | {"field": "high"}, "text": {"field": "said"}, "color": {"value": _INK}},
            },
        ],
    }
    _write(spec, path)


def draw_soak(samples: Sequence[dict[str, Any]], path: Path) -> None:
    """Draw the memory of every process of a run over its minutes."""
    spec = {
        "width": 640,
        "height": 300,
        "title": "Memory of each process of a run",
        "data": {"values": list(samples)},
        "mark": {"type": "line", "strokeWidth": 1.5},
        "encoding": {
            "x": {"field": "minute", "type": "quantitative", "axis": {"title": "minutes"}},
            "y": {"field": "mib", "type": "quantitative", "axis": {"title": "MiB"}, "scale": {"zero": True}},
            "color": {"field": "process", "type": "nominal"},
        },
    }
    _write(spec, path)


def _above(rows: Sequence[dict[str, Any]]) -> float:
    """Return where the axis ends: so far to the right that the figures beside the points fit in."""
    return max(float(row["high"]) for row in rows) * 2


def _write(spec: dict[str, Any], path: Path) -> None:
    import vl_convert

    path.write_bytes(vl_convert.vegalite_to_png({**spec, "config": _CONFIG}, scale=2, allowed_base_urls=[]))
