"""All values of a report as plain words, by level and field: what is decided on, and what decisions change.

The level is empty for the whole report. The field `lesion` says how certain a lesion is, or `none`; grades are joined
by `|`, and an empty word is a value that is missing. Fractures and treatments are written as people write them:
"L1 osteoporotic; T9 unstated", "fusion T5 T9; cement".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, get_args

from extractor.archive.columns import BAR
from extractor.archive.told import split_cell
from extractor.case.facts import LESION, Fact, Given
from extractor.errors import FactError
from extractor.record import FieldValue, FractureCause, Record, Tomita, TreatmentKind
from extractor.scoring.tomita import extent_of, tomita_types
from extractor.values import CERTAINTIES, GRADES, LEVELS, REGIONS, SYMPTOMS, in_order, sort_levels

Key = tuple[str, str]
Values = dict[Key, str]
NONE: Final = "none"
#: The values of a lesion that can be changed; location follows from the level.
LESION_FIELDS: Final = tuple(field for field in GRADES if field != "location")
_PRESENCE: Final = ("present", "absent")
#: The report-wide values with their words, and those that are written freely.
WIDE: Final[dict[str, tuple[str, ...]]] = {
    "pain": GRADES["pain"],
    **dict.fromkeys(SYMPTOMS, _PRESENCE),
    "leptomeningeal": _PRESENCE,
    "intramedullary": _PRESENCE,
    "diffuse": (*REGIONS, "unspecified"),
    "tomita": tuple("1234567"),
}
WRITTEN: Final = ("other_fractures", "treatment")
#: Fields of which several words do not leave the value open, but hold together.
SEVERAL: Final = frozenset({"diffuse", "tomita"})
_EXTENT: Final = ("paraspinal", "epidural", "posterolateral")
_CANAL: Final = ("epidural", "escc", "cord_compression")


@dataclass(frozen=True, slots=True)
class Change:
    """One value before and after."""

    level: str
    field: str
    old: str
    new: str


def values_of(record: Record) -> Values:
    """Return all values of a record."""
    values: Values = {}
    for lesion in record.lesions:
        values[lesion.level, LESION] = lesion.certainty
        values |= {(lesion.level, field): _word(lesion.fields[field]) for field in LESION_FIELDS}
    findings = record.findings
    values["", "pain"] = _word(findings.pain)
    values |= {("", name): _word(value) for name, value in findings.symptoms.items()}
    values["", "leptomeningeal"] = _word(findings.leptomeningeal)
    values["", "intramedullary"] = _word(findings.intramedullary)
    values["", "diffuse"] = BAR.join(findings.diffuse.regions)
    values["", "tomita"] = BAR.join(map(str, findings.tomita.grades))
    values["", "other_fractures"] = "; ".join(f"{one.level} {one.cause}" for one in findings.other_fractures)
    values["", "treatment"] = "; ".join(" ".join((one.kind, *one.levels)) for one in findings.treatment)
    return values


def _word(value: FieldValue) -> str:
    return "" if value.status == "missing" else BAR.join(value.grades)


def applied(values: Values, changes: Iterable[Change]) -> Values:
    """Return values after changes, in their order."""
    return values | {(one.level, one.field): one.new for one in changes}


def levels_of(values: Mapping[Key, str]) -> tuple[str, ...]:
    """Return the levels that hold a lesion."""
    return sort_levels(level for (level, field), word in values.items() if field == LESION and word not in ("", NONE))


def to_json(values: Values) -> str:
    """Return values as JSON; those of vertebrae that are no lesion are left out."""
    levels = {"", *levels_of(values)}
    return json.dumps({f"{level}.{field}": word for (level, field), word in values.items() if level in levels})


def from_json(line: str) -> Values:
    """Return the values that `to_json` wrote."""
    split = ((key.partition("."), str(word)) for key, word in json.loads(line).items())
    return {(level, field): word for (level, _, field), word in split}


def wanted(values: Values, level: str, chosen: Mapping[str, tuple[str, ...]]) -> tuple[Change, ...]:
    """Return the changes that lead from values to those chosen at a level, with what follows from them.

    FactError for a level, field or word that is none.
    """
    if level and level not in LEVELS:
        raise FactError("is no level; give one of C1-C7, T1-T13, L1-L6, S1-S5, sacrum")
    found: dict[Key, str] = {}
    for field, words in chosen.items():
        word = checked(level, field, words)
        if word != values.get((level, field), ""):
            found[level, field] = word
    for field in [field for _, field in found]:
        found = _follow(values, level, field, found) | found
    after = values | found
    if ("", "tomita") not in found and _spread(after) != _spread(values):
        found["", "tomita"] = BAR.join(map(str, _tomita(after).grades))
    return tuple(
        Change(place, field, values.get((place, field), ""), word)
        for (place, field), word in found.items()
        if word != values.get((place, field), "")
    )


def _spread(values: Mapping[Key, str]) -> tuple[tuple[str, ...], str]:
    return levels_of(values), values["", "diffuse"]


def _tomita(values: Mapping[Key, str]) -> Tomita:
    """Return the Tomita types that lesions admit, once there are others than were read."""
    levels = levels_of(values)
    grades = {name: _grades(values, levels[0], name) for name in _EXTENT} if levels else {}
    return tomita_types(levels, diffuse=bool(values["", "diffuse"]), extent=extent_of(grades) if levels else None)


def _grades(values: Mapping[Key, str], level: str, field: str) -> tuple[str, ...]:
    """Return the grades that a value admits."""
    return split_cell(values.get((level, field))) or GRADES[field]


def _follow(values: Values, level: str, field: str, found: Mapping[Key, str]) -> dict[Key, str]:
    """Return what follows from a change: the report's pain at each lesion that shares it, and fields that agree."""
    if not level and field == "pain":
        old, new = values["", "pain"], found["", "pain"]
        return {(each, "pain"): new for each in levels_of(values) if values.get((each, "pain"), "") == old}
    if field in _CANAL and found[level, field]:
        fact = Fact(level, field, tuple(found[level, field].split(BAR)))
        return dict(_agreeing(values, level, Given((fact,), 0), field))
    return {}


