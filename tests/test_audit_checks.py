"""The checks that ship are whole, a file of one's own is laid over them, and each mistake in it is one clear line."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractor.audit.checks import checks_digest, load_checks
from extractor.audit.recall import recall_of, shipped_recall
from extractor.audit.states import ELEMENTS
from extractor.errors import CheckError

CODES = [
    *("A100", "A101", "A102", "A103", "A104", "A105", "A106", "A107"),
    *("A201", "A202", "A203", "A204", "A205"),
    *("A301", "A302", "A303", "A304"),
    *("A401", "A402", "A403", "A404", "A405", "A406"),
]
OWN = """\
[[check]]
code = "X101"
element = "pain"
title = "pain for the tumour board"
expects = "x"
why = "y"
source = "our board"
phrase = "Mechanical pain"
open = ["partial"]
"""


def own(path: Path, text: str) -> Path:
    file = path / "own.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_shipped_checks_are_stable() -> None:
    assert [check.code for check in load_checks()] == CODES


def test_each_element_has_a_check_but_the_one_a_department_may_add(tmp_path: Path) -> None:
    assert set(ELEMENTS) - {check.element for check in load_checks()} == {"nerve_root"}
    more = load_checks(own(tmp_path, '[[check]]\ncode = "A206"\ndisabled = false\n'))
    assert {check.element for check in more} == set(ELEMENTS)


def test_a_known_code_takes_the_keys_given_and_keeps_the_rest(tmp_path: Path) -> None:
    file = own(tmp_path, '[[check]]\ncode = "A101"\nphrase = "Pain on movement"\nopen = ["missing"]\n')
    before, after = load_checks()[1], load_checks(file)[1]
    assert (after.phrase, after.open, after.title) == ("Pain on movement", ("missing",), before.title)
    assert after.sentence("missing") == "Pain on movement is not described."


def test_a_check_is_taken_away_and_another_added(tmp_path: Path) -> None:
    file = own(tmp_path, f'{OWN}\n[[check]]\ncode = "A304"\ndisabled = true\n')
    codes = [check.code for check in load_checks(file)]
    assert codes == [*(code for code in CODES if code != "A304"), "X101"]


def test_what_is_asked_has_a_digest(tmp_path: Path) -> None:
    same = load_checks(own(tmp_path, '[[check]]\ncode = "A101"\n'))
    assert checks_digest(same) == checks_digest(load_checks())
    assert checks_digest(load_checks()[1:]) != checks_digest(load_checks())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[check]", "no TOML: "),
        ("", "no [[check]] table; `sinsight audit --list` shows the shipped ones"),
        ('a = 1\n[[check]]\ncode = "A101"\n', "unknown key 'a'; write nothing but [[check]] tables"),
        ("[[check]]\n", "a check without a proper `code`; give capitals and three digits, such as X101"),
        ('[[check]]\ncode = "pain"\n', "a check without a proper `code`"),
        ('[[check]]\ncode = "A101"\n[[check]]\ncode = "A101"\n', "check A101: is declared twice; merge the two"),
        ('[[check]]\ncode = "A101"\nopens = []\n', "check A101: unknown key 'opens'; known are code, element, "),
        ('[[check]]\ncode = "X1"\nopen = []\n', "a check without a proper `code`"),
        ('[[check]]\ncode = "X101"\n', "check X101: `element` is missing or no text; write one"),
        ('[[check]]\ncode = "A101"\ntitle = " "\n', "check A101: `title` is missing or no text; write one"),
        ('[[check]]\ncode = "A101"\nelement = "sleep"\n', "check A101: unknown element 'sleep'; known are category, "),
        ('[[check]]\ncode = "A101"\nopen = ["stated"]\n', "check A101: `open` holds 'stated'; it may hold missing, "),
        ('[[check]]\ncode = "A101"\nopen = "missing"\n', "check A101: `open` must be a list of texts"),
        ('[[check]]\ncode = "A101"\nsays = "x"\n', "check A101: `says` must give words for a state"),
        ('[[check]]\ncode = "A101"\nsays = { x = "y" }\n', "check A101: `says` holds 'x'; it may hold missing, "),
        ('[[check]]\ncode = "A101"\ncovers = ["B101"]\n', "check A101: `covers` names 'B101', which is no check"),
        ('[[check]]\ncode = "A101"\ndisabled = "no"\n', "check A101: `disabled` must be true or false"),
    ],
    ids=[
        "no toml", "empty", "other key", "no code", "odd code", "twice", "unknown key", "short code", "no element",
        "blank", "element", "open", "open as text", "says", "says state", "covers", "disabled",
    ],
)  # fmt: skip
def test_a_mistake_names_file_code_key_and_remedy(tmp_path: Path, text: str, words: str) -> None:
    file = own(tmp_path, text)
    with pytest.raises(CheckError) as caught:
        load_checks(file)
    said = str(caught.value)
    assert said.startswith(f"{file}: {words}")
    assert "\n" not in said


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CheckError, match=r"none\.toml: cannot be read \(No such file or directory\); give a file of"):
        load_checks(tmp_path / "none.toml")


def test_each_recall_that_ships_is_of_an_element_and_within_its_interval() -> None:
    recalls = shipped_recall()
    assert set(recalls) < set(ELEMENTS)
    assert [
        name for name, one in recalls.items() if not (0 < one.low <= one.recall <= one.high <= 1 and one.n > 0)
    ] == []
    assert recall_of("collapse_degree", recalls) == recalls["collapse"]
    assert recall_of("extent", recalls) is None
