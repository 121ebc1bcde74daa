"""Changes: what is grouped, what the rest and all are, what counts where two statements speak of one level."""

from __future__ import annotations

import time

import pytest

from extractor import read
from extractor.archive.columns import BAR
from extractor.archive.report import Report
from extractor.archive.rows import report_row
from extractor.record import Change, record_from_json

THREE = "FINDINGS: Metastases at T4, T8 and L1. "


def changes(text: str) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Return kind, levels and regions of each change a report states."""
    return [(one.kind, one.levels, one.regions) for one in read(text).findings.changes]


def cell(text: str) -> str | None:
    """Return the cell of a report's changes."""
    said: str | None = report_row(Report("r", text, "r"), read(text))["changes"]
    return said


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("T4 is larger. T8 is larger.", [("progressed", ("T4",), ()), ("progressed", ("T8",), ())]),
        ("T4 and T8 are larger.", [("progressed", ("T4", "T8"), ())]),
        ("T4 is unchanged. L1 is larger.", [("progressed", ("L1",), ()), ("stable", ("T4",), ())]),
        ("T8 is larger. The remaining are stable.", [("progressed", ("T8",), ()), ("stable", ("T4", "L1"), ())]),
        ("The other lesions are stable. T8 is larger.", [("progressed", ("T8",), ()), ("stable", ("T4", "L1"), ())]),
        ("All are stable except L1.", [("stable", ("T4", "T8"), ())]),
        ("All metastases are unchanged. T8 is larger.", [("progressed", ("T8",), ()), ("stable", (), ())]),
        ("The thoracic metastases are unchanged.", [("stable", (), ("thoracic",))]),
        ("The lumbar metastases are smaller, the thoracic metastases unchanged.",
         [("stable", (), ("thoracic",)), ("improved", (), ("lumbar",))]),
    ],
    ids=["two statements", "one statement", "two kinds", "rest", "rest first", "except", "all", "region", "regions"],
)  # fmt: skip
def test_statements_are_kept_apart_and_go_to_their_levels(
    said: str, expected: list[tuple[str, tuple[str, ...], tuple[str, ...]]]
) -> None:
    assert changes(THREE + said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("T4 is unchanged. T4 has grown.", "T4:progressed"),
        ("T4 is smaller. T4 has grown.", "T4:progressed"),
        ("T4 is smaller. T4 is unchanged.", "T4:improved"),
        ("T4 is new. The T4 metastasis has grown.", "T4:new"),
        ("The T4 metastasis is no longer seen.", "T4:gone"),
        ("The T4 metastasis is no longer seen. The epidural component at T4 is unchanged.", "T4:stable"),
        ("The others are stable. The remaining lesions are smaller.", "T4:improved|T8:improved|L1:improved"),
        ("\nADDENDUM: T4 is unchanged.\nIMPRESSION: T4 has grown.", "T4:stable"),
    ],
    ids=["worse", "worse than better", "better", "new", "gone", "gone and current", "rest twice", "addendum"],
)
def test_a_level_stands_under_one_kind(said: str, expected: str) -> None:
    assert cell(THREE + said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("IMPRESSION: Progressive metastatic disease.", "all:progressed"),
        ("IMPRESSION: Progressive disease, with a larger L1 metastasis than before.", "L1:progressed"),
        ("IMPRESSION: Progressive disease. L1 is unchanged.", "L1:stable"),
        ("IMPRESSION: No progression of the metastases. Disease progression is not seen.", "all:stable"),
        ("IMPRESSION: Multiple new metastases.", None),
        ("IMPRESSION: New lumbar metastases.", None),
        ("IMPRESSION: Partial response. T8 has progressed.", "T8:progressed"),
        ("IMPRESSION: All metastases are smaller. T8 has progressed.", "T8:progressed|all:improved"),
    ],
    ids=["of all", "levels told", "another told", "denied", "new", "new in a region", "response", "all named"],
)
def test_what_is_said_of_the_disease_as_a_whole(said: str, expected: str | None) -> None:
    assert cell(f"{THREE}\n{said}") == expected


def test_what_is_gone_need_not_be_a_lesion() -> None:
    record = read("FINDINGS: Metastasis of T8. The deposit in L2 is no longer visible.")
    assert [lesion.level for lesion in record.lesions] == ["T8"]
    assert [(one.kind, one.levels) for one in record.findings.changes] == [("gone", ("L2",))]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("New collapse at T8.", None),
        ("New collapse of the known T8 metastasis.", "T8:progressed"),
        ("T8 has grown since March. New collapse at T8.", "T8:progressed"),
        ("The T8 metastasis is new. New collapse at T8.", "T8:new"),
    ],
    ids=["not known", "called known", "known by another word", "new itself"],
)
def test_a_new_feature_makes_a_known_lesion_worse(said: str, expected: str | None) -> None:
    assert cell(f"FINDINGS: {said}\n\nIMPRESSION: Metastasis of T8.") == expected


@pytest.mark.parametrize("section", ["HISTORY", "INDICATION", "COMPARISON", "TECHNIQUE", "RECOMMENDATION"])
def test_only_sections_that_read_images_speak_of_change(section: str) -> None:
    assert changes(f"{section}: Known T8 metastasis, larger, no interval change.\nFINDINGS: Metastasis of T8.") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("T7: metastasis.\nT9: metastasis, unchanged.", "T9:stable"),
        ("| Level | Lesion | Change |\n|---|---|---|\n| T7 | metastasis | stable |\n| T9 | metastasis | larger |",
         "T9:progressed|T7:stable"),
        ("LUMBAR SPINE:\nL2 metastasis.\nMetastases are unchanged.\n\nCERVICAL SPINE:\nC5 metastasis is larger.",
         "C5:progressed|lumbar:stable"),
        ("Normal study. No interval change.", None),
    ],
    ids=["item", "table", "headings of regions", "no lesion"],
)  # fmt: skip
def test_where_it_stands_tells_what_it_is_about(text: str, expected: str | None) -> None:
    assert cell(f"FINDINGS:\n{text}") == expected


def test_the_words_are_quoted_and_the_record_comes_back() -> None:
    text = "FINDINGS: T8 metastasis, probably larger.\nIMPRESSION: Progression at T8."
    record = read(text)
    (change,) = record.findings.changes
    assert [(text[one.start : one.end], one.section, one.hedged) for one in change.evidence] == [
        ("larger", "findings", True),
        ("Progression", "impression", False),
    ]
    assert record_from_json(record.to_json()).findings.changes == (Change("progressed", ("T8",), (), change.evidence),)


def test_the_cell_names_levels_then_all_then_regions() -> None:
    text = f"{THREE}L1 is larger, T4 smaller.\nIMPRESSION: Overall stable disease. Cervical metastases have regressed."
    assert (cell(text) or "").split(BAR) == ["L1:progressed", "T4:improved", "all:stable", "cervical:improved"]


@pytest.mark.parametrize("unit", ["stable ", "(new", "T7 larger, ", "12 mm, previously ", "no change in ", "same as "])
def test_hostile_text_takes_no_time_out_of_measure(unit: str) -> None:
    read("MRI SPINE. Metastasis of T7.")
    began = time.process_time()
    read((unit * 20_000)[:20_000])
    assert time.process_time() - began < 20  # seconds; with its square it would be a minute


@pytest.mark.parametrize(
    "figure", ["999 mm, previously 0 mm", "12/13 mm, was 5.", "7,5 cm (was 7.5 cm)", "escc 2 was 2"]
)
def test_odd_figures_are_no_error(figure: str) -> None:
    assert len(changes(f"FINDINGS: T7 metastasis, {figure}.")) <= 1
