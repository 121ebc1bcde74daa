"""The examinations of one day as one: their sets intersect field by field, as those of a case do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby

from extractor.archive.examination import CANAL, Examination
from extractor.case.combine import Ledger
from extractor.case.precedence import load_precedence
from extractor.record import CanalFinding, Document, DocumentKind, Lesion
from extractor.scoring.sins import score_sins
from extractor.values import CERTAINTIES, COMPONENTS, FIELDS, GRADES, REGIONS, sort_levels, status_of


@dataclass(frozen=True, slots=True)
class Clash:
    """A field in which two examinations of one day exclude each other, and the rule that decided."""

    level: str
    field: str
    rule: str


@dataclass(frozen=True, slots=True)
class Day:
    """What was examined on one day, and what contradicts."""

    examination: Examination
    clashes: tuple[Clash, ...] = ()


def one_a_day(examinations: Iterable[Examination]) -> Iterator[Day]:
    """Yield one examination a day, in order of time."""
    ordered = sorted(examinations, key=lambda one: (one.date or "", one.ids))
    for _, group in groupby(ordered, key=lambda one: one.date):
        same = tuple(group)
        yield Day(same[0]) if len(same) == 1 else _joined(same)


def _joined(same: Sequence[Examination]) -> Day:
    documents = [Document(one.id, _kind(one), date=one.date) for one in same]
    ledger = Ledger(documents, load_precedence())
    levels = sort_levels(lesion.level for one in same for lesion in one.lesions)
    lesions = tuple(_lesion(level, same, ledger) for level in levels)
    clashes = dict.fromkeys(Clash(one.level or "", one.field, one.rule) for one in ledger.contradictions)
    covered = {region for one in same for region in one.regions}
    told = all(one.regions for one in same)
    joined = Examination(
        ids=tuple(name for one in same for name in one.ids),
        lesions=lesions,
        date=same[0].date,
        places=tuple(place for one in same for place in one.places),
        patient=same[0].patient,
        kinds=tuple(dict.fromkeys(kind for one in same for kind in one.kinds)),
        regions=tuple(region for region in REGIONS if told and region in covered),
        canal={name: _canal(name, same) for name in CANAL},
        treatment=tuple(chain.from_iterable(one.treatment for one in same)),
        changes=tuple(chain.from_iterable(one.changes for one in same)),
        fractures=tuple(chain.from_iterable(one.fractures for one in same)),
    )
    return Day(joined, tuple(clashes))


def _kind(one: Examination) -> DocumentKind:
    """Return what an examination is believed as; one that is several kinds, or none known, is preferred for nothing."""
    known: tuple[DocumentKind, ...] = ("mri", "ct")
    return next((kind for kind in known if one.kinds == (kind,)), "note")


def _lesion(level: str, same: Sequence[Examination], ledger: Ledger) -> Lesion:
    seen = {at: lesion for at, one in enumerate(same) if (lesion := one.lesion(level)) is not None}
    if len(seen) == 1:
        return next(iter(seen.values()))
    fields = {
        name: ledger.combine(level, name, {at: lesion.fields[name] for at, lesion in seen.items()}) for name in FIELDS
    }
    return Lesion(
        level,
        min((one.certainty for one in seen.values()), key=CERTAINTIES.index),
        fields,
        score_sins({name: fields[name].grades for name in COMPONENTS}),
        tuple(chain.from_iterable(one.evidence for one in seen.values())),
        any(one.stabilised for one in seen.values()),
    )


def _canal(name: str, same: Sequence[Examination]) -> CanalFinding:
    """Return a canal finding: there if any examination says so."""
    found = [one.canal[name] for one in same if one.canal]
    there = [one for one in found if one.grades == (GRADES[name][0],)]
    chosen = there or [one for one in found if one.status != "missing"] or found
    grades = chosen[0].grades if chosen else GRADES[name]
    levels = sort_levels(level for one in there for level in one.levels)
    words = tuple(chain.from_iterable(one.evidence for one in chosen))
    return CanalFinding(grades, status_of(name, grades), levels, words)
