"""The sections about groups and periods: each column's funnels, and the run charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from extractor.audit.completeness import SMALL
from extractor.audit.intervals import FUNNEL, funnel_limits
from extractor.audit.sample import UNDATED
from extractor.render.page import cells
from extractor.render.page.group_tables import group_table, outside_table
from extractor.render.page.parts import Figure, Section, Table
from extractor.render.page.svg import draw
from extractor.render.shares import dicts, number_of, percent, starred
from extractor.render.words import field_words, visible

if TYPE_CHECKING:
    import pandas as pd
    from markupsafe import Markup

Row = Mapping[str, Any]
#: What is drawn: the category and what a report may leave open of SINS. The tables hold every check.
_DRAWN: Final = ("category", "pain", "bone_lesion", "alignment", "collapse", "posterolateral")
#: Points of a curve.
_STEPS: Final = 60


def group_section(name: str, table: pd.DataFrame, whole: pd.DataFrame) -> Section:
    """Return the funnels of one column, which groups lie outside the limits, and the largest groups' shares."""
    called = visible(name)
    checks = _drawn(table)
    rows = _filled(table)
    centres = {row["code"]: row["share"] for row in dicts(whole)}
    drawn = tuple(
        (_heading(check), _funnel(rows[check["code"]], centres[check["code"]], check, called))
        for check in checks
        if rows.get(check["code"])
    )
    figure = Figure(
        f"Each dot is a group by {called}: its size, and the share that states the element. Long dashes: the share of "
        "all. Curves: where 95 % (short dashes) and 99.8 % (solid) of groups of a size lie if none differs. Triangles "
        f"lie outside the 99.8 % limits; hollow: fewer than {SMALL} units, too few to judge.",
        drawn,
    )
    lead = (
        f"{number_of(table['group'].nunique(), 'group')} by {called}. {_by_chance(rows)}",
        "A group outside the limits is a reason to look, not a verdict: who is referred there may differ. The limits "
        "allow for units that share a report or patient (design effect).",
    )
    outside = [row for code in rows for row in rows[code] if row["outside"]]
    parts: tuple[Figure | Table, ...] = (
        *([figure] if drawn else []),
        outside_table(outside),
        group_table(checks, table, called),
    )
    return Section(f"By {called}", lead, parts)


def period_section(table: pd.DataFrame, period: str) -> Section:
    """Return the run charts, one a check, and the shares they draw."""
    checks = _drawn(table)
    names = sorted(group for group in table["group"].unique() if group != UNDATED)
    periods = _every(names, period)
    rows = _filled(table[table["group"] != UNDATED])
    drawn = tuple(
        (_heading(check), _run_chart(rows[check["code"]], periods, check))
        for check in checks
        if rows.get(check["code"])
    )
    lead = (
        f"{number_of(len(names), period)} with reports, of {len(periods)} from the first to the last. "
        "Reports without a date that can be read are not drawn.",
    )
    caption = (
        f"Share that states the element, {period} by {period}. Dashed: the median of the periods. A line breaks where "
        "a period has no unit it applies to; hollow: fewer than 20 units."
    )
    parts: tuple[Figure | Table, ...] = (
        *([Figure(caption, drawn)] if drawn else []),
        group_table(checks, table, period),
    )
    return Section(f"By {period}", lead, parts)


def _drawn(table: pd.DataFrame) -> list[Row]:
    """Return the checks that are drawn: those of stability, or the first where none of them is asked."""
    checks: list[Row] = list(dicts(table.drop_duplicates("code")))
    chosen = [check for check in checks if check["element"] in _DRAWN]
    return (chosen or checks)[: len(_DRAWN)]


def _filled(table: pd.DataFrame) -> dict[str, list[Row]]:
    """Return the rows of each check that have a share."""
    rows: dict[str, list[Row]] = {code: [] for code in table["code"].unique()}
    for row in dicts(table[table["share"].notna()]):
        rows[row["code"]].append(row)
    return rows


def _heading(check: Row) -> str:
    return f"{check['code']} {field_words(check['element'])}, per {check['unit']}"


def _by_chance(rows: Mapping[str, Sequence[Row]]) -> str:
    """Say how many dots would lie outside the limits if no group differed."""
    judged = [row for code in rows for row in rows[code] if not row["small"]]
    outside = sum(bool(row["outside"]) for row in judged)
    return (
        f"Over all checks {outside} of {len(judged)} shares of {SMALL} units or more lie outside the 99.8 % limits; "
        f"if no group differed, about {len(judged) * (100 - FUNNEL[1]) / 100:.1f} would."
    )


def _funnel(rows: Sequence[Row], centre: float, check: Row, called: str) -> Markup:
    named = [{**row, "name": visible(row["group"])} for row in rows]
    most = max(row["applicable"] for row in rows)
    sizes = sorted({max(1, round(most * step / _STEPS)) for step in range(1, _STEPS + 1)} | {1})
    limits = [_limits(centre, size, rows[0]["design_effect"]) for size in sizes]
    outside = [f"{row['name']} {row['outside']}" for row in named if row["outside"]]
    alt = (
        f"{_heading(check)}: {number_of(len(rows), 'group')} by {called} around {percent(centre)}; outside the 99.8 % "
        f"limits: {', '.join(outside) or 'none'}"
    )
    return draw(cells.funnel(named, limits, centre, f"{check['unit']}s in the group"), alt)


def _limits(centre: float, size: int, effect: float) -> dict[str, float]:
    (low, high), (lowest, highest) = (funnel_limits(centre, size / effect, inside) for inside in FUNNEL)
    return {"n": size, "low_95": low, "high_95": high, "low_99_8": lowest, "high_99_8": highest}


def _run_chart(rows: Sequence[Row], periods: Sequence[str], check: Row) -> Markup:
    places = {name: place for place, name in enumerate(periods)}
    # Neighbours have the same distance between their place on the axis and their number among those that have a share.
    joined = [{**row, "stretch": places[row["group"]] - number} for number, row in enumerate(rows)]
    median = rows[0]["median"]
    shares = ", ".join(f"{row['group']} {starred(row)}" for row in rows)
    return draw(cells.run_chart(joined, periods, median), f"{_heading(check)}, median {percent(median)}: {shares}")


def _every(names: Sequence[str], period: str) -> list[str]:
    """Return every period from the first to the last."""
    import pandas as pd

    if not names:
        return []
    first, last = (pd.Period(name, freq=period[0].upper()) for name in (names[0], names[-1]))
    return [str(each) for each in pd.period_range(first, last)]
