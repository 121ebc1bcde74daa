"""The level grammar: what is written in any notation comes back as the levels that were meant."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.patterns import load_patterns
from extractor.reading.levels import find_levels, join_mentions
from extractor.values import LEVELS, level_order, levels_between, next_level, sort_levels

PATTERNS = load_patterns()
SINGLE = [level for level in LEVELS if level not in {"sacrum", "T13", "L6"}]
NUMBERS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
]
REGIONS = {"C": "cervical", "T": "thoracic", "L": "lumbar", "S": "sacral"}


def read(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return the role and levels of each expression."""
    found = join_mentions(text.lower(), find_levels(text.lower(), text, PATTERNS))
    return [(one.role, one.levels) for one in found]


def vertebrae(text: str) -> tuple[str, ...]:
    return sort_levels(level for role, levels in read(text) if role == "vertebra" for level in levels)


def written(level: str, how: str) -> str:
    """Write a level in one of the notations of the field."""
    letter, number = level[0], level[1:]
    region = REGIONS[letter]
    return {
        "code": level,
        "dash": f"{letter}-{number}",
        "blank": f"{letter} {number}",
        "dorsal": f"D{number}" if letter == "T" else level,
        "Th": f"Th{number}" if letter == "T" else level,
        "Th blank": f"Th {number}" if letter == "T" else level,
        "number": f"{region} {number}",
        "ordinal": f"{NUMBERS[int(number) - 1]} {region} vertebra",
        "body": f"{number}{ {'1': 'st', '2': 'nd', '3': 'rd'}.get(number, 'th') } {region} vertebral body",
    }[how]


NOTATIONS = ["code", "dash", "blank", "dorsal", "Th", "Th blank", "number", "ordinal", "body"]
levels = st.sampled_from(SINGLE)
notations = st.sampled_from(NOTATIONS)


@given(levels, notations)
def test_a_level_in_any_notation(level: str, how: str) -> None:
    assert vertebrae(f"There is a metastasis of the {written(level, how)}.") == (level,)


@given(
    st.lists(levels, min_size=2, max_size=5, unique=True), st.sampled_from([" and ", " & ", ", and ", " as well as "])
)
def test_a_list(some: list[str], last: str) -> None:
    ordered = sorted(some, key=level_order)
    text = ", ".join(ordered[:-1]) + last + ordered[-1]
    assert vertebrae(f"Metastases in {text}.") == tuple(ordered)


@given(levels, levels, st.sampled_from(["-", " - ", " to ", " through ", "–"]))
def test_a_range(one: str, other: str, dash: str) -> None:
    first, last = sorted({one, other}, key=level_order)[0], sorted({one, other}, key=level_order)[-1]
    if first == last or (next_level(first) == last and "-" in dash.replace("–", "-")):
        return  # a pair written with a dash may be a disc
    folded = f"Tumour replaces the vertebrae {first}{dash}{last}.".replace("–", "-")
    assert vertebrae(folded) == levels_between(first, last)


@given(st.integers(1, 12), st.lists(st.integers(1, 12), min_size=1, max_size=3, unique=True))
def test_a_shared_letter(first: int, others: list[int]) -> None:
    numbers = sorted({first, *others})
    if len(numbers) < 2:
        return
    text = f"T{numbers[0]}, " + ", ".join(map(str, numbers[1:-1])) + (", " if len(numbers) > 2 else "")
    text = f"Metastases at {text.rstrip(', ')} and {numbers[-1]}."
    assert vertebrae(text) == tuple(f"T{number}" for number in numbers)


@given(levels, st.sampled_from(["disc bulge", "disc protrusion", "nerve root", "radiculopathy", "laminectomy", "rib"]))
def test_what_is_no_vertebra(level: str, noun: str) -> None:
    assert vertebrae(f"There is a left {level} {noun}.") == ()


