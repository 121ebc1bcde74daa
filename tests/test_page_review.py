"""A run reviewed on the page: the list, a report and what is decided on it."""

from __future__ import annotations

from pathlib import Path

import pytest
from commandline import run
from webpage import (
    REPORTS,
    archive_of,
    decide,
    entered,
    headline,
    problems,
    review_site,
    run_of,
    said,
    verdict,
)

from extractor.errors import ReportError
from extractor.evaluate import parse_gold
from extractor.page.run import load_run

pytestmark = pytest.mark.usefixtures("no_workers")

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_of(tmp_path_factory.mktemp("run") / "run")


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """Return a run without decisions."""
    import shutil

    return Path(shutil.copytree(made, tmp_path / "run"))


def test_a_report_is_shown_beside_its_text(folder: Path) -> None:
    answer = entered(review_site(folder)).get("/run/0")
    assert headline(answer) == ["1 lesion, the worst at T7: SINS 12 of 18, indeterminate"]
    assert verdict(answer) == ["not decided"]
    assert said(r'class="f-collapse[^>]*>(.*?)</mark>', answer) == ["60 % loss of height"]


@pytest.mark.parametrize("path", ["/run/4", "/run/99999999999999999999", "/run/-1", "/run/x"])
def test_what_is_not_in_the_run_is_not_found(folder: Path, path: str) -> None:
    assert entered(review_site(folder)).get(path).status_code == 404


def test_accept_change_undo_and_a_restart(folder: Path) -> None:
    client = entered(review_site(folder))
    answer = decide(client, 0, "change", 0, level="T7", collapse=["none"], posterolateral=["none"])
    assert (headline(answer), verdict(answer)) == (
        ["1 lesion, the worst at T7: SINS 6 of 18, stable"],
        ["changed, not accepted yet"],
    )
    assert said(r'class="changed">(.*?)</span>', answer) == ["read as > 50 % collapse", "read as bilateral"]
    assert verdict(decide(client, 0, "accept", 1)) == ["✓ accepted as corrected"]
    client = entered(review_site(folder))
    assert verdict(client.get("/run/0")) == ["✓ accepted as corrected"]
    assert verdict(decide(client, 0, "undo", 2)) == ["changed, not accepted yet"]
    answer = decide(client, 0, "undo", 3)
    assert (headline(answer), verdict(answer)) == (
        ["1 lesion, the worst at T7: SINS 12 of 18, indeterminate"],
        ["not decided"],
    )


def test_a_lesion_is_added_and_another_taken_away(folder: Path) -> None:
    client = entered(review_site(folder))
    answer = decide(client, 0, "change", 0, level="T9", lesion="possible")
    assert headline(answer)[0].startswith("2 lesions, the worst at T9: SINS 1–")
    answer = decide(client, 0, "change", 1, level="T7", lesion="none")
    assert said(r'class="changed">(no lesion.*?)</span>', answer) == ["no lesion, as you decided"]
    assert headline(decide(client, 0, "change", 2, level="T7", lesion="certain"))[0].startswith("2 lesions")


def test_a_decision_from_another_tab_is_not_overwritten(folder: Path) -> None:
    client, other = entered(review_site(folder)), entered(review_site(folder))
    decide(client, 0, "change", 0, level="T7", collapse=["none"])
    answer = decide(other, 0, "change", 0, level="T7", collapse=["under_50"])
    assert (answer.status_code, problems(answer)[0][:60]) == (
        409,
        "Not kept: this report was decided on in another tab or windo",
    )
    assert said(r'class="changed">(.*?)</span>', answer) == ["read as > 50 % collapse"]


@pytest.mark.parametrize("version", ["", "x", "-1", "1", "99999999999999999999"])
def test_a_made_up_version_is_stale(folder: Path, version: str) -> None:
    client = entered(review_site(folder))
    answer = client.post("/run/0/accept", data={"version": version})
    assert (answer.status_code, verdict(answer)) == (409, ["not decided"])


def test_a_choice_that_is_none_is_said(folder: Path) -> None:
    answer = decide(entered(review_site(folder)), 0, "change", 0, level="T7", collapse=[HOSTILE])
    assert (answer.status_code, problems(answer)) == (
        422,
        ["Not kept: collapse: choose among over_50, under_50, none_over_50_involved, none"],
    )
    assert "<script>alert" not in answer.text


def test_read_only_keeps_nothing(folder: Path) -> None:
    client = entered(review_site(folder, read_only=True))
    assert [decide(client, 0, act, 0).status_code for act in ("accept", "change", "undo")] == [403] * 3
    assert "<fieldset" not in client.get("/run/0").text
    assert not (folder / "review.sqlite").exists()


