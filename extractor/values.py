"""The field's own words: levels, fields, grades and the plain values that pass between the parts.

Everything here is immutable and free of any library. Grades stand in the order of the tables of the
reading rules (SINS: Fisher et al., Spine 2010;35:E1221; ESCC: Bilsky et al., J Neurosurg Spine 2010;13:324).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

Certainty = Literal["certain", "probable", "possible"]
Status = Literal["stated", "partial", "missing"]
Category = Literal["stable", "indeterminate", "unstable"]
Region = Literal["cervical", "thoracic", "lumbar", "sacral"]

CERTAINTIES: Final[tuple[Certainty, ...]] = ("certain", "probable", "possible")
REGIONS: Final[tuple[Region, ...]] = ("cervical", "thoracic", "lumbar", "sacral")
CATEGORIES: Final[tuple[Category, ...]] = ("stable", "indeterminate", "unstable")

#: Every graded field of a lesion with its grades, in table order.
GRADES: Final[dict[str, tuple[str, ...]]] = {
    "location": ("junctional", "mobile", "semirigid", "rigid"),
    "pain": ("mechanical", "occasional", "none"),
    "bone_lesion": ("lytic", "mixed", "blastic"),
    "alignment": ("subluxation", "deformity", "normal"),
    "collapse": ("over_50", "under_50", "none_over_50_involved", "none"),
    "posterolateral": ("bilateral", "unilateral", "none"),
    "epidural": ("present", "absent"),
    "escc": ("0", "1a", "1b", "1c", "2", "3"),
    "cord_compression": ("present", "absent"),
    "cord_signal": ("abnormal", "normal"),
    "paraspinal": ("present", "absent"),
    "nerve_root": ("present", "absent"),
}
FIELDS: Final[tuple[str, ...]] = tuple(GRADES)

#: The six SINS components with their points (Fisher 2010, table 2).
POINTS: Final[dict[str, dict[str, int]]] = {
    "location": {"junctional": 3, "mobile": 2, "semirigid": 1, "rigid": 0},
    "pain": {"mechanical": 3, "occasional": 1, "none": 0},
    "bone_lesion": {"lytic": 2, "mixed": 1, "blastic": 0},
    "alignment": {"subluxation": 4, "deformity": 2, "normal": 0},
    "collapse": {"over_50": 3, "under_50": 2, "none_over_50_involved": 1, "none": 0},
    "posterolateral": {"bilateral": 3, "unilateral": 1, "none": 0},
}
COMPONENTS: Final[tuple[str, ...]] = tuple(POINTS)

#: Symptoms a history may state (reading rules, section 7).
SYMPTOMS: Final[tuple[str, ...]] = ("radicular_pain", "weakness", "sensory", "autonomic", "myelopathy")

_COUNTS: Final[tuple[tuple[str, int], ...]] = (("C", 7), ("T", 13), ("L", 6), ("S", 5))
#: Canonical level codes from head to tail; `sacrum` is a sacral lesion without a segment.
LEVELS: Final[tuple[str, ...]] = (*(f"{letter}{n}" for letter, count in _COUNTS for n in range(1, count + 1)), "sacrum")
_ORDER: Final[dict[str, int]] = {level: position for position, level in enumerate(LEVELS)}
#: Levels at which there is spinal cord, so that cord signal can be asked for.
CORD_LEVELS: Final[frozenset[str]] = frozenset(LEVELS[: _ORDER["L1"] + 1])
#: T13 and L6 exist only where a report names them; a range T12-L2 passes over T13.
_SUPERNUMERARY: Final[frozenset[str]] = frozenset({"T13", "L6"})
_REGION_OF: Final[dict[str, Region]] = {"C": "cervical", "T": "thoracic", "L": "lumbar", "S": "sacral", "s": "sacral"}


def level_order(level: str) -> int:
    """Return the position of a level from head to tail; KeyError for a code that is no level."""
    return _ORDER[level]


def sort_levels(levels: Iterable[str]) -> tuple[str, ...]:
    """Return distinct levels from head to tail."""
    return tuple(sorted(set(levels), key=_ORDER.__getitem__))


def region_of(level: str) -> Region:
    """Return the region of a level."""
    return _REGION_OF[level[0]]


def levels_between(first: str, last: str) -> tuple[str, ...]:
    """Return all levels from `first` to `last`, inclusive; empty if they stand the wrong way round."""
    low, high = _ORDER[first], _ORDER[last]
    ends = {first, last}
    return tuple(level for level in LEVELS[low : high + 1] if level not in _SUPERNUMERARY or level in ends)


def next_level(level: str) -> str | None:
    """Return the level below, passing over T13 and L6 unless one starts there; None below S5 and for `sacrum`."""
    for below in LEVELS[_ORDER[level] + 1 :]:
        if below == "sacrum":
            return None
        if below not in _SUPERNUMERARY:
            return below
    return None


@lru_cache(64)
def location_grades(level: str) -> tuple[str, ...]:
    """Return the location grades a level admits (one, but two for `sacrum`)."""
    if level == "sacrum":
        return ("junctional", "rigid")
    if level in {"C1", "C2", "C7", "T1", "T2", "T11", "T12", "T13", "L1", "L5", "L6", "S1"}:
        return ("junctional",)
    return {"C": ("mobile",), "T": ("semirigid",), "L": ("mobile",), "S": ("rigid",)}[level[0]]


def grades_of(name: str) -> tuple[str, ...]:
    """Return the grades of a field, or of a finding that is present or absent."""
    return GRADES.get(name, ("present", "absent"))


def in_order(field: str, grades: Iterable[str]) -> tuple[str, ...]:
    """Return grades without repeats in the order of the field's table."""
    return _in_order(field, frozenset(grades))


@lru_cache(1024)
def _in_order(field: str, chosen: frozenset[str]) -> tuple[str, ...]:
    return tuple(grade for grade in GRADES[field] if grade in chosen)


def status_of(field: str, grades: Iterable[str]) -> Status:
    """Return whether a set of admitted grades is stated (one), missing (all) or partial (between)."""
    count = len(set(grades))
    if count == 1:
        return "stated"
    return "missing" if count == len(GRADES[field]) else "partial"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words that gave a value: `text[start:end]` of the original document, in Python characters."""

    start: int
    end: int
    text: str
    section: str
    rule: str
    via: str
    denied: bool = False
    hedged: bool = False
    #: Whose text it quotes: the position among the record's documents.
    document: int = 0
