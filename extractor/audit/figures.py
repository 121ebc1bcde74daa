"""What leaves stability open: the deciding elements, the ranges of SINS, the reports with most left open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from extractor.archive.columns import BAR
from extractor.audit.checks import Check
from extractor.audit.sample import Sample
from extractor.evaluate.figures import wilson
from extractor.values import COMPONENTS, level_order

if TYPE_CHECKING:
    import pandas as pd

#: So many of the most incomplete reports are named.
NAMED: Final = 20
_LESION_COLUMNS: Final = (
    "id",
    "level",
    "certainty",
    "sins_low",
    "sins_high",
    "category",
    "missing",
    "settling",
    "deciding",
)


def deciding(sample: Sample) -> pd.DataFrame:
    """Return how often each component is the deciding one, among lesions whose stability category is open.

    Lesions inside a stabilised span are left out, as SINS is not validated there. `settles`: it would settle the
    category alone; `only`: no other component would; `narrows`: one of its grades would leave fewer categories.
    """
    import pandas as pd

    lesions = open_lesions(sample)
    settling, narrowing = (lesions[name].fillna("").str.split(BAR) for name in ("settling", "deciding"))
    rows = [_deciding(component, settling, narrowing) for component in COMPONENTS]
    columns = ["component", "unit", "open_lesions", "settles", "share", "low", "high", "only", "narrows"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values("settles", ascending=False, kind="stable", ignore_index=True)


def open_lesions(sample: Sample) -> pd.DataFrame:
    """Return the lesions whose stability category is not settled, with what would settle it."""
    lesions = sample.lesions
    still = lesions["category"].str.contains(BAR, regex=False) & ~lesions["stabilised"].astype(bool)
    return lesions.loc[still, [*_LESION_COLUMNS]].reset_index(drop=True)


def ranges(sample: Sample) -> pd.DataFrame:
    """Return how many lesions have each range of SINS, outside stabilised spans."""
    lesions = sample.lesions[~sample.lesions["stabilised"].astype(bool)]
    keys = ["sins_low", "sins_high", "category"]
    counts = lesions.groupby(keys, observed=True, as_index=False).size().rename(columns={"size": "lesions"})
    counts.insert(2, "width", counts["sins_high"] - counts["sins_low"])
    return counts.assign(share=counts["lesions"] / max(len(lesions), 1))


def levels(sample: Sample) -> pd.DataFrame:
    """Return how many lesions lie at each level, from head to tail, by category and whether in a stabilised span."""
    keys = ["level", "stabilised", "category"]
    lesions = sample.lesions[keys].astype({"level": object, "stabilised": bool})
    counts = lesions.groupby(keys, observed=True, as_index=False).size().rename(columns={"size": "lesions"})
    return counts.sort_values("level", key=lambda each: each.map(level_order), kind="stable", ignore_index=True)


def incomplete(sample: Sample, checks: Sequence[Check], *, most: int = NAMED) -> pd.DataFrame:
    """Return the reports with most open items, by id: each open check at each level counts once.

    Checks that are only counted ask for nothing.
    """
    asked = _asked(sample.states, checks)
    table = asked.groupby("id", observed=True).agg(open=("open", "sum"), asked=("open", "size")).reset_index()
    table = table[table["open"] > 0].astype({"id": object})
    table = table.sort_values(["open", "id"], ascending=[False, True], ignore_index=True).head(most)
    opened = asked[asked["open"] & asked["id"].isin(table["id"])].astype({"id": object})
    codes = opened.groupby("id")["code"].agg(lambda each: BAR.join(sorted(set(each))))
    return table.assign(share=table["open"] / table["asked"], codes=table["id"].map(codes))


def settled(sample: Sample) -> Mapping[str, int]:
    """Return how many lesions have a settled stability category, how many an open one, how many are stabilised."""
    stabilised = int(sample.lesions["stabilised"].astype(bool).sum())
    still = len(open_lesions(sample))
    return {"settled": len(sample.lesions) - still - stabilised, "open": still, "stabilised": stabilised}


def _deciding(component: str, settling: pd.Series[Any], narrowing: pd.Series[Any]) -> dict[str, Any]:
    count = len(settling)
    settles = sum(component in names for names in settling)
    row: dict[str, Any] = {"component": component, "unit": "lesion", "open_lesions": count, "settles": settles}
    if count:
        low, high = wilson(settles, count)
        row |= {"share": settles / count, "low": low, "high": high}
    return row | {
        "only": sum(names == [component] for names in settling),
        "narrows": sum(component in names for names in narrowing),
    }


def _asked(states: pd.DataFrame, checks: Sequence[Check]) -> pd.DataFrame:
    """Return a row for each thing asked of a report, with whether it is open."""
    import pandas as pd

    found = [
        pd.DataFrame({"id": mine["id"], "code": check.code, "open": mine["state"].isin(check.open)})
        for check in checks
        if check.open
        for mine in [states[(states["element"] == check.element) & (states["state"] != "not_applicable")]]
    ]
    nothing = pd.DataFrame({"id": [], "code": [], "open": pd.Series([], dtype=bool)})
    return pd.concat(found, ignore_index=True) if found else nothing