def test_gold_is_exported_and_evaluates_without_a_difference(folder: Path, tmp_path: Path) -> None:
    client = entered(review_site(folder))
    for number in (0, 1, 2):
        decide(client, number, "accept", 0)
    decide(client, 3, "change", 0, level="T10", alignment=["normal"])
    answer = client.get("/gold")
    gold = tmp_path / "gold.jsonl"
    gold.write_bytes(answer.content)
    assert [case.id for case in parse_gold(answer.content, "gold")] == ["r-1", "r-2", "r-3"]
    code, out, _ = run("evaluate", gold, "--errors")
    assert (code, out.rstrip().endswith("0 errors")) == (0, True)


def test_agreement_of_two_reviewers_is_shown(folder: Path) -> None:
    assert "Nobody has decided" in entered(review_site(folder)).get("/agreement").text
    for name in ("Dr A", "<b>Dr B</b>"):
        decide(entered(review_site(folder, name)), 0, "accept", 0)
    answer = entered(review_site(folder)).get("/agreement")
    assert "1 report accepted by both" in answer.text
    assert "<b>Dr B" not in answer.text
    assert said(r'<th scope="row">(.*?)</th><td class="number">1</td><td>1\.00', answer)[:2] == ["pain", "bone lesion"]


def test_without_texts_the_quoted_words_are_shown(tmp_path: Path) -> None:
    folder = run_of(tmp_path / "run", with_text=False)
    client = entered(review_site(folder))
    answer = client.get("/run/0")
    assert headline(answer) == ["1 lesion, the worst at T7: SINS 12 of 18, indeterminate"]
    assert ("The text is not known" in answer.text, "“60 % loss of height”" in answer.text) == (True, True)
    assert verdict(decide(client, 0, "accept", 0)) == ["✓ accepted as read"]
    (gold,) = parse_gold(client.get("/gold").content, "gold")
    assert (gold.documents[0].text, gold.reading.lesions["T7"].grades["collapse"]) == ("", {"over_50"})


def test_texts_come_from_the_source_where_they_are_the_same(tmp_path: Path) -> None:
    folder = run_of(tmp_path / "run", with_text=False)
    source = archive_of(tmp_path / "a.jsonl", REPORTS | {"r-2": "Another text.", "r-9": "None of this run."})
    loaded = load_run(folder, [str(source)], None)
    assert [bool(loaded.origin(number).documents) for number in range(4)] == [True, False, True, True]
    assert loaded.notes == (
        "1 of 4 reports has no text in the source, or another one: of these the quoted words are shown.",
    )


def test_other_patterns_are_said(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "patterns").mkdir()
    (tmp_path / "patterns" / "x.toml").write_text(
        'field = "pain"\n[[rule]]\nid = "pain.x"\ngrades = ["none"]\npattern = "no ache"\n'
    )
    (note,) = load_run(folder, [], tmp_path / "patterns").notes
    assert "Reports are read by other patterns than the run was" in note


def test_a_hostile_run_stays_text(tmp_path: Path) -> None:
    folder = run_of(tmp_path / "run", {f"id{HOSTILE}": f"{REPORTS['r-1']} {HOSTILE}"})
    client = entered(review_site(folder, HOSTILE))
    for path in ("/run", "/run/0", "/agreement", f"/run?q={HOSTILE}", f"/agreement?first={HOSTILE}"):
        text = client.get(path).text
        assert ("<script>alert" in text, "<img" in text) == (False, False)


@pytest.mark.parametrize("form", ["text", "json", "addendum"])
def test_what_was_decided_is_taken_along(folder: Path, form: str) -> None:
    client = entered(review_site(folder))
    decide(client, 0, "change", 0, level="T9", lesion="possible")
    answer = client.get(f"/run/0/{form}")
    assert (answer.status_code, "T9" in answer.text) == (200, True)


def test_what_is_no_run_is_said(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="no run; give a folder that `sinsight batch -o` wrote"):
        load_run(tmp_path, [], None)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["page", "nowhere"], "nowhere: no run; give a folder that `sinsight batch -o` wrote"),
        (["page", __file__], "no run; give a folder that `sinsight batch -o` wrote"),
        (["page", "--source", "a.csv"], "goes with a RUN"),
        (["page", "--reviewer", " "], "give a plain name"),
        (["page", "--reviewer", "a\nb"], "give a plain name"),
        (["page", "--port", "70000"], "--port"),
    ],
    ids=str,
)
def test_a_wrong_command_is_said_in_one_line(args: list[str], words: str) -> None:
    code, out, err = run(*args)
    assert (code != 0, out, err.count("\n"), words in err) == (True, "", 1, True)


def test_without_the_extra_the_remedy_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractor.cli.page.find_spec", lambda name: None)
    code, _, err = run("page")
    assert (code, "needs starlette and uvicorn; pip install 'sinsight[page]'" in err) == (2, True)
