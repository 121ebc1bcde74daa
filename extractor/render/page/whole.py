"""The sections about every check: completeness, a comparison, the reports with most open items."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from extractor.archive.columns import BAR
from extractor.audit.completeness import ALL
from extractor.render.page import specs
from extractor.render.page.parts import Figure, Section, Table
from extractor.render.page.svg import draw
from extractor.render.shares import dicts, number_of, percent, points, points_span, span, starred
from extractor.render.words import field_words, visible

if TYPE_CHECKING:
    import pandas as pd
    from markupsafe import Markup

Row = Mapping[str, Any]
_INTERVALS: Final = (
    "Thick line: 95 % interval as if units were independent; thin line: allowing for units that share a {cluster}. "
    "Hollow dot: fewer than 20 units, too few to judge."
)


def completeness_section(table: pd.DataFrame) -> Section:
    """Return how complete reports are, check by check, the fullest first, for each unit that is counted."""
    rows = list(dicts(table[table["grouping"] == ALL]))
    cluster = rows[0]["cluster"] if rows else "report"
    drawn = tuple(_completeness_drawing(unit, mine) for unit, mine in _by_unit(rows) if _filled(mine))
    caption = f"Share of units that state each element. {_INTERVALS.format(cluster=visible(cluster))}"
    if any(row["share_if_read"] is not None for row in rows):
        caption += " Tick: the share if all that the program does not read were stated."
    columns = (
        "check", "unit", "applies to", "stated", "partial", "not found", "contradictory", "share", "95 %",
        f"95 % by {visible(cluster)}", "recall", "if read",
    )  # fmt: skip
    said = Table("Completeness, check by check", columns, tuple(_completeness_cells(row) for row in rows), words=2)
    lead = (
        "The share of units that state an element, among those it applies to. Partly stated or contradictory is not "
        "stated; not found is what the program did not find.",
        "Recall is how much of what stands in a report the program reads, on its own corpus; the share if read is what "
        "the share would be if all that it does not read were stated.",
    )
    return Section("How complete the reports are", lead, (*_figure(caption, drawn), said))


def compare_section(table: pd.DataFrame, against: Row) -> Section:
    """Return the difference of each share from another archive's."""
    rows = [{**row, "name": _name(row)} for row in dicts(table)]
    cluster = rows[0]["cluster"] if rows else "report"
    reach = _reach(rows)
    drawn = tuple(_compare_drawing(unit, mine, reach) for unit, mine in _by_unit(rows, "difference") if _filled(mine))
    caption = f"Difference in the share that states each element. {_INTERVALS.format(cluster=visible(cluster))}"
    columns = (
        "check", "unit", "here", "of", "there", "of", "difference", "95 %", f"95 % by {visible(cluster)}",
    )  # fmt: skip
    said = Table("Difference in percentage points", columns, tuple(_compare_cells(row) for row in rows), words=2)
    lead = (
        f"Against {visible(against['run'])}: {number_of(against['reports'], 'report')}, "
        f"{number_of(against['lesions'], 'lesion')}. Right of zero: more complete here than there.",
    )
    return Section("Compared with another archive", lead, (*_figure(caption, drawn), said))


def incomplete_section(table: pd.DataFrame) -> Section:
    """Return the reports with most open items, by id."""
    cells = tuple(
        (visible(row["id"]), row["codes"].replace(BAR, " "), str(row["open"]), str(row["asked"]), percent(row["share"]))
        for row in dicts(table)
    )
    lead = ("Each open check counts once at each level. Look these up by their id; no text of a report is here.",)
    if not cells:
        return Section("The most incomplete reports", ("No report has an open item.",), ())
    said = Table("Reports with most open items", ("report", "open checks", "open", "asked", "share"), cells, words=2)
    return Section("The most incomplete reports", lead, (said,))


def _figure(caption: str, drawn: tuple[tuple[str, Markup], ...]) -> Iterator[Figure]:
    """Yield a figure if there is something to draw."""
    if drawn:
        yield Figure(caption, drawn, wide=True)


def _completeness_drawing(unit: str, rows: Sequence[Row]) -> tuple[str, Markup]:
    alt = f"Share of {unit}s that state it: " + ", ".join(
        f"{row['name']} {starred(row)} ({span(row['low'], row['high'])})" for row in _filled(rows)
    )
    return f"Per {unit}", draw(specs.shares(_filled(rows), f"share of {unit}s that state it"), alt)


def _reach(rows: Sequence[Row]) -> float:
    """Return how far from zero the intervals reach, to the next tenth."""
    names = ("low", "high", "robust_low", "robust_high")
    ends = [abs(row[name]) for row in rows for name in names if row[name] is not None]
    return math.ceil(10 * max(ends, default=1.0)) / 10


def _compare_drawing(unit: str, rows: Sequence[Row], reach: float) -> tuple[str, Markup]:
    alt = f"Difference in the share of {unit}s, in percentage points: " + ", ".join(
        f"{row['name']} {points(row['difference'])} ({points_span(row['low'], row['high'])})" for row in _filled(rows)
    )
    return f"Per {unit}", draw(specs.differences(_filled(rows), "percentage points", reach), alt)


def _completeness_cells(row: Row) -> tuple[str, ...]:
    return (
        _name(row), row["unit"], *(str(row[name]) for name in ("applicable", "stated", "partial", "missing")),
        str(row["contradictory"]), starred(row), span(row["low"], row["high"]),
        span(row["robust_low"], row["robust_high"]), percent(row["recall"]), percent(row["share_if_read"]),
    )  # fmt: skip


def _compare_cells(row: Row) -> tuple[str, ...]:
    star = "*" if row["small"] and row["difference"] is not None else ""
    return (
        row["name"], row["unit"], percent(row["share"]), str(row["applicable"]), percent(row["against_share"]),
        str(row["against_applicable"]), points(row["difference"]) + star, points_span(row["low"], row["high"]),
        points_span(row["robust_low"], row["robust_high"]),
    )  # fmt: skip


def _by_unit(rows: Sequence[Row], value: str = "share") -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield the rows of each unit that is counted, the highest first."""
    for unit in dict.fromkeys(row["unit"] for row in rows):
        mine = [{**row, "name": _name(row)} for row in rows if row["unit"] == unit]
        yield unit, sorted(mine, key=lambda row: -1.0 if row[value] is None else row[value], reverse=True)


def _filled(rows: Sequence[Row]) -> list[Row]:
    """Return the rows that have a share, or a difference of shares."""
    return [row for row in rows if row.get("difference", row["share"]) is not None]


def _name(row: Row) -> str:
    return f"{row['code']} {field_words(row['element'])}"
