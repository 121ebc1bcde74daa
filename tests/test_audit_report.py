"""What to add to one report before signing, in the order of what matters, and the draft of an addendum."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from commandline import one_line, run
from sample import NORMAL, RECORD, T8, lesion, value

from extractor.audit.checks import load_checks
from extractor.audit.report import addendum, open_items
from extractor.record import Lesion, Record
from extractor.resources import corpus_dir
from extractor.scoring.summary import summarise

CHECKS = load_checks()


def of(*lesions: Lesion) -> Record:
    return dataclasses.replace(RECORD, lesions=lesions, summary=summarise(lesions))


def test_what_settles_a_category_comes_first() -> None:
    assert [(item.check.code, item.state, item.levels, item.settles) for item in open_items(of(T8), CHECKS)] == [
        ("A101", "missing", ("T8",), ("T8",)),
        ("A103", "contradictory", ("T8",), ()),
        ("A201", "missing", ("T8",), ()),
        ("A203", "missing", ("T8",), ()),
        ("A204", "missing", ("T8",), ()),
        ("A205", "missing", ("T8",), ()),
        ("A301", "partial", (), ()),
        ("A303", "missing", (), ()),
        ("A304", "missing", (), ()),
    ]


def test_levels_with_the_same_open_item_share_a_sentence() -> None:
    t9 = dataclasses.replace(T8, level="T9")
    first, *_, last = open_items(of(T8, t9), CHECKS)
    assert first.sentence == "T8, T9: Pain (mechanical, occasional or none) is not described."
    assert first.matters == "Settles the SINS category at T8, T9 alone."
    assert last.sentence == "Intramedullary disease (present or absent) is not described."
    assert last.matters == ""


def test_a_collapse_without_a_degree_is_said_once_and_bears_on_the_category() -> None:
    known = {name: value(name, "normal") for name in ("alignment",)} | {
        "pain": value("pain", "none"),
        "location": value("location", "semirigid"),
        "bone_lesion": value("bone_lesion", "lytic"),
        "posterolateral": value("posterolateral", "unilateral"),
        "collapse": value("collapse", "over_50", "under_50"),
    }
    found = open_items(of(lesion("T8", **known)), CHECKS)
    assert [item.check.code for item in found if item.check.element.startswith("collapse")] == ["A107"]
    assert (found[0].check.code, found[0].settles) == ("A107", ("T8",))


def test_a_draft_names_the_open_items_and_states_no_finding() -> None:
    assert addendum(open_items(of(T8), CHECKS)) == (
        "ADDENDUM (draft)\n"
        "Not settled by the report as written:\n"
        "- T8: Pain (mechanical, occasional or none) is not described.\n"
        "- T8: Spinal alignment (normal, deformity or subluxation) is described in conflicting ways.\n"
        "- T8: Epidural disease (present with its ESCC grade, or absent) is not described.\n"
        "- T8: Compression of the cord or cauda equina (present or absent) is not described.\n"
        "- T8: Cord signal (normal or abnormal) is not described.\n"
        "- T8: Paraspinal extension (present or absent) is not described.\n"
        "- The level of disease is given by region only, or for a part of it.\n"
        "- Leptomeningeal disease (present or absent) is not described.\n"
        "- Intramedullary disease (present or absent) is not described.\n"
    )


def test_nothing_is_open_where_there_is_no_disease() -> None:
    assert open_items(NORMAL, CHECKS) == ()
    assert addendum(()) == ""


REPORT = corpus_dir() / "demo" / "report.txt"


def test_a_read_report_ends_with_the_short_list_and_a_draft() -> None:
    code, out, err = run("read", REPORT, "--addendum")
    assert (code, err) == (0, "")
    _, said = out.split("To add before signing\n")
    assert said.splitlines()[0].startswith("A103 L2, L5: Spinal alignment (normal, deformity or subluxation) is not")
    assert said.split("\nADDENDUM (draft)\n")[1].splitlines()[1].startswith("- L2, L5: Spinal alignment")


def test_a_department_that_asks_for_less_gets_a_shorter_list(tmp_path: Path) -> None:
    checks = tmp_path / "less.toml"
    checks.write_text('[[check]]\ncode = "A103"\ndisabled = true\n', encoding="utf-8")
    _, out, _ = run("read", REPORT, "--checks", checks)
    assert "A103" not in out
    assert "A102 L5: " in out


def test_a_draft_is_text(tmp_path: Path) -> None:
    code, out, err = run("read", REPORT, "--addendum", "--format", "json")
    assert (code, out) == (2, "")
    assert "'--addendum': is drafted as text; leave out --format" in one_line(err)
    code, _, err = run("read", REPORT, "--checks", tmp_path / "none.toml")
    assert (code, "none.toml: cannot be read" in one_line(err)) == (2, True)
