"""Agreement with gold, on reports small enough to count by hand."""

from __future__ import annotations

import dataclasses
import io
import json
from pathlib import Path
from statistics import mean
from typing import Any, Final

import numpy as np
import pytest
from rich.console import Console
from sample import FINDINGS, L3, NORMAL, QUIET, RECORD, T8, lesion, value, words

from extractor.errors import ReportError
from extractor.evaluate import Error, Evaluation, Gold, compare, load_gold, load_records, parse_gold
from extractor.evaluate.figures import Figure, f1, icc, kappa, proportion, wilson
from extractor.evaluate.tables import errors_table, evaluation_tables
from extractor.record import Diffuse, FieldValue, Lesion, Record, Tomita
from extractor.values import location_grades

SECRET: Final = "Jane Roe"
ABSENT: Final = FieldValue(("absent",), "stated")


def gold_line(name: str, lesions: list[dict[str, Any]], **report: object) -> dict[str, Any]:
    return {"id": name, "text": f"{SECRET}, report {name}.", "lesions": lesions, "report": report}


def parsed(*lines: dict[str, Any]) -> tuple[Gold, ...]:
    return parse_gold("\n".join(map(json.dumps, lines)).encode(), "g.jsonl")


def read_as(name: str, *lesions: Lesion, **findings: Any) -> Record:
    found = dataclasses.replace(QUIET, **findings)
    return dataclasses.replace(RECORD, id=name, lesions=lesions, findings=found, summary=None)


def at(level: str, **grades: str) -> Lesion:
    """Return a lesion of which the given grades, named with blanks between, are admitted."""
    stated = {field: value(field, *some.split()) for field, some in grades.items()}
    return lesion(level, location=value("location", *location_grades(level)), **stated)


T7: Final = {"level": "T7", "certainty": "certain", "bone_lesion": ["lytic"], "collapse": ["over_50"]}
L1: Final = {"level": "L1", "certainty": "probable", "bone_lesion": "lytic"}
T5: Final = {"level": "T5", "certainty": "certain", "bone_lesion": ["blastic"], "epidural": None}
GOLD: Final = parsed(
    gold_line("a", [T7, L1], leptomeningeal="absent", tomita=[7]),
    gold_line("b", [], diffuse=["lumbar"]),
    gold_line("c", [T5], tomita=[1, 2]),
    gold_line("d", []),
)
#: a: one lesion with another collapse, one missed, one made up. b: one made up. c: not read. d: right.
RECORDS: Final = (
    read_as("a", at("T7", bone_lesion="lytic", collapse="under_50"), at("L3", bone_lesion="blastic")),
    read_as("b", at("T9", pain="mechanical occasional"), diffuse=Diffuse(("lumbar",)), leptomeningeal=ABSENT),
    read_as("d"),
    read_as("no gold", at("T1")),
)


@pytest.fixture(scope="module")
def counted() -> Evaluation:
    return compare(GOLD, RECORDS)


def share(figure: Figure) -> tuple[float | None, int]:
    return figure.value, figure.n


def test_levels(counted: Evaluation) -> None:
    levels = counted.levels  # 1 right, 2 wrong, 2 missed
    assert [share(each) for each in (levels.precision, levels.recall, levels.f1)] == [
        (1 / 3, 3),
        (1 / 3, 3),
        (1 / 3, 5),
    ]


def test_facts(counted: Evaluation) -> None:
    facts = counted.facts  # right: lytic T7; wrong: under_50 T7, blastic L3; missed: over_50 T7, lytic L1, blastic T5
    assert [share(each) for each in (facts.precision, facts.recall, facts.f1)] == [(1 / 3, 3), (1 / 4, 4), (2 / 7, 6)]


@pytest.mark.parametrize(
    ("field", "precision", "recall", "exact", "contradicts"),
    [
        ("bone_lesion", 1 / 2, 1 / 3, 1 / 3, 0.0),
        ("collapse", 0.0, 0.0, 0.0, 1 / 3),
        ("pain", None, None, 1 / 3, 0.0),
        ("escc", None, None, 1 / 3, 0.0),
    ],
)
def test_a_field(
    counted: Evaluation, field: str, precision: float | None, recall: float | None, exact: float, contradicts: float
) -> None:
    found = counted.fields[field]
    assert (found.facts.precision.value, found.facts.recall.value) == (precision, recall)
    assert (found.exact.value, found.contradicts.value) == (exact, contradicts)


def test_sins_certainty_and_reports(counted: Evaluation) -> None:
    # T7: gold 6-16, read as 5-15, all three categories on both sides.
    assert (counted.reports, share(counted.perfect)) == (4, (1 / 4, 4))
    assert [share(each) for each in (counted.sins_exact, counted.category_exact, counted.certainty)] == [
        (0.0, 3),
        (1 / 3, 3),
        (1 / 3, 3),
    ]
    assert share(counted.negatives_with_lesion) == (1 / 2, 2)
    assert (share(counted.total_icc), counted.middle_icc.n) == ((None, 0), 1)


