"""Gold records: one JSON object a line, made by people from the reading rules.

`{"id", "text", "lesions": [{"level", "certainty", <field>: [grades] | grade | null}], "report": {...}}`;
null or a field left out is missing. `nerve_root` of a lesion, and `pain`, `symptoms`, `other_fractures`
and `treatment` of the report, are compared only where the key stands. Keys beside these four at the top
(style, note) are the annotator's own.

A case has `documents` in place of `text`, `[{"id", "kind", "date", "text"}]`, kind and date null where nobody tells
them; with `facts`, `[{"level", "field", "grade"}]`, if some are given by hand, and `conflicts`,
`[{"level", "field"}]`, where documents exclude each other, compared only where the key stands.
"""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast, get_args

from extractor.case.dates import parse_date
from extractor.case.documents import KINDS, DocumentText
from extractor.case.facts import Fact, make_fact
from extractor.errors import ReportError
from extractor.evaluate.reading import (
    CORE_FIELDS,
    CORE_WIDE,
    OPTIONAL_FIELDS,
    OPTIONAL_WIDE,
    Found,
    Reading,
    contradiction_word,
    treatment_word,
)
from extractor.record import DocumentKind, FractureCause, Presence, TreatmentKind
from extractor.textfile import open_report, printable
from extractor.values import CERTAINTIES, GRADES, LEVELS, REGIONS, SYMPTOMS

_SHAPE: Final = 'give lines such as {"id": "r-1", "text": "…", "lesions": […], "report": {…}}'


@dataclass(frozen=True, slots=True)
class Gold:
    """A report, or the documents and facts of a case, with what a careful reader finds in it."""

    id: str
    documents: tuple[DocumentText, ...]
    reading: Reading
    facts: tuple[Fact, ...] = ()


def load_gold(path: Path) -> tuple[Gold, ...]:
    """Read gold records from a JSONL file or all of a folder; ReportError naming file, line and key."""
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    return _distinct([case for file in files for case in _read_file(file)], printable(str(path)))


def parse_gold(data: bytes, name: str) -> tuple[Gold, ...]:
    """Read gold records from the bytes of a JSONL file; ReportError naming `name`, line and key."""
    return _distinct(list(_read_lines(data, name)), name)


def _distinct(cases: Sequence[Gold], name: str) -> tuple[Gold, ...]:
    if not cases:
        raise ReportError(f"{name}: no gold record; give a .jsonl file or a folder that holds some")
    if repeated := [case_id for case_id, count in Counter(case.id for case in cases).items() if count > 1]:
        raise ReportError(f"{name}: id {repeated[0]!r} stands more than once; give each report its own")
    return tuple(cases)


def _read_file(file: Path) -> Iterator[Gold]:
    with open_report(file) as stream:
        yield from _read_lines(stream.read(), printable(str(file)))


def _read_lines(data: bytes, name: str) -> Iterator[Gold]:
    for number, line in enumerate(data.removeprefix(BOM_UTF8).split(b"\n"), start=1):
        if line.strip():
            yield _parse_line(line, f"{name}:{number}")


def _parse_line(line: bytes, where: str) -> Gold:
    """Parse one line; what a malformed one raises is told without its content, which holds a report."""
    try:
        return _gold(json.loads(line.decode("utf-8")))
    except UnicodeDecodeError as error:
        raise ReportError(f"{where}: not UTF-8 (byte {error.start}); convert the file to UTF-8") from None
    except json.JSONDecodeError as error:
        raise ReportError(f"{where}: not JSON (column {error.colno}); give one gold record a line") from None
    except KeyError as error:
        raise ReportError(f"{where}: key {error.args[0]!r} is left out; every gold record has it") from None
    except (AttributeError, TypeError, RecursionError):
        raise ReportError(f"{where}: not the shape of a gold record; {_SHAPE}") from None
    except ValueError as error:
        raise ReportError(f"{where}: {error}") from None


def _gold(line: dict[str, Any]) -> Gold:
    lesions: dict[str, Found] = {}
    for lesion in line["lesions"]:
        level = _one_of(lesion["level"], LEVELS, "level")
        if level in lesions:
            raise ValueError(f"lesion {level} stands twice")
        lesions[level] = _found(lesion)
    wide = _wide(line.get("report") or {})
    if "conflicts" in line:
        wide["contradictions"] = frozenset(_conflict(one) for one in line["conflicts"])
    facts = tuple(make_fact(one["level"] or "", one["field"], one["grade"]) for one in line.get("facts", ()))
    return Gold(str(line["id"]), _documents(line), Reading(lesions, wide), facts)


