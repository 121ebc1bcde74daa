"""Facts that people give by hand ("pain=mechanical", "T7.bone_lesion=lytic"): they enter a case like a document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from extractor.errors import FactError
from extractor.record import Document, FieldValue
from extractor.values import CERTAINTIES, FIELDS, GRADES, LEVELS, Evidence, in_order, status_of

#: The document that facts make.
NAME: Final = "facts"
#: A fact may make a vertebra a lesion, or none.
LESION: Final = "lesion"
#: What a fact can be about at a level. Location follows from the level.
LEVEL_FIELDS: Final = (LESION, *(field for field in FIELDS if field != "location"))
#: What it can be about without one.
CASE_FIELDS: Final = ("pain",)
_WRITTEN: Final = re.compile(r"(?:(?P<level>[^.=]*)\.)?(?P<field>[^.=]*)=(?P<grades>[^=]*)")
_CODES: Final = {level.casefold(): level for level in LEVELS}
#: What one canal grade says of the other fields (reading rules, section 6: the fields agree).
_IMPLIED: Final[tuple[tuple[str, frozenset[str], str, tuple[str, ...]], ...]] = (
    ("escc", frozenset({"0"}), "epidural", ("absent",)),
    ("escc", frozenset(GRADES["escc"]) - {"0"}, "epidural", ("present",)),
    ("escc", frozenset({"1a", "1b", "1c"}), "cord_compression", ("absent",)),
    ("escc", frozenset({"2", "3"}), "cord_compression", ("present",)),
    ("epidural", frozenset({"absent"}), "escc", ("0",)),
    ("epidural", frozenset({"present"}), "escc", ("1a", "1b", "1c", "2", "3")),
    ("cord_compression", frozenset({"absent"}), "escc", ("0", "1a", "1b", "1c")),
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A field of a level (None: of the whole case) and the grades that somebody says it has, in table order."""

    level: str | None
    field: str
    grades: tuple[str, ...]

    @property
    def words(self) -> str:
        """Return the fact as it is written by hand."""
        return f"{f'{self.level}.' if self.level else ''}{self.field}={'+'.join(self.grades)}"


def parse_fact(words: str) -> Fact:
    """Return the fact that words such as "T7.collapse=over_50+under_50" state; FactError saying what is wrong."""
    found = _WRITTEN.fullmatch(words.strip())
    if not found:
        raise FactError("is no fact; write FIELD=GRADE or LEVEL.FIELD=GRADE, such as pain=mechanical")
    return make_fact(found["level"] or "", found["field"], found["grades"])


def make_fact(level: str, field: str, grades: str) -> Fact:
    """Return a fact from its written parts; FactError, naming the part in `part`, for a value that is not known.

    Several grades are joined by + or |.
    """
    code = _CODES.get(level.strip().casefold())
    name = field.strip().casefold()
    if level.strip() and code is None:
        raise FactError("is no level; give one of C1-C7, T1-T13, L1-L6, S1-S5, sacrum", part="level")
    known = LEVEL_FIELDS if code else CASE_FIELDS
    if name not in known:
        needs = "" if code or name not in LEVEL_FIELDS else "; this one needs a level"
        raise FactError(f"is no field here; give one of {', '.join(known)}{needs}", part="field")
    space = (*CERTAINTIES, "none") if name == LESION else GRADES[name]
    chosen = [one.strip().casefold() for one in re.split(r"[+|]", grades)]
    if not set(chosen) <= set(space) or (name == LESION and len(chosen) > 1):
        raise FactError(f"is no grade of {name}; give one of {', '.join(space)}", part="grade")
    return Fact(code, name, tuple(chosen) if name == LESION else in_order(name, chosen))


@dataclass(frozen=True, slots=True)
class Given:
    """Facts as a document of a case: a line a fact, which is the evidence for what it says."""

    facts: tuple[Fact, ...]
    number: int

    @property
    def document(self) -> Document:
        """Return what the record says of this document."""
        return Document(NAME, "given")

    def value(self, level: str | None, field: str) -> FieldValue | None:
        """Return what the facts say of a field, also by way of another (ESCC 2: epidural present); None: nothing."""
        if not self.facts:
            return None
        grades = set(GRADES[field])
        lines = [one for one in self._of(level) if one.field == field]
        implied = [(one, grades) for one in self._of(level) for grades in _implied(one, field)]
        for said in (*(one.grades for one in lines), *(grades for _, grades in implied)):
            grades &= set(said)
        evidence = tuple(dict.fromkeys(self._evidence(one) for one in (*lines, *(one for one, _ in implied))))
        ordered = in_order(field, grades)
        return FieldValue(ordered, status_of(field, ordered), evidence=evidence) if evidence else None

    def lesion(self, level: str) -> tuple[str, Evidence] | None:
        """Return how certain the facts are of a lesion, or "none", and the words; None: nothing is said."""
        return next(((one.grades[0], self._evidence(one)) for one in self._of(level) if one.field == LESION), None)

    @property
    def levels(self) -> tuple[str, ...]:
        """Return the levels that facts are about, in their order."""
        return tuple(dict.fromkeys(one.level for one in self.facts if one.level))

    def _of(self, level: str | None) -> list[Fact]:
        return [one for one in self.facts if one.level == level]

    def _evidence(self, fact: Fact) -> Evidence:
        at = sum(len(one.words) + 1 for one in self.facts[: self.facts.index(fact)])
        return Evidence(at, at + len(fact.words), fact.words, "given", "given", "given", document=self.number)


def facts_text(facts: Iterable[Fact]) -> str:
    """Return the text of the document that facts make, into which their evidence points."""
    return "\n".join(one.words for one in facts)


def check_facts(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Return distinct facts; FactError where two exclude each other."""
    distinct = tuple(dict.fromkeys(facts))
    given = Given(distinct, 0)
    for one in distinct:
        if one.field == LESION:
            clash = any((one.level, LESION) == (other.level, other.field) and other != one for other in distinct)
        else:
            value = given.value(one.level, one.field)
            clash = value is not None and not value.grades
        if clash:
            raise FactError(f"{one.words} contradicts another fact; leave out one of the two")
    return distinct


def _implied(fact: Fact, field: str) -> list[tuple[str, ...]]:
    return [
        grades
        for source, within, target, grades in _IMPLIED
        if fact.field == source and target == field and set(fact.grades) <= within
    ]