def test_report_wide(counted: Evaluation) -> None:
    assert {name: share(figure) for name, figure in counted.report_wide.items()} == {
        "leptomeningeal": (2 / 4, 4),
        "intramedullary": (1.0, 4),
        "diffuse": (1.0, 4),
        "tomita": (2 / 4, 4),
        "pain": (None, 0),
        "symptoms": (None, 0),
        "other_fractures": (None, 0),
        "treatment": (None, 0),
        "contradictions": (None, 0),
    }


def test_every_error_is_listed_with_the_words_behind_it(counted: Evaluation) -> None:
    said = (words("metastasis", "lesion.metastasis"),)
    assert counted.errors == (
        Error("a", "T7", "collapse", ("over_50",), ("under_50",), ()),
        Error("a", "L1", "lesion", ("probable",), (), ()),
        Error("a", "L3", "lesion", (), ("certain",), said),
        Error("a", None, "leptomeningeal", ("absent",), (), ()),
        Error("a", None, "tomita", ("7",), (), ()),
        Error("b", "T9", "lesion", (), ("certain",), said),
        Error("b", None, "leptomeningeal", (), ("absent",), ()),
        Error("c", "T5", "lesion", ("certain",), (), ()),
        Error("c", None, "tomita", ("1", "2"), (), ()),
    )


SAMPLE_LESIONS: Final = [
    {
        "level": "T8",
        "certainty": "certain",
        "bone_lesion": ["lytic"],
        "alignment": ["deformity"],
        "collapse": ["over_50"],
        "posterolateral": ["bilateral"],
        "escc": ["3", "2"],
        "nerve_root": None,
    },
    {"level": "L3", "certainty": "probable", "bone_lesion": ["lytic"], "epidural": "absent"},
]
SAMPLE_WIDE: Final = {
    "tomita": [7],
    "diffuse": ["thoracic"],
    "pain": None,
    "symptoms": {"weakness": "present", "sensory": None},
    "other_fractures": [{"level": "L5", "cause": "osteoporotic"}],
    "treatment": [{"kind": "radiotherapy", "levels": ["T7", "T6", "T5"]}],
}
SAMPLE_GOLD: Final = parsed(gold_line("sample.txt", SAMPLE_LESIONS, **SAMPLE_WIDE), gold_line("normal.txt", []))


def test_full_agreement() -> None:
    found = compare(SAMPLE_GOLD, [NORMAL, RECORD])
    assert found.errors == ()
    assert {share(each) for each in (found.levels.f1, found.sins_exact, found.category_exact)} == {(1.0, 2)}
    whole = {name: figure.value for name, figure in found.report_wide.items() if figure.n}
    assert whole == dict.fromkeys(set(found.report_wide) - {"contradictions"}, 1.0)
    assert {field.exact.value for field in found.fields.values()} == {1.0}
    assert share(found.fields["nerve_root"].exact) == (1.0, 1)
    assert share(found.perfect) == (1.0, 2)


@pytest.mark.parametrize(
    ("record", "field", "level", "perfect"),
    [
        (dataclasses.replace(RECORD, lesions=(T8, dataclasses.replace(L3, certainty="certain"))), "certainty", "L3", 1),
        (dataclasses.replace(RECORD, findings=dataclasses.replace(FINDINGS, treatment=())), "treatment", None, 1),
        (
            dataclasses.replace(RECORD, findings=dataclasses.replace(FINDINGS, pain=value("pain", "none"))),
            "pain",
            None,
            1,
        ),
        (dataclasses.replace(RECORD, findings=dataclasses.replace(FINDINGS, tomita=Tomita((6,)))), "tomita", None, 0),
        (dataclasses.replace(RECORD, lesions=(T8,)), "lesion", "L3", 0),
    ],
    ids=["certainty", "treatment", "report-wide pain", "tomita", "lesion"],
)
def test_one_difference_is_one_error(record: Record, field: str, level: str | None, perfect: int) -> None:
    found = compare(SAMPLE_GOLD[:1], [record])
    assert [(error.field, error.level) for error in found.errors] == [(field, level)]
    assert found.perfect.value == perfect


def test_an_optional_field_is_compared_only_where_gold_has_it() -> None:
    root = value("nerve_root", "present")
    lesions = tuple(dataclasses.replace(each, fields=each.fields | {"nerve_root": root}) for each in (T8, L3))
    found = compare(SAMPLE_GOLD[:1], [dataclasses.replace(RECORD, lesions=lesions)])
    assert [(error.level, error.field) for error in found.errors] == [("T8", "nerve_root")]
    assert found.fields["nerve_root"].facts.precision.n == 1


