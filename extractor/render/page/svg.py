"""Drawings as SVG by Vega-Lite: no script, nothing fetched, the same bytes for the same figures."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from markupsafe import Markup

Spec = dict[str, Any]

#: Colours of the page, which differ on a light screen, on a dark one and on paper.
INK: Final = "var(--ink)"
FAINT: Final = "var(--faint)"
LINE: Final = "var(--line)"
PAPER: Final = "var(--paper)"
BLUE: Final = "var(--blue)"
_CONFIG: Final[Spec] = {
    "aria": False,
    "background": None,
    "font": "Arial, Helvetica, sans-serif",
    "padding": 2,
    "view": {"stroke": None},
    "axis": {
        "domainColor": FAINT,
        "gridColor": LINE,
        "labelColor": INK,
        "labelFontSize": 11,
        "tickColor": FAINT,
        "titleColor": INK,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
    },
    "text": {"color": INK, "fontSize": 11},
}


def has_plots() -> bool:
    """Tell whether drawings can be made."""
    return find_spec("vl_convert") is not None


def draw(spec: Spec, alt: str) -> Markup:
    """Return a drawing for a page, with the words for those who do not see it."""
    import vl_convert
    from markupsafe import Markup

    drawn = vl_convert.vegalite_to_svg({**spec, "config": _CONFIG}, allowed_base_urls=[])
    head = Markup('<svg role="img" aria-label="{}" ').format(alt)
    return Markup(drawn.replace("<svg ", str(head), 1).replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "", 1))
