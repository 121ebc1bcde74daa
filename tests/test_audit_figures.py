"""The figures of a small archive whose counts were made by hand.

Reports a (T7, T8), b (T9), c (L1), d (no lesion) of patients p, q, p and none. Pain, lesion by lesion: stated, missing,
stated, partial. Leptomeningeal disease: stated in a, missing in b and c, not asked in d.
"""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

from extractor.audit.checks import load_checks
from extractor.audit.compare import compare
from extractor.audit.completeness import COLUMNS, PERIOD, Grouping, completeness
from extractor.audit.figures import deciding, incomplete, levels, open_lesions, ranges, settled
from extractor.audit.recall import Recall
from extractor.audit.sample import UNDATED, UNNAMED, Sample
from extractor.errors import ReportError

CHECKS = tuple(check for check in load_checks() if check.code in {"A101", "A303"})
STATES = [
    ("a", "T7", "pain", "stated"),
    ("a", "T8", "pain", "missing"),
    ("b", "T9", "pain", "stated"),
    ("c", "L1", "pain", "partial"),
    ("a", None, "leptomeningeal", "stated"),
    ("b", None, "leptomeningeal", "missing"),
    ("c", None, "leptomeningeal", "missing"),
    ("d", None, "leptomeningeal", "not_applicable"),
]
LESIONS = [
    ("a", "T7", "certain", False, 4, 6, "stable", "", "", ""),
    ("a", "T8", "certain", False, 4, 8, "stable|indeterminate", "pain", "pain", "pain"),
    ("b", "T9", "probable", False, 5, 14, "stable|indeterminate|unstable", "pain|alignment", "", "alignment|pain"),
    ("c", "L1", "certain", True, 4, 8, "stable|indeterminate", "pain", "pain", "pain"),
    ("c", "L2", "certain", False, 4, 8, "stable|indeterminate", "pain", "pain|collapse", "pain|collapse"),
]


def sample(states: list[Any] = STATES, lesions: list[Any] = LESIONS) -> Sample:
    columns = ["id", "level", "certainty", "stabilised", "sins_low", "sins_high", "category", "missing"]
    return Sample(
        "run",
        pd.DataFrame(
            {
                "id": ["a", "b", "c", "d"],
                "site": ["north", "south", "north", ""],
                "patient": ["p", "q", "p", None],
                "date": ["2024-01-05", "20240131", "202402011530", "n.d."],
            }
        ),
        pd.DataFrame(lesions, columns=[*columns, "settling", "deciding"]),
        pd.DataFrame(states, columns=["id", "level", "element", "state"]),
        {"site": "site", "patient": "patient", "date": "date"},
    )


def only(table: pd.DataFrame, **where: str) -> dict[str, Any]:
    """Return the one row where columns have the values given."""
    for name, value in where.items():
        table = table[table[name] == value]
    (row,) = table.to_dict("records")
    return {str(name): value for name, value in row.items()}