# Figures


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(0, 10, 0.0, 0.2775), (8, 10, 0.4902, 0.9433), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_wilson_interval(hits: int, n: int, low: float, high: float) -> None:
    assert wilson(hits, n) == pytest.approx((low, high), abs=5e-5)


def counts(*values: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array(values, dtype=np.float64)


def test_the_share_of_reports_has_the_wilson_interval() -> None:
    assert proportion(counts(1, 1, 0, 0), counts(1, 1, 1, 0)) == Figure(2 / 3, *wilson(2, 3), 3)


def test_what_was_never_asked_has_no_figure() -> None:
    assert proportion(counts(0, 0), counts(0, 0)) == Figure(None, None, None, 0)
    assert f1(counts(0), counts(0), counts(0)) == Figure(1.0, None, None, 0)


def test_a_full_share_has_an_interval_over_reports_not_over_lesions() -> None:
    assert proportion(counts(30, 20), counts(30, 20)) == Figure(1.0, *wilson(2, 2), 50)


def test_intervals_are_the_same_every_time_and_hold_the_figure() -> None:
    given = counts(3, 0, 5, 2, 1), counts(4, 3, 5, 4, 1)
    figure = proportion(*given)
    assert figure == proportion(*given)
    assert figure.value == 11 / 17
    assert figure.low is not None
    assert figure.high is not None
    assert 0 <= figure.low < figure.value < figure.high <= 1


def test_kappa_of_a_table_reckoned_by_hand() -> None:
    # 20 and 15 agree, 5 and 10 do not: observed 0.7, by chance 0.5.
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    figure = kappa([pairs[:25], pairs[25:]])
    assert (figure.value, figure.n) == (pytest.approx(0.4), 50)


@pytest.mark.parametrize("pairs", [[], [[]], [[("y", "y")], [("y", "y")]]], ids=["no report", "no pair", "one label"])
def test_kappa_without_choice_is_not_defined(pairs: list[list[tuple[str, str]]]) -> None:
    assert kappa(pairs).value is None


TOTALS: Final = [(9, 2), (6, 1), (8, 4), (7, 1), (10, 5), (6, 2), (12, 12), (0, 3)]


def anova_icc(pairs: list[tuple[int, int]]) -> float:
    """Return ICC(A,1) of two raters from the mean squares of a two-way analysis of variance."""
    n, grand = len(pairs), mean(x for pair in pairs for x in pair)
    raters = [mean(column) for column in zip(*pairs, strict=True)]
    rows = 2 * sum((mean(pair) - grand) ** 2 for pair in pairs) / (n - 1)
    columns = n * sum((each - grand) ** 2 for each in raters)
    rest = sum((x - mean(pair) - raters[i] + grand) ** 2 for pair in pairs for i, x in enumerate(pair)) / (n - 1)
    return (rows - rest) / (rows + rest + 2 / n * (columns - rest))


def test_icc_is_that_of_the_analysis_of_variance() -> None:
    figure = icc([TOTALS[:3], TOTALS[3:], []])
    assert (figure.value, figure.n) == (pytest.approx(anova_icc(TOTALS)), 8)


def test_icc_of_equal_totals_is_one_and_of_nothing_none() -> None:
    assert icc([[(3, 3), (9, 9)], [(12, 12)]]) == Figure(1.0, 1.0, 1.0, 3)
    assert [icc(pairs).value for pairs in ([], [[]], [[(3, 3)]])] == [None, None, None]


# Gold and records from files


def test_gold_from_a_folder_and_from_a_file(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / f"{name}.jsonl").write_text(f"\ufeff{json.dumps(gold_line(name, [T7]))}\r\n\n", encoding="utf-8")
    assert [case.id for case in load_gold(tmp_path)] == ["a", "b"]
    assert [case.id for case in load_gold(tmp_path / "b.jsonl")] == ["b"]


def changed(**keys: object) -> str:
    return json.dumps(gold_line("a", [T7 | keys]))


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (f'{{"text": "{SECRET}', "not JSON (column 10); give one gold record a line"),
        (f'"{SECRET}"', "not the shape of a gold record; give lines such as"),
        ('{"id": "a", "text": "x"}', "key 'lesions' is left out; every gold record has it"),
        ('{"id": "a", "text": 3, "lesions": []}', "not the shape of a gold record"),
        ("[" * 100_000, "not the shape of a gold record"),
        (json.dumps(gold_line("a", [T7, T7])), "lesion T7 stands twice"),
        (changed(level="T14"), "level: 'T14' is none of C1, C2"),
        (changed(certainty="sure"), "certainty: 'sure' is none of certain, probable, possible"),
        (changed(colour=None), "key 'colour' is not known; known: alignment, "),
        (changed(pain=[]), "pain: an empty set; null stands for missing"),
        (changed(pain="sharp"), "pain: 'sharp' is none of mechanical, occasional, none"),
        (json.dumps(gold_line("a", [], tomita=[8])), "tomita: '8' is none of 1, 2, "),
        (json.dumps(gold_line("a", [], diffuse=["neck"])), "diffuse: 'neck' is none of cervical, "),
        (json.dumps(gold_line("a", [], leptomeningeal="no")), "leptomeningeal: 'no' is none of present, absent"),
        (json.dumps(gold_line("a", [], other_fractures=[{"level": "L1"}])), "key 'cause' is left out"),
        (json.dumps(gold_line("a", [], mood="good")), "key 'mood' is not known"),
    ],
    ids=lambda value: value[:40],
)
def test_bad_gold_is_named_by_file_and_line(line: str, problem: str) -> None:
    with pytest.raises(ReportError) as caught:
        parse_gold(f"\n{line}\n".encode(), "g.jsonl")
    assert str(caught.value).startswith(f"g.jsonl:2: {problem}")
    assert SECRET not in str(caught.value)