@settings(max_examples=300)
@given(st.text(max_size=200))
def test_any_text_can_be_searched(text: str) -> None:
    for one in find_levels(text.lower() if len(text.lower()) == len(text) else "", text, PATTERNS):
        assert set(one.levels) <= set(LEVELS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("T1 hypointense lesion at T1.", ("T1",)),
        ("Low signal on T1 and T2 in the T2 body.", ("T2",)),
        ("T1/T2 hyperintense haemangioma in L3.", ("L3",)),
        ("Metastasis of T1O and T 11.", ("T10", "T11")),
        ("Lesion of the atlas and of the axis vertebra.", ("C1", "C2")),
        ("Fracture of the dens.", ("C2",)),
        ("Mass in the left sacral ala.", ("sacrum",)),
        ("Metastases at T13 and L6.", ("T13", "L6")),
        ("Stage T3 N1 M1 lung cancer.", ()),
        ("The conus ends at L1.", ()),
        ("Sensory level at T6.", ()),
        ("Pedicle screws from T8 to T12.", ()),
        ("Left L5 nerve root compressed.", ()),
        ("L4-5: disc bulge.", ()),
        ("Metastasis in BWK 8 and LWK 2.", ("T8", "L2")),
        ("Metastases in T12-L2.", ("T12", "L1", "L2")),
        ("Anterolisthesis of L4 on L5.", ("L4", "L5")),
        ("Oedema between T9 and T11.", ("T9", "T10", "T11")),
    ],
)
def test_examples(text: str, expected: tuple[str, ...]) -> None:
    assert vertebrae(text) == expected


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("L4-5", True),
        ("L4-L5", True),
        ("T4/5", True),
        ("L4-5 and L5-S1", True),
        ("T7 and T8", False),
        ("T3-5", False),
        ("T4-5, T7, T9 and T11", False),
        ("T4/6", False),
        ("T7", False),
    ],
)
def test_two_neighbours_written_together_may_be_a_motion_segment(text: str, pair: bool) -> None:
    (found,) = find_levels(text.lower(), text, PATTERNS)
    assert found.pair is pair


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("oedema between T9 and T11", ("T9", "T10", "T11")),
        ("oedema of T9 and T11", ("T9", "T11")),
        ("oedema between T9, T11 and L2", ("T9", "T11", "L2")),
        ("the first to third thoracic vertebrae", ("T1", "T2", "T3")),
        ("the first and third thoracic vertebrae", ("T1", "T3")),
        ("second through fourth lumbar vertebrae", ("L2", "L3", "L4")),
        ("T3, 5 and 7", ("T3", "T5", "T7")),
        ("T12, L1 and 3", ("T12", "L1", "L3")),
        ("deposits at T5, and T7 is destroyed", ("T5", "T7")),
        ("T5, T7", ("T5", "T7")),
        ("a deposit in the left sacral ala", ("sacrum",)),
        ("a metastasis of the sacrum", ("sacrum",)),
        ("a metastasis of the sacrum at S2", ("S2",)),
        ("thoracic, lumbar and sacral marrow", ()),
        ("the lumbar spine and sacrum", ()),
        ("the sacrum and pelvis", ()),
        ("innumerable deposits throughout the sacrum", ()),
        ("diffuse disease of the thoracic spine and in the sacrum", ()),
    ],
)
def test_which_vertebrae_words_mean(text: str, expected: tuple[str, ...]) -> None:
    assert vertebrae(text) == expected


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("T1 hypointense lesion at T1", ["sequence", "vertebra"]),
        ("dark on T1 and bright on T2", ["sequence", "sequence"]),
        ("the T2 vertebra is T2 hyperintense", ["vertebra", "sequence"]),
        ("T2 vertebral body, hyperintense", ["vertebra"]),
        ("L5 root", ["root"]),
        ("T7 rib", ["rib"]),
        ("L4-5 disc", ["disc"]),
        ("deposits at T5, T7 and T9; T9 is unstable", ["vertebra", "vertebra"]),
        ("metastases of T8 and L4, T8 with extension", ["vertebra", "vertebra"]),
        ("metastases in T13 and L2, L4 lesion uncertain", ["vertebra", "vertebra"]),
        ("metastases in T13, L2 and L4", ["vertebra"]),
        ("tumour at T11, and T12 below it is invaded", ["vertebra", "vertebra"]),
        ("metastasis at D4, D3 clear", ["vertebra", "vertebra"]),
    ],
)
def test_what_a_level_stands_for(text: str, roles: list[str]) -> None:
    assert [role for role, _ in read(text)] == roles
