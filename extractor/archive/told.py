"""What the cells of a run's tables tell, read back: the other side of `rows.py`, which writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from extractor.archive.columns import BAR
from extractor.values import Evidence, levels_between

_WORDS: Final = ("start", "end", "text", "section", "rule", "via", "denied", "hedged")


def split_cell(cell: str | None) -> tuple[str, ...]:
    """Return the values of a cell that holds several; none where it is empty."""
    return tuple(cell.split(BAR)) if cell else ()


def evidence_of_row(row: Mapping[str, Any], document: int = 0) -> Evidence:
    """Return the words of a row of `evidence`, as those of the document at some position."""
    return Evidence(**{name: row[name] for name in _WORDS}, document=document)


def treatment_of(word: str) -> tuple[str, tuple[str, ...]]:
    """Return the kind of KIND:FIRST-LAST or KIND, and the levels from first to last."""
    kind, _, span = word.partition(":")
    ends = span.split("-")
    return kind, levels_between(ends[0], ends[-1]) if span else ()