def test_gold_without_records_or_with_an_id_twice(tmp_path: Path) -> None:
    line = json.dumps(gold_line("a", []))
    with pytest.raises(ReportError, match=r"no gold record; give a \.jsonl file or a folder that holds some"):
        load_gold(tmp_path)
    with pytest.raises(ReportError, match="g: id 'a' stands more than once; give each report its own"):
        parse_gold(f"{line}\n{line}".encode(), "g")
    with pytest.raises(ReportError, match="not UTF-8"):
        parse_gold(line.encode("utf-16"), "g")


def test_records_come_back_as_they_were_written() -> None:
    lines = f"{RECORD.to_json()}\n\n{NORMAL.to_json()}\n".encode()
    assert load_records(io.BytesIO(lines), "r.jsonl") == (RECORD, NORMAL)


def spoilt(**lesion_keys: object) -> str:
    record = json.loads(RECORD.to_json())
    record["lesions"][0] |= lesion_keys
    return json.dumps(record)


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("", "r.jsonl: holds no record; "),
        (SECRET, "r.jsonl:1: no record of schema 1 (the line: json_invalid); "),
        (f'{{"id": "{SECRET}"}}', "r.jsonl:1: no record of schema 1 (engine: missing); "),
        (spoilt(level="T14"), "r.jsonl:1: no record of schema 1 (a level that is not known); "),
        (spoilt(level="L3"), "r.jsonl:1: no record of schema 1 (a level stands twice); "),
        (spoilt(fields={}), "r.jsonl:1: no record of schema 1 (T8: not the known fields); "),
        (f"{NORMAL.to_json()}\n{NORMAL.to_json()}", "r.jsonl:2: id 'normal.txt' comes again; "),
    ],
    ids=["none", "no JSON", "no record", "level", "level twice", "fields", "id twice"],
)
def test_what_is_no_record_is_named_by_line(lines: str, problem: str) -> None:
    with pytest.raises(ReportError) as caught:
        load_records(io.BytesIO(lines.encode()), "r.jsonl")
    assert str(caught.value).startswith(problem)
    assert SECRET not in str(caught.value)


def test_a_grade_that_is_none_is_named() -> None:
    fields = T8.fields | {"pain": dataclasses.replace(T8.fields["pain"], grades=("sharp",))}
    record = dataclasses.replace(RECORD, lesions=(dataclasses.replace(T8, fields=fields),))
    with pytest.raises(ReportError, match=r"r:1: no record of schema 1 \(T8.pain: not its grades\)"):
        load_records(io.BytesIO(record.to_json().encode()), "r")


# What is shown


def shown(part: Any, width: int = 110) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=width, highlight=False, markup=False, emoji=False).print(part)
    return [" ".join(line.split()) for line in out.getvalue().splitlines()]


def test_the_tables_hold_the_figures(counted: Evaluation) -> None:
    lines = shown(evaluation_tables(counted))
    assert lines[0] == "4 reports with 3 lesions. Ranges are 95 % intervals."
    for line in ("SINS settled total, ICC – 0", "no lesion in gold, one found 0.500 0.09–0.91 2"):
        assert line in lines
    assert "collapse 3 0.000 0.000 0.000 0.000 0.333 0.000" in lines
    assert [line for line in lines if line.startswith(("nerve root", "treatment"))] == []


def test_the_tables_without_anything_to_find() -> None:
    assert "levels: precision – 0" in shown(evaluation_tables(compare(SAMPLE_GOLD[1:], [NORMAL])))


def test_errors_in_words(counted: Evaluation) -> None:
    assert shown(errors_table(counted.errors), width=200)[2:5] == [
        "a T7 collapse > 50 % collapse < 50 % collapse",
        "a L1 lesion probable no lesion",
        "a L3 lesion no lesion certain “metastasis” lesion.metastasis",
    ]
