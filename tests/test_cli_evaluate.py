"""Agreement on the command line: its figures, its list of errors, and one clear line for what cannot be compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from commandline import SECRET, one_line, run

pytestmark = pytest.mark.usefixtures("no_workers")

TEXT = f"HISTORY: {SECRET}. No back pain.\nFINDINGS: Lytic metastasis of T7 with 60 % loss of height."
LESION = {"level": "T7", "certainty": "certain", "bone_lesion": ["lytic"], "collapse": ["over_50"], "pain": ["none"]}


def line(name: str, *lesions: dict[str, Any], text: str = TEXT) -> str:
    return json.dumps({"id": name, "text": text, "lesions": list(lesions), "report": {"tomita": [1, 2, 3, 4, 5]}})


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Two reports: the first is read as gold says, gold of the second has another collapse."""
    path = tmp_path / "gold.jsonl"
    path.write_text(
        "\n".join([line("right", LESION), line("wrong", LESION | {"collapse": ["under_50"]})]), encoding="utf-8"
    )
    return path


def measured(*args: str | Path) -> dict[str, Any]:
    code, said, complaint = run("evaluate", *args, "--format", "json")
    assert (code, complaint) == (0, "")
    found: dict[str, Any] = json.loads(said)
    return found


def test_figures_can_be_counted_by_hand(corpus: Path) -> None:
    found = measured(corpus)
    assert found["reports"] == 2
    assert found["perfect"]["value"] == 0.5
    assert found["levels"]["f1"]["value"] == 1
    assert found["fields"]["collapse"]["exact"]["value"] == 0.5
    assert found["fields"]["collapse"]["contradicts"]["value"] == 0.5
    assert found["fields"]["bone_lesion"]["exact"]["value"] == 1
    assert "errors" not in found


def test_errors_are_listed_with_the_words_behind_them(corpus: Path) -> None:
    (error,) = measured(corpus, "--errors")["errors"]
    assert (error["report"], error["field"], error["level"]) == ("wrong", "collapse", "T7")
    assert "60 % loss of height" in json.dumps(error)
    code, said, _ = run("evaluate", corpus, "--errors")
    assert code == 0
    assert "1 error" in said
    assert "60 % loss of height" in said.replace("\n", " ")


def test_the_corpus_can_come_from_a_folder_or_standard_input(corpus: Path) -> None:
    assert measured(corpus.parent) == measured(corpus)
    code, said, _ = run("evaluate", "-", "--format", "json", stdin=corpus.read_bytes())
    assert code == 0
    assert json.loads(said) == measured(corpus)


def test_records_of_batch_give_the_same_figures(corpus: Path, tmp_path: Path) -> None:
    records = tmp_path / "records.jsonl"
    code, said, _ = run("batch", corpus, "-o", "-")
    records.write_text(said, encoding="utf-8")
    assert code == 0
    assert measured(corpus, "--records", records) == measured(corpus)


def test_a_record_that_is_missing_counts_as_read_to_nothing(corpus: Path, tmp_path: Path) -> None:
    records = tmp_path / "records.jsonl"
    records.write_text(run("batch", corpus, "-o", "-")[1].splitlines()[0] + "\n", encoding="utf-8")
    code, said, complaint = run("evaluate", corpus, "--records", records, "--format", "json")
    assert code == 0
    assert "1 of 2 gold reports have no record" in complaint
    assert json.loads(said)["levels"]["recall"]["value"] == 0.5


def test_gold_of_another_grade_or_level_is_refused(tmp_path: Path) -> None:
    for wrong in (LESION | {"collapse": ["flat"]}, LESION | {"level": "T70"}):
        path = tmp_path / "gold.jsonl"
        path.write_text(line("a", LESION) + "\n" + line("b", wrong), encoding="utf-8")
        code, said, complaint = run("evaluate", path)
        assert (code, said) == (1, "")
        assert "gold.jsonl" in one_line(complaint)
        assert "2" in complaint


@pytest.mark.parametrize(
    ("args", "words", "expected"),
    [
        (["nowhere.jsonl"], "nowhere.jsonl", 1),
        (["-", "--records", "-"], "standard input is CORPUS already", 2),
        (["--records", "r.jsonl", "--patterns", "p"], "has no effect on records already written", 2),
    ],
    ids=["no file", "one stream", "patterns"],
)
def test_a_mistake_is_one_line(args: list[str], words: str, expected: int) -> None:
    code, said, complaint = run("evaluate", *args)
    assert (code, said) == (expected, "")
    assert words in one_line(complaint)
