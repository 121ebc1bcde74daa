"""How complete reports are, check by check: over all, by group with a funnel's limits, by period for a run chart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from extractor.audit.checks import Check
from extractor.audit.intervals import FUNNEL, Clustered, clustered, design_effect, funnel_limits
from extractor.audit.recall import Recall, recall_of
from extractor.audit.sample import UNDATED, Sample, spread
from extractor.audit.states import STATES
from extractor.evaluate.figures import wilson

if TYPE_CHECKING:
    import pandas as pd

#: Below so many applicable units a share says little; such groups are marked.
SMALL: Final = 20
ALL: Final = "all"
PERIOD: Final = "period"


@dataclass(frozen=True, slots=True)
class Grouping:
    """One way to cut the reports: what it is called, and the group of each report."""

    name: str
    groups: pd.Series[Any]


def completeness(
    sample: Sample,
    checks: Sequence[Check],
    groupings: Sequence[Grouping] = (),
    *,
    recalls: Mapping[str, Recall],
    patient: str | None = None,
) -> pd.DataFrame:
    """Return a row a check, over all reports and for each group.

    `share` is stated among applicable, `low` and `high` its Wilson interval; `robust_low` and `robust_high` allow for
    units that share a report or patient, and are empty where none do or the spread cannot be told.
    """
    import pandas as pd

    states = marked(sample, patient)
    rows: list[dict[str, Any]] = []
    for check in checks:
        mine = states[states["element"] == check.element]
        whole = _row(check, mine, ALL, ALL, patient, recalls)
        rows.append(whole)
        for grouping in groupings:
            rows.extend(_group_rows(check, mine, grouping, sample, whole, patient, recalls))
    return pd.DataFrame(rows, columns=list(COLUMNS))


#: The columns of the table, with what they say.
COLUMNS: Final[dict[str, str]] = {
    "grouping": "all, the column grouped by, or period",
    "group": "the group",
    "code": "the check",
    "element": "what is looked at",
    "title": "what an open item is called",
    "unit": "what is counted: lesions, fractures or reports",
    "applicable": "units the check applies to; the shares are of these",
    "stated": "units that state it",
    "partial": "units that state it in part",
    "missing": "units in which it was not found",
    "contradictory": "units that contradict themselves about it",
    "not_applicable": "units the check does not apply to",
    "share": "stated / applicable",
    "low": "lower end of the 95 % interval (Wilson), units taken as independent",
    "high": "upper end",
    "robust_low": "lower end of the 95 % interval that allows for units of one cluster",
    "robust_high": "upper end",
    "cluster": "what units share: a report, or the column of patients",
    "clusters": "number of clusters",
    "small": "fewer than 20 applicable units: too few to judge",
    "recall": "the share of such statements the program reads, on its corpus: so much of 'missing' may be its own",
    "recall_low": "lower end of its 95 % interval",
    "share_if_read": "share / recall, at most 1: the share if it were that which is not read",
    "design_effect": "how much more units that share a cluster vary within groups than independent ones",
    "limit_95_low": "lower limit within which 95 % of groups of this size lie if all are alike",
    "limit_95_high": "upper limit",
    "limit_99_8_low": "lower limit within which 99.8 % of them lie",
    "limit_99_8_high": "upper limit",
    "outside": "below or above the 99.8 % limits; of groups that are not small",
    "median": "median share of the periods, for a run chart",
}


def marked(sample: Sample, patient: str | None) -> pd.DataFrame:
    """Return the states with the cluster of each."""
    return sample.states.assign(cluster=spread(sample.clusters(patient), sample, sample.states))


def _group_rows(
    check: Check,
    states: pd.DataFrame,
    grouping: Grouping,
    sample: Sample,
    whole: Mapping[str, Any],
    patient: str | None,
    recalls: Mapping[str, Recall],
) -> Iterator[dict[str, Any]]:
    found = dict(iter(states.groupby(spread(grouping.groups, sample, states), observed=True)))
    rows = [
        _row(check, found.get(group, states.iloc[:0]), grouping.name, str(group), patient, recalls)
        for group in sorted(grouping.groups.unique())
    ]
    if grouping.name == PERIOD:
        shares = sorted(row["share"] for row in rows if row["share"] is not None and row["group"] != UNDATED)
        yield from (row | {"median": _median(shares)} for row in rows)
    else:
        effect = design_effect(map(_counts, found.values()))
        yield from (row | _funnel(row, whole["share"], effect) for row in rows)


def _row(
    check: Check, states: pd.DataFrame, grouping: str, group: str, patient: str | None, recalls: Mapping[str, Recall]
) -> dict[str, Any]:
    found = states["state"].value_counts()
    counts: dict[str, int] = {state: int(found.get(state, 0)) for state in STATES}
    applicable = sum(counts.values()) - counts["not_applicable"]
    row: dict[str, Any] = {
        "grouping": grouping,
        "group": group,
        "code": check.code,
        "element": check.element,
        "title": check.title,
        "unit": check.unit,
        "applicable": applicable,
        **counts,
        "small": applicable < SMALL,
        "cluster": patient or "report",
    }
    return row | _shares(counts["stated"], applicable, states, recall_of(check.element, recalls))


def _shares(stated: int, applicable: int, states: pd.DataFrame, recall: Recall | None) -> dict[str, Any]:
    """Return the share with its intervals and the limit that reading sets; nothing where nothing applies."""
    if not applicable:
        return {"share": None, "clusters": 0}
    share = stated / applicable
    low, high = wilson(stated, applicable)
    found = in_clusters(states)
    read: dict[str, Any] = _as_read(share, recall) if recall else {}
    robust = (found.interval or (None, None)) if found.clusters < applicable else (None, None)
    return {
        "share": share,
        "low": low,
        "high": high,
        "robust_low": robust[0],
        "robust_high": robust[1],
        "clusters": found.clusters,
        **read,
    }


def _as_read(share: float, recall: Recall) -> dict[str, Any]:
    """Return the recall, and the share if all that is not read were stated."""
    at_most = min(1.0, share / recall.recall) if recall.recall else None
    return {"recall": recall.recall, "recall_low": recall.low, "share_if_read": at_most}


def in_clusters(states: pd.DataFrame) -> Clustered:
    """Return the share that is stated, counted over clusters; at least one state must apply."""
    return clustered(*_counts(states))


def _counts(states: pd.DataFrame) -> tuple[list[int], list[int]]:
    """Return how many units of each cluster state the element, and to how many it applies."""
    applicable = states[states["state"] != "not_applicable"]
    stated = (applicable["state"] == "stated").groupby(applicable["cluster"], observed=True)
    return [int(hits) for hits in stated.sum()], stated.size().tolist()


def _funnel(row: Mapping[str, Any], centre: float | None, effect: float) -> dict[str, Any]:
    """Return the limits a group of this size is held against, around the share of all."""
    if centre is None or not row["applicable"]:
        return {}
    inner, outer = (funnel_limits(centre, row["applicable"] / effect, inside) for inside in FUNNEL)
    beyond = "below" if row["share"] < outer[0] else "above" if row["share"] > outer[1] else ""
    return {
        "design_effect": effect,
        "limit_95_low": inner[0],
        "limit_95_high": inner[1],
        "limit_99_8_low": outer[0],
        "limit_99_8_high": outer[1],
        "outside": "" if row["small"] else beyond,
    }


def _median(shares: Sequence[float]) -> float | None:
    from statistics import median

    return median(shares) if shares else None
