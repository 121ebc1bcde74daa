"""The record (schema 1): what one report says, as frozen dataclasses that print as JSON.

`grades` stand in table order and `status` follows from them. A lesion's `sins` and its deciding fields
follow from its `fields`, so nothing in a record can disagree with the evidence shown beside it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, Literal

from extractor.values import Category, Certainty, Evidence, Region, Status, grades_of

Presence = Literal["present", "absent"]
FractureCause = Literal["osteoporotic", "traumatic", "unstated"]
TreatmentKind = Literal["radiotherapy", "fusion", "laminectomy", "corpectomy", "cement"]
Compartment = Literal["extradural", "intradural_extramedullary", "intramedullary"]
DocumentKind = Literal["mri", "ct", "request", "note", "given"]
ChangeKind = Literal["new", "progressed", "stable", "improved", "gone"]


@dataclass(frozen=True, slots=True)
class FieldValue:
    """The set of grades a report still admits for one field, and the words that narrowed it."""

    grades: tuple[str, ...]
    status: Status
    conflict: bool = False
    evidence: tuple[Evidence, ...] = ()


@cache
def unsaid(name: str) -> FieldValue:
    """Return a field, or a finding that is present or absent, of which nothing is said."""
    return FieldValue(grades_of(name), "missing")


@dataclass(frozen=True, slots=True)
class Sins:
    """SINS of one lesion as an interval (0-18), with what is open and what would settle it."""

    low: int
    high: int
    category: tuple[Category, ...]
    points: dict[str, tuple[int, int]]
    missing: tuple[str, ...]
    partial: tuple[str, ...]
    deciding: tuple[str, ...]
    settling: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lesion:
    """One vertebra with neoplastic or suspicious involvement of its bone."""

    level: str
    certainty: Certainty
    fields: dict[str, FieldValue]
    sins: Sins
    evidence: tuple[Evidence, ...]
    #: Inside a stabilised span, where SINS is not validated.
    stabilised: bool = False


@dataclass(frozen=True, slots=True)
class CanalFinding:
    """A canal finding with the levels it is stated at, lesions or not."""

    grades: tuple[str, ...]
    status: Status
    levels: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Tomita:
    """Tomita types still admitted (Tomita et al., Spine 2001;26:298)."""

    grades: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Diffuse:
    """Regions of disease given without a level; `unspecified` where not even a region is named."""

    regions: tuple[Region | Literal["unspecified"], ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherFracture:
    """A collapsed or fractured vertebra that is no lesion."""

    level: str
    cause: FractureCause
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Treatment:
    """A treatment and the levels it is stated at (empty: none named)."""

    kind: TreatmentKind
    levels: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class StatedSins:
    """A SINS total or category the report itself states; it settles no component."""

    level: str | None
    total: int | None
    category: Category | None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What a report itself says of change since an earlier examination.

    `levels` are those it is said of, lesions of this report or not ("T4 is unchanged" may be all it says of one known
    from before); empty: all lesions known, those of `regions` if there are any.
    """

    kind: ChangeKind
    levels: tuple[str, ...] = ()
    regions: tuple[Region, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Findings:
    """Report-wide findings (reading rules, section 7)."""

    pain: FieldValue
    symptoms: dict[str, FieldValue]
    leptomeningeal: FieldValue
    intramedullary: FieldValue
    tomita: Tomita
    diffuse: Diffuse
    compartments: tuple[Compartment, ...]
    epidural: CanalFinding
    cord_compression: CanalFinding
    cord_signal: CanalFinding
    other_fractures: tuple[OtherFracture, ...] = ()
    treatment: tuple[Treatment, ...] = ()
    stated_sins: tuple[StatedSins, ...] = ()
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """The lesion that rules the patient: highest possible total, then highest certain total, then most cranial."""

    worst_level: str
    low: int
    high: int
    category: tuple[Category, ...]


@dataclass(frozen=True, slots=True)
class SectionSpan:
    """A section of a document: its kind and where it stands."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """One document the record was read from; `given` holds what people said by hand, a line a fact.

    `kind_evidence` are the words its kind was judged by; none where the kind was given, or nothing in the text tells.
    `regions` are those its examination covers by its title; empty where it does not say. `date` is ISO 8601.
    """

    id: str
    kind: DocumentKind
    sections: tuple[SectionSpan, ...] = ()
    date: str | None = None
    kind_evidence: tuple[Evidence, ...] = ()
    regions: tuple[Region, ...] = ()
    regions_evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two documents of a case that exclude each other in a field: which one was kept (None: neither), and by what rule.

    `kept` and `against` are positions among the record's documents; `level` is None for the whole case.
    """

    level: str | None
    field: str
    kept: int | None
    against: tuple[int, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class Engine:
    """What made the record: name, version and the digest of all pattern files."""

    name: str
    version: str
    patterns: str


@dataclass(frozen=True, slots=True)
class Record:
    """All that a report, or the documents of a case, say of spinal metastases. `summary` is None without a lesion."""

    id: str
    engine: Engine
    lesions: tuple[Lesion, ...]
    findings: Findings
    summary: Summary | None
    documents: tuple[Document, ...]
    contradictions: tuple[Contradiction, ...] = ()
    schema: Literal[1] = field(default=1, kw_only=True)

    def to_dict(self) -> dict[str, Any]:
        """Return the record as plain dicts and lists, `schema` first."""
        return {name: _plain(value) for name, value in self._schema_first().items()}

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the record as JSON; the same record gives the same bytes."""
        return json.dumps(
            self._schema_first(), default=_fields, ensure_ascii=False, check_circular=False, indent=indent
        )

    def _schema_first(self) -> dict[str, Any]:
        fields = _fields(self)
        return {"schema": fields.pop("schema"), **fields}


def _fields(part: Any) -> dict[str, Any]:
    """Return the fields of a part of a record, as they are."""
    return {name: getattr(part, name) for name in part.__slots__}


_PLAIN: Final = frozenset({str, int, bool, type(None)})


def _plain(value: Any) -> Any:
    """Return what `dataclasses.asdict` does, of what a record is made of; in a third of the time."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is tuple:
        return tuple([_plain(one) for one in value])
    if kind is dict:
        return {key: _plain(one) for key, one in value.items()}
    return {name: _plain(getattr(value, name)) for name in value.__slots__}


def record_schema() -> dict[str, Any]:
    """Return the JSON Schema of the record."""
    from pydantic import TypeAdapter

    return TypeAdapter(Record).json_schema()


def record_from_json(line: str | bytes) -> Record:
    """Parse a record printed by `Record.to_json`; pydantic's ValidationError if it is none."""
    from pydantic import TypeAdapter

    return TypeAdapter(Record).validate_json(line)
