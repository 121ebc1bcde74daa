"""The shape gold and the program's records are brought to before they are compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain

from extractor.record import FieldValue, Findings, Lesion, Record
from extractor.values import FIELDS, GRADES, SYMPTOMS, Evidence, in_order

#: Fields that may be left out of a gold lesion without meaning "missing".
OPTIONAL_FIELDS = ("nerve_root",)
#: Fields every gold lesion is annotated with. Location follows from the level and is not compared.
CORE_FIELDS = tuple(name for name in FIELDS if name not in ("location", *OPTIONAL_FIELDS))
#: Report-wide findings every gold record is annotated with, and those compared only where it has them.
CORE_WIDE = ("leptomeningeal", "intramedullary", "diffuse", "tomita")
OPTIONAL_WIDE = ("pain", "symptoms", "other_fractures", "treatment", "contradictions")


@dataclass(frozen=True, slots=True)
class Found:
    """One lesion: its certainty, the admitted set of each annotated field, and the words behind them."""

    certainty: str
    grades: dict[str, frozenset[str]]
    evidence: dict[str, tuple[Evidence, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """One report: its lesions by level, and each annotated report-wide finding as a set of words.

    A gold reading has the findings it is annotated with, the program's has all of them.
    """

    lesions: dict[str, Found]
    wide: dict[str, frozenset[str]]
    evidence: dict[str, tuple[Evidence, ...]] = field(default_factory=dict)


#: What stands for a report the program has no record of: no lesion, and nothing said of the whole report.
NOTHING = Reading({}, dict.fromkeys((*CORE_WIDE, *OPTIONAL_WIDE), frozenset()) | {"pain": frozenset(GRADES["pain"])})


def reading_of(record: Record) -> Reading:
    """Return what a record says, in the shape that is compared."""
    lesions = {lesion.level: _found(lesion) for lesion in record.lesions}
    wide = _wide(record.findings)
    wide["contradictions"] = frozenset(contradiction_word(one.level, one.field) for one in record.contradictions)
    return Reading(lesions, wide, _wide_evidence(record.findings))


def _found(lesion: Lesion) -> Found:
    names = (*CORE_FIELDS, *OPTIONAL_FIELDS)
    grades = {name: frozenset(lesion.fields[name].grades) for name in names}
    evidence = {name: lesion.fields[name].evidence for name in names}
    return Found(lesion.certainty, grades, evidence | {"lesion": lesion.evidence})


def _wide(findings: Findings) -> dict[str, frozenset[str]]:
    return {
        "leptomeningeal": _settled(findings.leptomeningeal),
        "intramedullary": _settled(findings.intramedullary),
        "diffuse": frozenset(findings.diffuse.regions),
        "tomita": frozenset(str(grade) for grade in findings.tomita.grades),
        "pain": frozenset(findings.pain.grades),
        "symptoms": frozenset(f"{name} {grade}" for name in SYMPTOMS for grade in _settled(findings.symptoms[name])),
        "other_fractures": frozenset(f"{fracture.level} {fracture.cause}" for fracture in findings.other_fractures),
        "treatment": frozenset(treatment_word(given.kind, given.levels) for given in findings.treatment),
    }


def _settled(value: FieldValue) -> frozenset[str]:
    """Return the one grade of a stated value; nothing while it is open."""
    return frozenset(value.grades) if len(value.grades) == 1 else frozenset()


def wide_words(name: str, words: frozenset[str]) -> tuple[str, ...]:
    """Return a report-wide finding's words in a fixed order."""
    return in_order(name, words) if name in GRADES else tuple(sorted(words))


def treatment_word(kind: str, levels: Iterable[str]) -> str:
    """Return a treatment with its levels as one comparable word, whatever their order."""
    return " ".join((kind, *sorted(levels)))


def contradiction_word(level: str | None, field: str) -> str:
    """Return a field in which documents exclude each other as one comparable word."""
    return f"{level} {field}" if level else field


def _wide_evidence(findings: Findings) -> dict[str, tuple[Evidence, ...]]:
    return {
        "leptomeningeal": findings.leptomeningeal.evidence,
        "intramedullary": findings.intramedullary.evidence,
        "diffuse": findings.diffuse.evidence,
        "pain": findings.pain.evidence,
        "symptoms": _chained(symptom.evidence for symptom in findings.symptoms.values()),
        "other_fractures": _chained(fracture.evidence for fracture in findings.other_fractures),
        "treatment": _chained(given.evidence for given in findings.treatment),
    }


def _chained(groups: Iterable[tuple[Evidence, ...]]) -> tuple[Evidence, ...]:
    return tuple(chain.from_iterable(groups))
