"""The findings of a whole case: those of its documents joined, as the lesions of the case have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from extractor.case.combine import Ledger
from extractor.case.precedence import GIVEN
from extractor.reading.findings import read_canal, read_diffuse
from extractor.reading.fractures import read_fractures
from extractor.reading.reader import Said
from extractor.reading.statements import Statement
from extractor.record import CanalFinding, Diffuse, FieldValue, Findings, Lesion, OtherFracture, Treatment
from extractor.scoring.summary import compartments
from extractor.scoring.tomita import Extent, extent_of, tomita_types
from extractor.values import GRADES, REGIONS, SYMPTOMS, level_order, sort_levels, status_of

_CANAL: Final = ("epidural", "cord_compression", "cord_signal")
#: What the documents say, by their position.
Saying = Mapping[int, Said]


def join_findings(
    images: Saying,
    all_said: Saying,
    lesions: Sequence[Lesion],
    fields: Mapping[int, Mapping[str, Mapping[str, FieldValue]]],
    pain: FieldValue,
    ledger: Ledger,
) -> Findings:
    """Return the findings of a case; `images` are its documents that read images, `fields` theirs at each lesion."""
    levels = tuple(lesion.level for lesion in lesions)
    presences = {
        field: ledger.combine(None, field, {at: said.presences[field] for at, said in all_said.items()})
        for field in ("leptomeningeal", "intramedullary")
    }
    diffuse = _diffuse(images, levels)
    canal = {
        field: _canal(field, images, lesions, fields, ledger)
        for field in ("epidural", "cord_compression", "cord_signal")
    }
    statements = [one for said in images.values() for one in said.statements]
    return Findings(
        pain=pain,
        symptoms={
            name: ledger.combine(None, name, {at: said.symptoms[name] for at, said in all_said.items()})
            for name in SYMPTOMS
        },
        leptomeningeal=presences["leptomeningeal"],
        intramedullary=presences["intramedullary"],
        tomita=tomita_types(levels, diffuse=bool(diffuse.regions), extent=_extent(lesions, statements)),
        diffuse=diffuse,
        compartments=compartments(
            lesion=bool(lesions),
            epidural=canal["epidural"].grades == ("present",),
            leptomeningeal=presences["leptomeningeal"].grades == ("present",),
            intramedullary=presences["intramedullary"].grades == ("present",),
        ),
        epidural=canal["epidural"],
        cord_compression=canal["cord_compression"],
        cord_signal=canal["cord_signal"],
        other_fractures=_fractures(images, levels),
        treatment=join_treatments(images),
        stated_sins=tuple(one for said in images.values() for one in said.stated_sins),
        changes=tuple(one for said in images.values() for one in said.changes),
    )


def join_treatments(images: Saying) -> tuple[Treatment, ...]:
    """Return the treatments that images tell of, each kind once with all its levels; in a note one may be planned."""
    found: dict[str, list[Treatment]] = {}
    for said in images.values():
        for one in said.treatments:
            found.setdefault(one.kind, []).append(one)
    return tuple(
        Treatment(
            same[0].kind,
            sort_levels(level for one in same for level in one.levels),
            tuple(words for one in same for words in one.evidence),
        )
        for same in found.values()
    )


def _diffuse(images: Saying, levels: Sequence[str]) -> Diffuse:
    found = [read_diffuse(said.mentions, said.page, said.text, said.sites, levels) for said in images.values()]
    regions = {region for one in found for region in one.regions}
    named = tuple(region for region in REGIONS if region in regions)
    vague = not named and "unspecified" in regions
    return Diffuse(("unspecified",) if vague else named, tuple(words for one in found for words in one.evidence))


def _canal(
    field: str,
    images: Saying,
    lesions: Sequence[Lesion],
    fields: Mapping[int, Mapping[str, Mapping[str, FieldValue]]],
    ledger: Ledger,
) -> CanalFinding:
    """Return a canal finding; no level at which the case's lesion denies it counts, whoever says so."""
    found = {at: read_canal(field, said.statements, fields[at]) for at, said in images.items()}
    if len(ledger.documents) == 1 and found:
        return found[0]  # a report alone
    values = {at: FieldValue(one.grades, one.status, evidence=one.evidence) for at, one in found.items()}
    noted = any(one.field == field and one.level for one in ledger.contradictions)
    joined = (ledger.unheard() if noted else ledger).combine(None, field, values)
    positive, negative = GRADES[field]
    here = {lesion.level for lesion in lesions if lesion.fields[field].grades == (positive,)}
    denied = {lesion.level for lesion in lesions if lesion.fields[field].grades == (negative,)}
    named = {level for one in found.values() for level in one.levels}
    levels = here | (named - denied)
    grades = (positive,) if levels else (negative,) if named else joined.grades
    by_hand = [
        words
        for lesion in lesions
        for words in lesion.fields[field].evidence
        if lesion.level in here and ledger.documents[words.document].kind == GIVEN
    ]
    evidence = tuple(dict.fromkeys((*joined.evidence, *by_hand)))
    return CanalFinding(grades, status_of(field, grades), sort_levels(levels), evidence)


def _fractures(images: Saying, levels: Sequence[str]) -> tuple[OtherFracture, ...]:
    found: dict[str, OtherFracture] = {}
    for said in images.values():
        for one in read_fractures(said.statements, levels, said.mentions, said.page, said.sites):
            known = found.get(one.level)
            if known is None:
                found[one.level] = one
            else:
                cause = one.cause if known.cause == "unstated" else known.cause
                found[one.level] = OtherFracture(one.level, cause, (*known.evidence, *one.evidence))
    return tuple(found[level] for level in sorted(found, key=level_order))


def _extent(lesions: Sequence[Lesion], statements: Sequence[Statement]) -> Extent | None:
    if len(lesions) != 1:
        return None
    said = {grade for one in statements if one.field == "posterolateral" for grade in one.grades}
    grades = {name: value.grades for name, value in lesions[0].fields.items()}
    return extent_of(grades, lamina=bool(said & {"lamina", "whole"}))
