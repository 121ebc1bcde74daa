"""How the figures of an audit are written; the terminal and the page write them alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def dicts(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield rows with None for what is empty."""
    for row in table.astype(object).where(table.notna(), None).to_dict("records"):
        yield {str(name): value for name, value in row.items()}


def starred(row: Mapping[str, Any]) -> str:
    """Return the share of a row, with a star where its units are few."""
    return percent(row["share"]) + ("*" if row["small"] and row["share"] is not None else "")


def percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.0f} %"


def span(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{100 * low:.0f}–{100 * high:.0f}"


def points_span(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{100 * low:+.0f} to {100 * high:+.0f}"


def points(difference: float | None) -> str:
    return "" if difference is None else f"{100 * difference:+.0f}"


def brackets(words: str) -> str:
    return f"({words})" if words else ""


def number_of(number: int, unit: str) -> str:
    """Return '1 lesion' or '2 lesions'."""
    return f"{number} {unit}{'' if number == 1 else 's'}"
