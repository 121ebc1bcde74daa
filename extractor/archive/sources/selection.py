"""What is to be taken from a source: which columns, and how its text is encoded."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Selection:
    """The columns that hold ids and texts (None: the obvious ones), those to keep, and the encoding of plain text."""

    id_column: str | None = None
    text_column: str | None = None
    keep: tuple[str, ...] = ()
    encoding: str = "utf-8"
