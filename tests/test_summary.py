"""The lesion that rules the report, and the compartments tumour lies in."""

from __future__ import annotations

import pytest
from sample import lesion, value

from extractor.record import Lesion, Summary
from extractor.scoring.summary import compartments, summarise
from extractor.values import location_grades


def at(level: str, **grades: str) -> Lesion:
    """Return a lesion of which the given grades are stated."""
    stated = {field: value(field, grade) for field, grade in grades.items()}
    return lesion(level, location=value("location", *location_grades(level)), **stated)


OPEN = at("T5")
KYPHOTIC = at("T6", alignment="deformity")
SURE = at("T7", alignment="subluxation")
LOW = at("L1", pain="none", alignment="normal", collapse="none", posterolateral="none", bone_lesion="blastic")


@pytest.mark.parametrize(
    ("lesions", "level"),
    [
        ([LOW, OPEN], "T5"),
        ([OPEN, SURE], "T7"),
        ([at("T9"), OPEN], "T5"),
        ([KYPHOTIC, LOW], "T6"),
        ([KYPHOTIC, OPEN], "T5"),
    ],
    ids=[
        "highest possible",
        "then highest certain",
        "then most cranial",
        "one alone is open",
        "possible before certain",
    ],
)
def test_the_worst_lesion(lesions: list[Lesion], level: str) -> None:
    worst = next(each for each in lesions if each.level == level).sins
    expected = Summary(level, worst.low, worst.high, worst.category)
    assert (summarise(lesions), summarise(reversed(lesions))) == (expected, expected)


def test_no_lesion_no_summary() -> None:
    assert summarise([]) is None


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ((), ()),
        (("lesion",), ("extradural",)),
        (("epidural",), ("extradural",)),
        (("leptomeningeal",), ("intradural_extramedullary",)),
        (("intramedullary", "lesion"), ("extradural", "intramedullary")),
        (
            ("intramedullary", "leptomeningeal", "epidural"),
            ("extradural", "intradural_extramedullary", "intramedullary"),
        ),
    ],
)
def test_compartments(found: tuple[str, ...], expected: tuple[str, ...]) -> None:
    names = ("lesion", "epidural", "leptomeningeal", "intramedullary")
    assert compartments(**{name: name in found for name in names}) == expected
