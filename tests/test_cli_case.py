"""`sinsight read --case` as a user meets it: documents put together, and a clear line for every mistake."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commandline import run

from extractor.resources import corpus_dir

DEMO = corpus_dir() / "demo" / "case"
FILES = tuple(str(DEMO / name) for name in ("mri.txt", "ct.txt", "request.txt"))
README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_the_readme_shows_what_the_sample_case_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DEMO)
    code, out, err = run("read", "mri.txt", "ct.txt", "request.txt", "--case", "--set", "L3.alignment=normal")
    assert (code, err) == (0, "")
    block = README.split("<!-- example: begin (case) -->\n")[1].split("<!-- example: end -->")[0]
    shown = [line[4:].rstrip() for line in block.splitlines() if line.strip()]
    said = iter(line.rstrip() for line in out.splitlines())
    assert [line for line in shown if line not in said] == []  # each in its order: `in` moves on


def test_the_documents_make_one_record() -> None:
    code, out, _ = run("read", *FILES, "--case", "--format", "json")
    assert code == 0
    (line,) = out.splitlines()
    record = json.loads(line)
    assert [(one["kind"], one["date"]) for one in record["documents"]] == [
        ("mri", "2025-03-14"),
        ("ct", "2025-03-19"),
        ("request", "2025-03-12"),
    ]
    texts = [Path(one).read_text(encoding="utf-8") for one in FILES]
    for lesion in record["lesions"]:
        for field in lesion["fields"].values():
            for words in field["evidence"]:
                assert texts[words["document"]][words["start"] : words["end"]] == words["text"]


def test_without_case_each_is_a_report_of_its_own() -> None:
    _, out, _ = run("read", *FILES[:2], "--format", "json")
    assert [len(json.loads(line)["documents"]) for line in out.splitlines()] == [1, 1]


def test_the_page_shows_every_document_with_its_own_words(tmp_path: Path) -> None:
    page = tmp_path / "case.html"
    assert run("read", *FILES, "--case", "--set", "pain=none", "--format", "html", "-o", page)[0] == 0
    html = page.read_text(encoding="utf-8")
    assert html.count('class="text"') == 4
    assert ">pain=none</mark>" in html
    assert "pain: facts is believed, not" in html


def test_what_options_say_beats_what_words_tell() -> None:
    code, out, _ = run(
        "read", *FILES, "--case", "--kind", f"{FILES[2]}=note", "--date", f"{FILES[0]}=1 June 2025", "--format", "json"
    )
    assert code == 0
    assert [(one["kind"], one["date"]) for one in json.loads(out)["documents"]][::2] == [
        ("mri", "2025-06-01"),
        ("note", "2025-03-12"),
    ]


def test_a_fact_is_set_on_a_report_alone() -> None:
    _, out, _ = run("read", FILES[0], "--set", "T9.bone_lesion=lytic", "--format", "json")
    (lesion,) = json.loads(out)["lesions"]
    assert lesion["fields"]["bone_lesion"]["grades"] == ["lytic"]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--set", "T9.colapse=none"], "the field of 'T9.colapse=none' is no field here"),
        (["--set", "pain"], "'pain' is no fact; write FIELD=GRADE or LEVEL.FIELD=GRADE"),
        (["--set", "pain=none", "--set", "pain=mechanical"], "contradicts another fact"),
        (["--kind", "other.txt=ct"], "names none of the documents; write FILE=VALUE"),
        (["--kind", f"{FILES[0]}=xray"], "give one of mri, ct, request, note"),
        (["--date", f"{FILES[0]}=03/04/2025"], "write it as 2024-05-03"),
    ],
)
def test_a_wrong_option_is_named(more: list[str], says: str) -> None:
    code, out, err = run("read", *FILES, "--case", *more)
    assert (code, out) == (2, "")
    assert says in " ".join(err.split())


def test_options_of_cases_need_a_case() -> None:
    code, _, err = run("read", *FILES, "--set", "pain=none")
    assert code == 2
    assert "add --case" in err


def test_a_case_is_not_read_without_one_of_its_documents(tmp_path: Path) -> None:
    code, out, err = run("read", *FILES, tmp_path / "none.txt", "--case")
    assert (code, out) == (1, "")
    assert err == f"sinsight: {tmp_path / 'none.txt'}: no such file; check the path\n"
