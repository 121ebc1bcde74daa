"""The tables about groups and periods: which lie outside the limits, and the share of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from extractor.render.page.parts import Table
from extractor.render.shares import dicts, percent, span, starred
from extractor.render.words import field_words, visible

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, Any]
#: So many groups have a row in a table; all are drawn.
_LISTED: Final = 40


def outside_table(rows: Sequence[Row]) -> Table:
    """Return the shares that lie outside the limits."""
    cells = tuple(
        (
            visible(row["group"]), f"{row['code']} {field_words(row['element'])}", row["unit"], row["outside"],
            str(row["applicable"]), percent(row["share"]), span(row["limit_99_8_low"], row["limit_99_8_high"]),
        )
        for row in rows[:_LISTED]
    )  # fmt: skip
    columns = ("group", "check", "unit", "outside", "applies to", "share", "99.8 % limits")
    more = f"; {len(rows) - _LISTED} more are in completeness.csv" if len(rows) > _LISTED else "" if rows else ": none"
    return Table(f"Outside the 99.8 % limits, over all checks{more}", columns, cells, words=4)


def group_table(checks: Sequence[Row], table: pd.DataFrame, called: str) -> Table:
    """Return the shares of each group with the units they are of; the largest groups where there are many."""
    sizes = table.groupby("group", sort=False)["applicable"].max()
    largest = set(sizes.sort_values(ascending=False, kind="stable").head(_LISTED).index)
    found = {(row["code"], row["group"]): row for row in dicts(table)}
    lines = tuple(
        (visible(group), *(_cell(found[check["code"], group]) for check in checks)) for group in sizes.index
        if group in largest
    )  # fmt: skip
    left = len(sizes) - len(lines)
    more = f"; the {_LISTED} largest, {left} more are in completeness.csv" if left else ""
    columns = (called, *(f"{check['code']} {field_words(check['element'])}" for check in checks))
    units = " or ".join(dict.fromkeys(f"{check['unit']}s" for check in checks))
    return Table(f"Share that states the element by {called}, and of how many {units}{more}", columns, lines)


def _cell(row: Row) -> str:
    return f"{starred(row)} of {row['applicable']}" if row["share"] is not None else "–"