def _documents(line: dict[str, Any]) -> tuple[DocumentText, ...]:
    if "documents" not in line:
        return (DocumentText(str(line["id"]), _text(line["text"])),)
    return tuple(_document(one) for one in line["documents"])


def _document(one: dict[str, Any]) -> DocumentText:
    kind = None if one.get("kind") is None else _one_of(one["kind"], KINDS, "kind")
    date = None if one.get("date") is None else parse_date(one["date"])
    if one.get("date") is not None and date is None:
        raise ValueError("date: no day of the form 2024-05-03")
    return DocumentText(str(one["id"]), _text(one["text"]), cast(DocumentKind | None, kind), date)


def _conflict(one: dict[str, Any]) -> str:
    fields = (*GRADES, *SYMPTOMS, "lesion", "leptomeningeal", "intramedullary")
    level = None if one["level"] is None else _one_of(one["level"], LEVELS, "conflicts")
    return contradiction_word(level, _one_of(one["field"], fields, "conflicts"))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _found(lesion: dict[str, Any]) -> Found:
    _known(lesion, {"level", "certainty", *CORE_FIELDS, *OPTIONAL_FIELDS})
    names = (*CORE_FIELDS, *(name for name in OPTIONAL_FIELDS if name in lesion))
    grades = {name: _admitted(name, lesion.get(name)) for name in names}
    return Found(_one_of(lesion["certainty"], CERTAINTIES, "certainty"), grades)


def _admitted(field: str, value: str | list[str] | None) -> frozenset[str]:
    """Return the admitted set of a gold value; null admits every grade."""
    if value is None:
        return frozenset(GRADES[field])
    if not value:
        raise ValueError(f"{field}: an empty set; null stands for missing")
    return _all_of([value] if isinstance(value, str) else value, GRADES[field], field)


def _wide(report: dict[str, Any]) -> dict[str, frozenset[str]]:
    _known(report, _WIDE)
    names = (*CORE_WIDE, *(name for name in OPTIONAL_WIDE if name in report))
    return {name: _WIDE[name](report.get(name)) for name in names}


def _symptoms(value: dict[str, str | None]) -> frozenset[str]:
    _known(value, SYMPTOMS)
    stated = {name: grade for name, grade in value.items() if grade is not None}
    return frozenset(f"{name} {_one_of(grade, get_args(Presence), name)}" for name, grade in stated.items())


def _fracture(value: dict[str, str]) -> str:
    level = _one_of(value["level"], LEVELS, "other_fractures")
    return f"{level} {_one_of(value['cause'], get_args(FractureCause), 'other_fractures')}"


def _treatment(value: dict[str, Any]) -> str:
    kind = _one_of(value["kind"], get_args(TreatmentKind), "treatment")
    return treatment_word(kind, _all_of(value["levels"], LEVELS, "treatment"))


def _presence(field: str) -> Callable[[Any], frozenset[str]]:
    return lambda value: frozenset() if value is None else _all_of([value], get_args(Presence), field)


#: How each report-wide value of a gold record is read.
_WIDE: dict[str, Callable[[Any], frozenset[str]]] = {
    "leptomeningeal": _presence("leptomeningeal"),
    "intramedullary": _presence("intramedullary"),
    "diffuse": lambda value: _all_of(value or (), (*REGIONS, "unspecified"), "diffuse"),
    "tomita": lambda value: _all_of([str(grade) for grade in value or ()], tuple("1234567"), "tomita"),
    "pain": lambda value: _admitted("pain", value),
    "symptoms": _symptoms,
    "other_fractures": lambda value: frozenset(_fracture(item) for item in value),
    "treatment": lambda value: frozenset(_treatment(item) for item in value),
}


def _known(given: Collection[str], known: Collection[str]) -> None:
    if unknown := sorted(set(given) - set(known)):
        raise ValueError(f"key {unknown[0]!r} is not known; known: {', '.join(sorted(known))}")


def _all_of(values: Collection[str], known: Collection[str], what: str) -> frozenset[str]:
    return frozenset(_one_of(value, known, what) for value in values)


def _one_of(value: str, known: Collection[str], what: str) -> str:
    if value not in known:
        raise ValueError(f"{what}: {value!r} is none of {', '.join(known)}")
    return value
