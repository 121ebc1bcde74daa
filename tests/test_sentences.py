"""Every tagged sentence of the corpus is read as tagged, and each sentence said to fail still does."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from extractor.cli.app import app
from extractor.evaluate.tagged import TagError, failures, field_of, load_sentences, parse_sentence, tagged
from extractor.resources import corpus_dir, patterns_dir
from extractor.values import Evidence

FILES = sorted((corpus_dir() / "sentences").glob("*.txt"))
#: Words shared by the other files; they say nothing alone.
WITHOUT_SENTENCES = {"vocabulary"}


def evidence(text: str, words: str) -> Evidence:
    start = text.index(words)
    return Evidence(start, start + len(words), words, "findings", "rule", "clause")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_sentences_are_read_as_tagged(path: Path) -> None:
    wrong = [
        f"{one.where}\n  want {one.line}\n  read {said}" for one, said in failures(load_sentences(path), field_of(path))
    ]
    assert "\n".join(wrong) == ""


def test_each_pattern_file_has_its_sentences() -> None:
    patterns = {path.stem for path in patterns_dir().glob("*.toml")} - WITHOUT_SENTENCES
    assert {path.stem for path in FILES} == patterns


def test_a_text_without_its_tags() -> None:
    one = parse_sentence(r"T8: [[60 % loss|T8 over_50]].\nNo [[kyphosis|T8 normal]].", "a.txt:1")
    assert one.text == "T8: 60 % loss.\nNo kyphosis."


@pytest.mark.parametrize("line", ["T8: [[lytic|T8 lytic.", "T8: [[lytic]].", "T8 lytic]].", "[[a [[b|c]]"])
def test_a_tag_that_does_not_close(line: str) -> None:
    with pytest.raises(TagError, match=r"a\.txt:3: a tag that does not close"):
        parse_sentence(line, "a.txt:3")


def test_a_sentence_not_read_yet_says_what_it_should_give() -> None:
    one = parse_sentence("! T8: odd words. => T8 lytic", "a.txt:1")
    assert (one.text, one.wanted) == ("T8: odd words.", "T8 lytic")
    with pytest.raises(TagError, match=r"a\.txt:2: no ' => '"):
        parse_sentence("! T8: odd words.", "a.txt:2")


def test_evidence_that_overlaps_shares_a_tag() -> None:
    text = "T8: lytic and sclerotic, T9 lytic."
    found = [(evidence(text, "lytic"), "T8 mixed"), (evidence(text, "lytic and sclerotic"), "T8 mixed")]
    assert tagged(text, found) == "T8: [[lytic and sclerotic|T8 mixed]], T9 lytic."


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("T8: lytic metastasis.", "T8: [[lytic|T8 lytic]] metastasis."),
        ("T8: [[lytic|T8 blastic]] metastasis.", "T8: [[lytic|T8 lytic]] metastasis."),
        ("T8: [[lytic metastasis|T8 lytic]].", "T8: [[lytic|T8 lytic]] metastasis."),
        ("T9: [[metastasis|T9 lytic]].", "T9: metastasis."),
        ("! T8: lytic metastasis. => T8 lytic", "T8 lytic (read rightly now: tag it)"),
    ],
    ids=["missed", "grade", "place", "extra", "known failure that is none"],
)
def test_a_line_that_is_wrong_fails(line: str, said: str) -> None:
    assert [read for _, read in failures([parse_sentence(line, "a.txt:1")], "bone_lesion")] == [said]


def run(*args: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(arg) for arg in args], prog_name="sinsight")
    return result.exit_code, result.stdout, result.stderr


def test_the_command_prints_what_is_not_read_as_tagged(tmp_path: Path) -> None:
    path = tmp_path / "bone_lesion.txt"
    path.write_text("T8: [[lytic|T8 lytic]] metastasis.\nT9: lytic metastasis.\n", encoding="utf-8")
    assert run("patterns", "test", path) == (
        1,
        "bone_lesion.txt:2\n  want T9: lytic metastasis.\n  read T9: [[lytic|T9 lytic]] metastasis.\n",
        "2 sentences, 1 not read as tagged\n",
    )


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("collapse.txt", "T8: [[lost\n", "sinsight: collapse.txt:1: a tag that does not close"),
        ("sums.txt", "T8.\n", "sinsight: sums.txt: no pattern file has that name"),
        ("collapse.txt", None, "cannot be read (FileNotFoundError); give a file of tagged sentences"),
    ],
    ids=["tag", "name", "no file"],
)
def test_the_command_names_a_file_it_cannot_use(tmp_path: Path, name: str, content: str | None, said: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_text(content, encoding="utf-8")
    code, _, err = run("patterns", "test", path)
    assert code == 1
    assert said in err
    assert err.count("\n") == 1


def test_local_patterns_are_tested(tmp_path: Path) -> None:
    sentences, local = tmp_path / "collapse.txt", tmp_path / "patterns"
    sentences.write_text("Metastasis of T8, a [[biscuit vertebra|T8 over_50]].\n", encoding="utf-8")
    local.mkdir()
    rule = 'id = "collapse.biscuit"\ngrades = ["over_50"]\npattern = "biscuit vertebra"\n'
    (local / "collapse.toml").write_text(f'field = "collapse"\n[[rule]]\n{rule}', encoding="utf-8")
    assert run("patterns", "test", sentences, "--patterns", local)[0] == 0
    assert run("patterns", "test", sentences)[0] == 1
