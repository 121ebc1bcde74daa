"""One archive against another: the difference of each share, with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from extractor.audit.checks import Check
from extractor.audit.completeness import SMALL, in_clusters, marked
from extractor.audit.intervals import clustered_difference, newcombe
from extractor.audit.sample import Sample

if TYPE_CHECKING:
    import pandas as pd


def compare(first: Sample, second: Sample, checks: Sequence[Check], *, patient: str | None = None) -> pd.DataFrame:
    """Return a row a check: the shares that state it in both archives, and the first less the second.

    `low` and `high` are Newcombe's interval, for independent units; `robust_low` and `robust_high` allow for units
    that share a report or patient, and are empty where none do or the spread cannot be told.
    """
    import pandas as pd

    tables = [marked(sample, patient) for sample in (first, second)]
    rows = [_row(check, *(table[table["element"] == check.element] for table in tables)) for check in checks]
    return pd.DataFrame(rows, columns=list(_COLUMNS)).assign(cluster=patient or "report")


_COLUMNS = (
    "code", "element", "title", "unit", "applicable", "stated", "share", "against_applicable", "against_stated",
    "against_share", "difference", "low", "high", "robust_low", "robust_high", "small",
)  # fmt: skip


def _row(check: Check, states: pd.DataFrame, against: pd.DataFrame) -> dict[str, Any]:
    (n, stated), (other_n, other_stated) = _counts(states), _counts(against)
    row: dict[str, Any] = {
        "code": check.code,
        "element": check.element,
        "title": check.title,
        "unit": check.unit,
        "applicable": n,
        "stated": stated,
        "against_applicable": other_n,
        "against_stated": other_stated,
        "share": stated / n if n else None,
        "against_share": other_stated / other_n if other_n else None,
        "small": min(n, other_n) < SMALL,
    }
    if not (n and other_n):
        return row
    low, high = newcombe(stated, n, other_stated, other_n)
    here, there = in_clusters(states), in_clusters(against)
    nested = here.clusters < n or there.clusters < other_n
    robust = (clustered_difference(here, there) if nested else None) or (None, None)
    return row | {
        "difference": stated / n - other_stated / other_n,
        "low": low,
        "high": high,
        "robust_low": robust[0],
        "robust_high": robust[1],
    }


def _counts(states: pd.DataFrame) -> tuple[int, int]:
    """Return how many units apply, and how many of them state it."""
    return int((states["state"] != "not_applicable").sum()), int((states["state"] == "stated").sum())
