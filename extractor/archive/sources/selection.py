"""What is to be taken from a source: which columns, and how its text is encoded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Selection:
    """The columns that hold ids and texts (None: the obvious ones), those to keep, and the encoding of plain text."""

    id_column: str | None = None
    text_column: str | None = None
    keep: tuple[str, ...] = ()
    encoding: str = "utf-8"

    def told(self, sources: Sequence[str]) -> dict[str, Any]:
        """Return what a run's manifest says of its sources and of what is taken from them."""
        columns = {"id_column": self.id_column, "text_column": self.text_column}
        return {"sources": sorted(sources), **columns, "encoding": self.encoding}
