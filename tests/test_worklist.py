"""The worklist: what puts a case on it, in which order, and that nothing is silently calm."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from commandline import SECRET, one_line, run
from patients import archive
from sample import lesion, value

from extractor.archive.examination import Examination, read_examinations
from extractor.archive.stored import Stored, open_run
from extractor.record import CanalFinding, Lesion
from extractor.values import Evidence, location_grades
from extractor.worklist.cases import unread_case, weigh, worklist
from extractor.worklist.overview import reasons_of
from extractor.worklist.reasons import load_reasons

pytestmark = pytest.mark.usefixtures("no_workers")

HEAD = f"MRI WHOLE SPINE\nHISTORY: {SECRET}.\nFINDINGS: "
STABLE = {
    "pain": "none", "bone_lesion": "blastic", "alignment": "normal", "collapse": "none", "posterolateral": "none",
}  # fmt: skip


def at(level: str, **grades: str) -> Lesion:
    fields = {name: value(name, *said.split()) for name, said in grades.items()}
    return lesion(level, location=value("location", *location_grades(level)), **fields)


def calm(level: str, **grades: str) -> Lesion:
    """Return a lesion that is stable beyond doubt, but for what is given."""
    return at(level, **(STABLE | grades))


def exam(*lesions: Lesion, name: str = "r", **canal: CanalFinding) -> Examination:
    return Examination(ids=(name,), lesions=lesions, canal=canal)


def found(*levels: str) -> CanalFinding:
    return CanalFinding(("present",), "stated", levels)


def grounds(one: Examination) -> list[tuple[str, tuple[str, ...]]]:
    case = weigh(one)
    return [] if case is None else [(each.reason.code, each.levels) for each in case.grounds]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (exam(), []),
        (exam(calm("T7")), []),
        (exam(calm("T7", cord_compression="present")), [("W101", ("T7",))]),
        (exam(calm("L3", cord_compression="present")), [("W102", ("L3",))]),
        (exam(calm("T7", cord_compression="absent", cord_signal="normal", escc="0 1a 1b 1c")), []),
        (exam(calm("T7", cord_signal="abnormal")), [("W103", ("T7",))]),
        (exam(calm("T7", escc="2 3"), calm("T9", escc="3")), [("W104", ("T7", "T9"))]),
        (exam(calm("T7", escc="1a 1b 1c 2 3")), [("W105", ("T7",))]),
        (exam(cord_compression=found()), [("W101", ())]),
        (exam(cord_compression=found("T4", "L3")), [("W101", ("T4",)), ("W102", ("L3",))]),
        (exam(calm("T7"), cord_compression=found("T7")), []),
        (exam(cord_compression=CanalFinding(("absent",), "stated")), []),
        (exam(cord_compression=CanalFinding(("present", "absent"), "missing")), []),
        (exam(at("T7", **(STABLE | {"pain": "mechanical", "bone_lesion": "lytic", "alignment": "subluxation",
                                    "collapse": "over_50"}))), [("W201", ("T7",))]),
        (exam(at("T7")), [("W202", ("T7",))]),
        (exam(replace(at("T7"), stabilised=True)), [("W202", ("T7",))]),
    ],
    ids=[
        "nothing", "calm", "cord", "cauda", "all denied", "signal", "high ESCC", "open ESCC", "no level", "no lesion",
        "the lesion's own word", "denied", "silent", "unstable", "open", "stabilised",
    ],
)  # fmt: skip
def test_the_grounds(one: Examination, expected: list[tuple[str, tuple[str, ...]]]) -> None:
    assert grounds(one) == expected


def test_what_one_element_would_settle_is_on_the_list_unless_stabilised() -> None:
    one = at("T7", bone_lesion="lytic", alignment="normal", collapse="under_50", posterolateral="none")
    assert one.sins.settling == ("pain",)
    case = weigh(exam(one))
    assert case is not None
    assert [(each.reason.code, each.missing) for each in case.grounds] == [("W301", ("pain",))]
    assert weigh(exam(replace(one, stabilised=True))) is None


def test_what_contradicts_itself_is_not_calm() -> None:
    torn = calm("T7")
    torn.fields["cord_compression"] = value("cord_compression", "present", "absent", conflict=True)
    assert grounds(exam(torn)) == [("W101", ("T7",))]


def test_the_words_are_those_that_say_so() -> None:
    said = [
        Evidence(0, 4, word, "findings", "x.y", "clause", denied) for word, denied in (("no", True), ("yes", False))
    ]
    one = calm("T7")
    one.fields["cord_compression"] = value("cord_compression", "present", evidence=tuple(said))
    case = weigh(exam(one))
    assert case is not None
    assert [words.text for words in case.grounds[0].words] == ["yes"]


def test_cases_come_by_reason_then_score_then_id() -> None:
    made = worklist(
        [
            exam(at("T7"), name="b"),
            exam(at("T7"), name="a"),
            exam(at("L5"), name="c"),
            exam(calm("T7", cord_signal="abnormal"), name="d"),
            exam(calm("T7"), name="e"),
            exam(name="f"),
        ],
        [unread_case(None, "x.csv:row 3")],
    )
    assert [case.id for case in made.cases] == ["d", "c", "a", "b"]
    assert ([case.id for case in made.unread], made.calm, made.empty, made.all) == (["x.csv:row 3"], 1, 1, 7)


def test_codes_are_stable_and_say_why() -> None:
    codes = [reason.code for reason in load_reasons()]
    assert codes == ["W101", "W102", "W103", "W104", "W105", "W201", "W202", "W301", "W900"]
    assert all(reason.title and reason.why and reason.source for reason in load_reasons())


ROWS = [
    ("p", "hedged", "", HEAD + "Metastasis of T7 with possible cord compression."),
    ("p", "denied", "", HEAD + "Sclerotic metastasis of T7. No cord compression. No epidural disease."),
    ("p", "=none", "", HEAD + "No metastasis."),
    ("p", "broken", "", ""),
]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("worklist")
    assert run("batch", archive(folder / "in.csv", ROWS), "-o", folder / "run", "--workers", "1")[0] == 1
    return folder / "run"


def printed(*args: str | Path) -> list[dict[str, Any]]:
    code, said, _ = run("worklist", *args, "--format", "json")
    assert code == 0
    return [json.loads(line) for line in said.splitlines()]


def test_a_hedge_is_urgent_a_denial_is_not_and_the_unread_are_named(done: Path) -> None:
    rows = printed(done)
    assert [(row["rank"], row["id"], row["code"]) for row in rows] == [
        (1, "hedged", "W101"), (2, "denied", "W202"), (None, "broken", "W900"),
    ]  # fmt: skip
    assert rows[0]["words"] == "“cord compression” (hedged) findings"
    assert rows[2]["place"].endswith("in.csv:row 4")
    _, said, words = run("worklist", done)
    assert "4 cases: 2 on the list, 0 with lesions and no reason, 1 without a lesion or reason, 1 not read." in said
    assert "broken" in said.split("Could not be read")[1]
    assert words == "note: 1 of 4 could not be read, and stand at the end as W900\n"
    assert SECRET not in said + words


def test_the_top_of_the_list_still_names_the_unread(done: Path) -> None:
    assert [row["id"] for row in printed(done, "--top", "1")] == ["hedged", "broken"]


def test_the_list_as_csv_and_as_files(done: Path, tmp_path: Path) -> None:
    code, said, _ = run("worklist", done, "--format", "csv", "-o", tmp_path)
    assert code == 0
    assert [row["id"] for row in csv.DictReader(io.StringIO(said))] == ["hedged", "denied", "broken"]
    table = pd.read_parquet(tmp_path / "worklist.parquet")
    assert table["code"].tolist() == ["W101", "W202", "W900"]
    assert {path.name for path in tmp_path.iterdir()} == {"worklist.csv", "worklist.parquet", "worklist.xlsx"}


def test_an_archive_is_read_first(tmp_path: Path) -> None:
    path = archive(tmp_path / "in.csv", ROWS)
    assert [row["id"] for row in printed(path, "--workers", "1")] == ["hedged", "denied", "broken"]
    assert [one.name for one in tmp_path.iterdir()] == ["in.csv"]


def test_a_mistake_is_one_line(done: Path) -> None:
    code, said, words = run("worklist", "none")
    assert (code, said) == (1, "")
    assert one_line(words) == "none: no such file or folder; check the path"
    assert run("worklist", done, "-o", done / "reports")[0] == 1


TEXTS = {
    "cord": "MRI SPINE\nFINDINGS: Lytic metastasis of T7 with epidural disease. The cord is compressed at T4.",
    "cauda": "MRI SPINE\nFINDINGS: Metastasis of L4. The cauda equina is compressed at L4.",
    "nowhere": "MRI SPINE\nFINDINGS: No bone lesion. There is compression of the spinal cord.",
    "stable": "MRI SPINE\nHISTORY: No pain.\nFINDINGS: Sclerotic 6 mm metastasis of L3. Height and alignment are "
    "normal. The pedicles are spared.",
    "conflict": "MRI SPINE\nFINDINGS: T9 metastasis. The cord is compressed at T9.\nIMPRESSION: No cord compression.",
    "none": "MRI SPINE\nFINDINGS: No metastasis.",
}


def test_the_reasons_of_a_run_are_those_of_its_worklist(tmp_path: Path) -> None:
    texts = TEXTS | {f"{name}-again": text for name, text in TEXTS.items()}
    lines = "".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in texts.items())
    assert run("batch", "-", "-o", tmp_path / "run", "--workers", "1", stdin=lines.encode())[0] == 0
    stored = open_run(tmp_path / "run")
    cases = [case for one in read_examinations(stored) if (case := weigh(one))]
    expected = {case.id: tuple(ground.reason for ground in case.grounds) for case in cases}
    assert reasons_of(stored) == expected
    assert {name.partition("-")[0] for name in expected} == {"cord", "cauda", "nowhere", "conflict"}


def test_a_run_of_which_nothing_is_written_has_no_reasons(tmp_path: Path) -> None:
    assert reasons_of(Stored(tmp_path, "run", {}, ())) == {}


def test_urgent_is_what_is_said_to_be_grave() -> None:
    assert [one.code for one in load_reasons() if one.urgent] == ["W101", "W102", "W103", "W104", "W201"]
