"""A vertebra known as a lesion that a later report names by its collapse or its canal only."""

from __future__ import annotations

from typing import Final

from extractor.archive.examination import Examination
from extractor.record import FieldValue, Lesion
from extractor.scoring.sins import score_sins
from extractor.values import COMPONENTS, FIELDS, GRADES, Evidence, location_grades, status_of

#: What a canal finding says of ESCC at its level.
_ESCC: Final = {"cord_compression": ("2", "3"), "epidural": ("1a", "1b", "1c", "2", "3")}


def described(level: str, one: Examination) -> Lesion | None:
    """Return what is said of a level that is no lesion in the report alone; None where nothing is.

    "T8: complete collapse, the cord is compressed" says nothing of a tumour, and need not where T8 is known for one.
    """
    said: dict[str, FieldValue] = {}
    for name, escc in _ESCC.items():
        finding = (one.canal or {}).get(name)
        if finding is not None and finding.grades == ("present",) and level in finding.levels:
            said[name] = FieldValue(("present",), "stated", evidence=finding.evidence)
            said.setdefault("escc", FieldValue(escc, status_of("escc", escc), evidence=finding.evidence))
    for fracture in one.fractures:
        if fracture.level == level:
            grades = ("over_50", "under_50")
            said["collapse"] = FieldValue(grades, status_of("collapse", grades), evidence=fracture.evidence)
    return _lesion(level, said) if said else None


def _lesion(level: str, said: dict[str, FieldValue]) -> Lesion:
    location = location_grades(level)
    known = {"location": FieldValue(location, status_of("location", location)), **said}
    fields = {name: known.get(name, FieldValue(GRADES[name], "missing")) for name in FIELDS}
    sins = score_sins({name: fields[name].grades for name in COMPONENTS})
    words: dict[Evidence, None] = dict.fromkeys(one for value in said.values() for one in value.evidence)
    return Lesion(level, "certain", fields, sins, tuple(words))
