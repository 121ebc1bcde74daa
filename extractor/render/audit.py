"""An audit on a terminal: the checks, completeness with intervals, what decides, and what to bear in mind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from extractor.archive.columns import BAR
from extractor.audit.checks import Check
from extractor.audit.completeness import ALL
from extractor.audit.results import Audit
from extractor.audit.states import ELEMENTS
from extractor.render.shares import brackets, dicts, number_of, percent, points, points_span, span, starred
from extractor.render.words import category_words, field_words, visible

if TYPE_CHECKING:
    import pandas as pd

#: So many groups fit side by side; the files hold them all.
_GROUPS: Final = 6
_MARKS: Final = {"below": " ↓", "above": " ↑"}
_LEGEND: Final = (
    "Shares of the units that state an element, with 95 % intervals (Wilson; in brackets allowing for units that share "
    "a report or patient). * fewer than 20 units: too few to judge. ↓ ↑ outside the 99.8 % limits of a funnel."
)
_RECALL: Final = (
    "'Missing' is what was not found: the program reads only so many of the statements that are there (recall, on its "
    "corpus), so a share below 100 % is in part its own."
)


def check_list(checks: Sequence[Check]) -> RenderableType:
    """Return what is asked for, check by check."""
    parts: list[RenderableType] = []
    for check in checks:
        parts.append(Text(f"{check.code} {check.title} ({check.element}, per {check.unit})", style="bold"))
        asks = f"open where {', '.join(check.open)}" if check.open else "counted, not asked for"
        for line in (
            f"Expected: {check.expects}",
            f"Why: {check.why} ({check.source})",
            f"Phrase: {check.phrase}; {asks}.",
        ):
            parts.append(Text(f"  {line}"))
    asked = {check.element for check in checks}
    if more := [element for element in ELEMENTS if element not in asked]:
        parts.append(Text(f"A file of your own may ask for these as well: {', '.join(more)}."))
    return Group(*parts)


def audit_picture(audit: Audit) -> RenderableType:
    """Return an audit: completeness, groups, what decides, the most incomplete reports, notes."""
    table = audit.tables["completeness"]
    parts: list[RenderableType] = [_headline(audit.about["counted"]), "", _completeness(table), Text(_LEGEND, "dim")]
    parts.append(Text(_RECALL, "dim"))
    for name in table["grouping"].unique():
        if name != ALL:
            parts += ["", _groups(str(name), table[table["grouping"] == name])]
    parts += ["", _ranges(audit.tables["ranges"]), "", _deciding(audit.tables["deciding"])]
    if "compare" in audit.tables:
        parts += ["", _compare(audit.tables["compare"], audit.about["against"])]
    if len(audit.tables["incomplete"]):
        parts += ["", _incomplete(audit.tables["incomplete"])]
    return Group(*parts)


def _headline(counted: Mapping[str, Any]) -> Text:
    category = counted["category"]
    said = f"{number_of(counted['reports'], 'report')}, {number_of(counted['lesions'], 'lesion')}: "
    said += f"stability category settled in {category['settled']}, "
    said += f"open in {category['open']}, not asked in {category['stabilised']} (stabilised)"
    patterns = f"sinsight {counted.get('version', '?')}, patterns {str(counted.get('patterns', '?'))[:12]}"
    return Text(f"{said}\n", style="bold").append(patterns, style="dim not bold")


def _completeness(table: pd.DataFrame) -> Table:
    shown = _table("code", "element", "unit", "stated", "of", "share", "95 %", "(robust)", "recall")
    for row in dicts(table[table["grouping"] == ALL]):
        shown.add_row(
            *_named(row), str(row["stated"]), str(row["applicable"]), starred(row), span(row["low"], row["high"]),
            brackets(span(row["robust_low"], row["robust_high"])), percent(row["recall"]),
        )  # fmt: skip
    return shown


def _groups(name: str, table: pd.DataFrame) -> RenderableType:
    """Return the shares of the groups side by side, at most a few of them."""
    groups = list(dict.fromkeys(table["group"]))
    shown = _table("code", name, *groups[:_GROUPS])
    for code, rows in table.groupby("code", sort=False):
        cells = {row["group"]: starred(row) + _MARKS.get(row["outside"], "") for row in dicts(rows)}
        element = field_words(str(rows["element"].iloc[0]))
        shown.add_row(str(code), element, *(cells[group] for group in groups[:_GROUPS]))
    if len(groups) <= _GROUPS:
        return shown
    return Group(shown, Text(f"{len(groups) - _GROUPS} further groups are in the files that --output writes.", "dim"))


def _ranges(table: pd.DataFrame) -> Text:
    """Return how many lesions have which categories open, and how many an exact total."""
    counts = table.groupby("category", sort=False)["lesions"].sum().sort_values(ascending=False, kind="stable")
    said = ", ".join(f"{category_words(str(name).split(BAR))} {count}" for name, count in counts.items()) or "none"
    exact = int(table.loc[table["width"] == 0, "lesions"].sum())
    return Text(f"Lesions by the categories still possible: {said}. With an exact SINS: {exact}.")


def _deciding(table: pd.DataFrame) -> RenderableType:
    count = int(table["open_lesions"].iloc[0])
    shown = _table("would settle the category alone", "lesions", "share", "95 %", "it only", "could narrow it")
    for row in dicts(table):
        shown.add_row(
            field_words(row["component"]), str(row["settles"]), percent(row["share"]), span(row["low"], row["high"]),
            str(row["only"]), str(row["narrows"]),
        )  # fmt: skip
    return Group(Text(f"The deciding element, where the category is open (lesions: {count})", style="bold"), shown)


def _compare(table: pd.DataFrame, against: Mapping[str, Any]) -> RenderableType:
    shown = _table("code", "element", "unit", "share", "against", "difference", "95 %", "(robust)")
    for row in dicts(table):
        star = "*" if row["small"] and row["difference"] is not None else ""
        shown.add_row(
            *_named(row), percent(row["share"]), percent(row["against_share"]),
            points(row["difference"]) + star, points_span(row["low"], row["high"]),
            brackets(points_span(row["robust_low"], row["robust_high"])),
        )  # fmt: skip
    counted = f"{number_of(against['reports'], 'report')}, {number_of(against['lesions'], 'lesion')}"
    title = f"Against {against['run']} ({counted}), in percentage points"
    return Group(Text(title, style="bold"), shown)


def _incomplete(table: pd.DataFrame) -> RenderableType:
    shown = _table("most incomplete reports", "open", "asked", "codes")
    for row in dicts(table):
        shown.add_row(visible(row["id"]), str(row["open"]), str(row["asked"]), row["codes"].replace(BAR, " "))
    return shown


def _table(*titles: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_edge=False, header_style="bold")
    for title in titles:
        table.add_column(Text(visible(title)), overflow="fold")
    return table


def _named(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["code"], field_words(row["element"]), row["unit"]
