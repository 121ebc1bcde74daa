"""Compare the change of levels over time with gold's, patient by patient."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np

from extractor.archive.examination import NO_DATE, Examination, examination_of
from extractor.evaluate.figures import Counts, f1, proportion
from extractor.evaluate.gold import Gold
from extractor.evaluate.results import Agreement, ChangeAgreement, Error
from extractor.record import Record
from extractor.timeline.course import KINDS, Point, course
from extractor.values import sort_levels

#: Stands for a level that one side does not have.
NONE: Final = "none"


@dataclass(frozen=True, slots=True)
class _Compared:
    """One level at one examination: gold's change and the program's, with the point it comes from."""

    patient: str
    report: str
    level: str
    gold: str
    got: str
    point: Point | None


def compare_changes(
    gold: Sequence[Gold], records: Mapping[str, Record]
) -> tuple[ChangeAgreement | None, tuple[Error, ...]]:
    """Return the agreement on change and every difference; None where gold has no patient."""
    patients: dict[str, list[Gold]] = {}
    for case in gold:
        if case.patient is not None:
            patients.setdefault(case.patient, []).append(case)
    if not patients:
        return None, ()
    compared = [one for name, cases in patients.items() for one in _patient(name, cases, records)]
    return _agreement(list(patients), compared), tuple(_error(one) for one in compared if one.gold != one.got)


def _patient(name: str, cases: Sequence[Gold], records: Mapping[str, Record]) -> Iterator[_Compared]:
    examinations = [_examination(case, records.get(case.id)) for case in cases]
    visits = {name: visit for visit in course(examinations) for name in visit.examination.ids}
    for case in cases:
        if case.changes is None:
            continue
        points = {point.level: point for point in visits[case.id].points}
        for level in sort_levels((*case.changes, *points)):
            point = points.get(level)
            got = NONE if point is None else point.change
            yield _Compared(name, case.id, level, case.changes.get(level, NONE), got, point)


def _examination(case: Gold, record: Record | None) -> Examination:
    """Return an examination as the program reads it; one it has no record of is read to nothing."""
    date = case.documents[0].date
    if record is None:
        return Examination((case.id,), (), date, problem="" if date else NO_DATE)
    return examination_of(record, date)


def _agreement(names: Sequence[str], compared: Sequence[_Compared]) -> ChangeAgreement:
    known = [one for one in compared if one.gold != NONE]
    exact = proportion(_counted(names, (one for one in known if one.gold == one.got)), _counted(names, known))
    confusion = {kind: dict.fromkeys((*KINDS, NONE), 0) for kind in (*KINDS, NONE)}
    for one in compared:
        confusion[one.gold][one.got] += 1
    return ChangeAgreement(len(names), exact, {kind: _kind(kind, names, compared) for kind in KINDS}, confusion)


def _kind(kind: str, names: Sequence[str], compared: Sequence[_Compared]) -> Agreement:
    right = _counted(names, (one for one in compared if one.gold == one.got == kind))
    wrong = _counted(names, (one for one in compared if one.got == kind != one.gold))
    missed = _counted(names, (one for one in compared if one.gold == kind != one.got))
    return Agreement(proportion(right, right + wrong), proportion(right, right + missed), f1(right, wrong, missed))


def _counted(names: Sequence[str], compared: Iterable[_Compared]) -> Counts:
    """Count by patient."""
    counts = dict.fromkeys(names, 0)
    for one in compared:
        counts[one.patient] += 1
    return np.array(list(counts.values()), dtype=np.float64)


def _error(one: _Compared) -> Error:
    """Return a difference with the words the report says of change, or else those of the lesion."""
    said = tuple(chain.from_iterable(change.evidence for change in one.point.said)) if one.point else ()
    lesion = one.point.lesion.evidence if one.point and one.point.lesion else ()
    return Error(one.report, one.level, "change", (one.gold,), (one.got,), said or lesion)