def _agreeing(values: Values, level: str, given: Given, field: str) -> Iterator[tuple[Key, str]]:
    """Yield canal fields as they must be for one that is given (ESCC 2: epidural present, cord compressed)."""
    for other in _CANAL:
        told = given.value(level, other) if other != field else None
        if told is not None:
            both = set(_grades(values, level, other)) & set(told.grades)
            yield (level, other), _joined(other, both or set(told.grades))


def checked(level: str, field: str, words: Iterable[str]) -> str:
    """Return chosen words as a value; FactError for a field or word that is none."""
    given = [word for word in words if word]
    if level and field == LESION:
        if len(given) != 1 or given[0] not in (*CERTAINTIES, NONE):
            raise FactError(f"lesion: choose one of {', '.join((*CERTAINTIES, NONE))}")
        return given[0]
    if not level and field in WRITTEN:
        read = _fractures if field == "other_fractures" else _treatments
        return "; ".join(read(" ".join(given)))
    space = WIDE.get(field) if not level else GRADES[field] if field in LESION_FIELDS else None
    if space is None:
        raise FactError(f"{field} is no field here")
    if not set(given) <= set(space):
        raise FactError(f"{field}: choose among {', '.join(space)}")
    if field in SEVERAL:
        return BAR.join(word for word in space if word in given)
    return "" if len(set(given)) == len(space) else BAR.join(word for word in space if word in given)


def _joined(field: str, grades: Iterable[str]) -> str:
    ordered = in_order(field, grades)
    return "" if len(ordered) == len(GRADES[field]) else BAR.join(ordered)


def _fractures(words: str) -> Iterator[str]:
    for one in filter(None, map(str.strip, words.split(";"))):
        level, _, cause = one.partition(" ")
        if level.upper() not in LEVELS or cause.strip() not in get_args(FractureCause):
            raise FactError("other fractures: write them as in L1 osteoporotic; T9 unstated")
        yield f"{level.upper()} {cause.strip()}"


def _treatments(words: str) -> Iterator[str]:
    codes = {level.casefold(): level for level in LEVELS}
    for one in filter(None, map(str.strip, words.split(";"))):
        kind, *levels = one.casefold().split()
        if kind not in get_args(TreatmentKind) or not set(levels) <= set(codes):
            raise FactError(f"treatment: write it as in fusion T5 T9; cement (of {', '.join(get_args(TreatmentKind))})")
        yield " ".join((kind, *(codes[level] for level in levels)))
