"""The SINS calculator on the command line: the same range as the table of Fisher et al. (Spine 2010;35:E1221)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from commandline import one_line, run
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.scoring.sins import admit, score_sins
from extractor.values import COMPONENTS, GRADES, POINTS

FULL = {
    "location": "semirigid",
    "pain": "mechanical",
    "bone_lesion": "lytic",
    "alignment": "deformity",
    "collapse": "over_50",
    "posterolateral": "bilateral",
}


def options(grades: dict[str, str]) -> list[str]:
    return [word for name, grade in grades.items() for word in (f"--{name.replace('_', '-')}", grade)]


def scored(*args: str) -> dict[str, Any]:
    code, said, complaint = run("score", *args, "--format", "json")
    assert (code, complaint) == (0, "")
    found: dict[str, Any] = json.loads(said)
    return found


def test_a_full_score_is_one_total() -> None:
    sins = scored(*options(FULL))["sins"]
    assert (sins["low"], sins["high"], sins["category"]) == (14, 14, ["unstable"])
    assert sins["missing"] == sins["partial"] == sins["deciding"] == []


def test_nothing_given_is_the_whole_range() -> None:
    sins = scored()["sins"]
    assert (sins["low"], sins["high"]) == (0, 18)
    assert sins["category"] == ["stable", "indeterminate", "unstable"]
    assert sorted(sins["missing"]) == sorted(COMPONENTS)


@pytest.mark.parametrize(
    ("level", "location"),
    [
        ("C1", 3),
        ("C3", 2),
        ("C6", 2),
        ("c7", 3),
        ("T2", 3),
        ("T3", 1),
        ("T10", 1),
        ("T11", 3),
        ("L1", 3),
        ("L2", 2),
        ("l5", 3),
    ],
)
def test_a_level_gives_the_location(level: str, location: int) -> None:
    assert scored("--level", level)["sins"]["points"]["location"] == [location] * 2


def test_the_sacrum_leaves_the_location_open() -> None:
    assert scored("--level", "sacrum")["sins"]["points"]["location"] == [0, 3]


def test_several_grades_are_all_admitted() -> None:
    found = scored("--collapse", "none", "--collapse", "under_50")
    assert found["grades"]["collapse"] == ["under_50", "none"]
    assert found["sins"]["points"]["collapse"] == [0, 2]
    assert "collapse" in found["sins"]["partial"]


@given(st.fixed_dictionaries({}, optional={name: st.sampled_from(GRADES[name]) for name in COMPONENTS}))
@settings(max_examples=60)
def test_the_command_and_the_library_agree(grades: dict[str, str]) -> None:
    expected = score_sins(admit({name: (grade,) for name, grade in grades.items()}))
    sins = scored(*options(grades))["sins"]
    assert (sins["low"], sins["high"], tuple(sins["category"])) == (expected.low, expected.high, expected.category)
    assert sins["low"] == sum(min(POINTS[name].values()) for name in set(COMPONENTS) - set(grades)) + sum(
        POINTS[name][grade] for name, grade in grades.items()
    )


def test_the_table_shows_points_total_and_what_is_open() -> None:
    code, said, _ = run("score", *options(FULL | {"pain": "occasional"}))
    assert code == 0
    rows = {line.split("  ")[0].strip(): line.split() for line in said.splitlines() if line.strip()}
    assert rows["pain"][1] == "1"
    assert rows["SINS"][1] == "12"
    assert "All six components are stated." in said


def test_the_table_names_what_would_settle_it() -> None:
    full = {name: grade for name, grade in FULL.items() if name != "pain"}
    code, said, _ = run("score", *options(full | {"posterolateral": "none"}))
    assert code == 0
    assert "pain" in said.split("SINS", 1)[1]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--level", "Q9"], "'Q9' is no level"),
        (["--pain", "bad"], "'bad' is no grade; give one of mechanical, occasional, none"),
        (["--level", "T7", "--location", "mobile"], "T7 is semirigid; leave out --location or --level"),
        (["T7"], "sinsight score --help"),
    ],
    ids=["level", "grade", "contradiction", "argument"],
)
def test_a_mistake_is_one_line(args: list[str], words: str) -> None:
    code, said, complaint = run("score", *args)
    assert (code, said) == (2, "")
    assert words in one_line(complaint)
