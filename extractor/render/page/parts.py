"""What the page is made of: sections of figures and tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Figure:
    """Drawings that stand together: each with its heading, and what all of them show."""

    caption: str
    drawings: tuple[tuple[str, Markup], ...]
    #: Drawings with names beside them need more room; the first is the tallest.
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; the first cell of each heads its row, the first `words` columns hold words."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1


@dataclass(frozen=True, slots=True)
class Section:
    """One chapter of the page."""

    title: str
    lead: tuple[str, ...]
    parts: tuple[Figure | Table, ...]