def picked(row: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(row[name] for name in names)


def test_completeness_over_all() -> None:
    table = completeness(sample(), CHECKS, recalls={"pain": Recall(0.8, 0.7, 0.9, 50)})
    assert list(table.columns) == list(COLUMNS)
    pain = only(table, code="A101", grouping="all")
    counts = ("unit", "applicable", "stated", "partial", "missing", "contradictory", "not_applicable", "small")
    assert picked(pain, *counts) == ("lesion", 4, 2, 1, 1, 0, 0, True)
    # Wilson for 2 of 4: 0.5 ± 0.349961
    assert picked(pain, "share", "low", "high") == pytest.approx((0.5, 0.1500390, 0.8499610), abs=1e-7)
    # three reports of 2, 1, 1 lesions with 1, 1, 0 stated: error = √(3/2 × (0² + ½² + ½²)) / 4, t(2) = 4.3027
    half = 4.302652730 * math.sqrt(0.75) / 4
    assert picked(pain, "cluster", "clusters") == ("report", 3)
    assert picked(pain, "robust_low", "robust_high") == pytest.approx((0.0, min(1.0, 0.5 + half)), abs=1e-7)
    assert picked(pain, "recall", "recall_low", "share_if_read") == pytest.approx((0.8, 0.7, 0.625))
    meninges = only(table, code="A303", grouping="all")
    assert picked(meninges, *counts) == ("report", 3, 1, 0, 2, 0, 1, True)
    assert math.isnan(meninges["robust_low"])
    assert math.isnan(meninges["recall"])


def test_reports_of_one_patient_are_a_cluster() -> None:
    row = only(completeness(sample(), CHECKS, recalls={}, patient="patient"), code="A303")
    # patients p (reports a, c: 1 of 2) and q (0 of 1); error = √(2 × ((1/3)² + (1/3)²)) / 3
    assert picked(row, "cluster", "clusters", "robust_low", "robust_high") == ("patient", 2, 0.0, 1.0)


def test_a_report_whose_patient_is_not_named_stands_alone() -> None:
    assert list(sample().clusters("patient")) == [0, 1, 0, 3]


def test_groups_are_held_against_the_limits_of_a_funnel() -> None:
    given = sample()
    table = completeness(given, CHECKS, [Grouping("site", given.column("site"))], recalls={})
    north = only(table, code="A101", group="north")
    assert picked(north, "grouping", "applicable", "stated", "outside") == ("site", 3, 1, "")
    half = 1.959963985 * 0.5 / math.sqrt(3)
    assert picked(north, "limit_95_low", "limit_95_high") == pytest.approx((max(0, 0.5 - half), 1.0), abs=1e-7)
    assert picked(only(table, code="A101", group="south"), "applicable", "share") == (1, 1.0)
    unnamed = only(table, code="A303", group=UNNAMED)
    assert picked(unnamed, "applicable", "not_applicable", "clusters") == (0, 1, 0)
    assert math.isnan(unnamed["share"])


def test_a_group_far_off_is_said_to_be_outside() -> None:
    states = [
        *(
            (name, f"T{number % 12 + 1}", "pain", "stated" if name == "a" else "missing")
            for name in "ab"
            for number in range(60)
        ),
    ]
    given = sample(states)
    table = completeness(given, CHECKS[:1], [Grouping("site", given.column("site"))], recalls={})
    assert [only(table, group=group)["outside"] for group in ("north", "south")] == ["above", "below"]


def test_periods_make_a_run_chart() -> None:
    given = sample()
    months = given.period("date", "month")
    assert list(months) == ["2024-01", "2024-01", "2024-02", UNDATED]
    table = completeness(given, CHECKS[:1], [Grouping(PERIOD, months)], recalls={})
    rows = table[table["grouping"] == PERIOD]
    assert list(zip(rows["group"], rows["applicable"], rows["stated"], strict=True)) == [
        (UNDATED, 0, 0), ("2024-01", 3, 2), ("2024-02", 1, 0),
    ]  # fmt: skip
    assert list(rows["median"]) == pytest.approx([1 / 3] * 3)
    assert list(given.period("date", "quarter"))[:3] == ["2024Q1"] * 3


def test_a_column_that_was_not_kept_is_named_with_those_that_were() -> None:
    with pytest.raises(ReportError) as caught:
        sample().column("reader")
    assert str(caught.value) == (
        "run: no column 'reader' was kept from the source; kept are: site, patient, date; "
        "keep it with `sinsight batch --keep reader`"
    )


def test_the_deciding_elements() -> None:
    given = sample()
    assert settled(given) == {"settled": 1, "open": 3, "stabilised": 1}
    assert list(zip(open_lesions(given)["id"], open_lesions(given)["level"], strict=True)) == [
        ("a", "T8"), ("b", "T9"), ("c", "L2"),
    ]  # fmt: skip
    table = deciding(given)
    names = ["component", "open_lesions", "settles", "only", "narrows"]
    assert list(table[names].head(4).itertuples(index=False, name=None)) == [
        ("pain", 3, 2, 1, 3),
        ("collapse", 3, 1, 0, 1),
        ("location", 3, 0, 0, 0),
        ("bone_lesion", 3, 0, 0, 0),
    ]
    assert only(table, component="alignment")["narrows"] == 1
    # Wilson for 2 of 3
    assert picked(only(table, component="pain"), "share", "low", "high") == pytest.approx((2 / 3, 0.2076596, 0.9385081))


def test_the_ranges_of_sins_leave_stabilised_lesions_out() -> None:
    assert list(ranges(sample()).itertuples(index=False, name=None)) == [
        (4, 6, 2, "stable", 1, 0.25),
        (4, 8, 4, "stable|indeterminate", 2, 0.5),
        (5, 14, 9, "stable|indeterminate|unstable", 1, 0.25),
    ]


def test_the_most_incomplete_reports() -> None:
    table = incomplete(sample(), CHECKS)
    assert list(table.itertuples(index=False, name=None)) == [
        ("c", 2, 2, 1.0, "A101|A303"),
        ("a", 1, 3, 1 / 3, "A101"),
        ("b", 1, 2, 0.5, "A303"),
    ]
    assert len(incomplete(sample(), CHECKS, most=1)) == 1


def test_an_archive_without_lesions_still_has_its_reports() -> None:
    given = sample(STATES[4:], [])
    table = completeness(given, CHECKS, recalls={})
    assert picked(only(table, code="A101"), "applicable", "stated") == (0, 0)
    assert picked(only(table, code="A303"), "applicable", "stated") == (3, 1)
    assert (len(ranges(given)), len(open_lesions(given))) == (0, 0)
    assert list(deciding(given)["open_lesions"]) == [0] * 6
    assert len(incomplete(sample([], []), CHECKS)) == 0


def test_archives_are_compared() -> None:
    other = [
        *(("a", f"T{number}", "pain", "missing") for number in range(1, 5)),
        ("b", "T9", "pain", "stated"),
    ]
    table = compare(sample(), sample(other), CHECKS)
    pain = only(table, code="A101")
    counts = ("unit", "applicable", "stated", "against_applicable", "against_stated", "small", "cluster")
    assert picked(pain, *counts) == ("lesion", 4, 2, 5, 1, True, "report")
    assert picked(pain, "share", "against_share", "difference") == pytest.approx((0.5, 0.2, 0.3))
    # Newcombe from Wilson's 0.1500390 to 0.8499610 and 0.0362237 to 0.6244654
    assert picked(pain, "low", "high") == pytest.approx(
        (0.3 - math.hypot(0.3499610, 0.4244654), 0.3 + math.hypot(0.3499610, 0.1637763)), abs=1e-6
    )
    assert picked(pain, "robust_low", "robust_high") == pytest.approx((-1.0, 1.0))
    meninges = only(table, code="A303")
    assert picked(meninges, "applicable", "against_applicable") == (3, 0)
    assert math.isnan(meninges["difference"])


def test_lesions_are_counted_at_their_level_from_head_to_tail() -> None:
    given = [LESIONS[4], *LESIONS, ("d", "C2", "certain", False, 4, 6, "stable", "", "", "")]
    assert [tuple(row) for row in levels(sample(lesions=given)).itertuples(index=False)] == [
        ("C2", False, "stable", 1),
        ("T7", False, "stable", 1),
        ("T8", False, "stable|indeterminate", 1),
        ("T9", False, "stable|indeterminate|unstable", 1),
        ("L1", True, "stable|indeterminate", 1),
        ("L2", False, "stable|indeterminate", 2),
    ]
    assert list(levels(sample(lesions=[])).columns) == ["level", "stabilised", "category", "lesions"]
    assert len(levels(sample(lesions=[]))) == 0
