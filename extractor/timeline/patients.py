"""The patients of a run: whose examinations they are, which have a place in time, and who needs a look first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from extractor.archive.examination import NO_DATE, Examination
from extractor.record import Lesion
from extractor.render.shares import number_of
from extractor.timeline.course import Point, Visit, course
from extractor.values import sort_levels

#: So many reports are named one by one in a note.
_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Patient:
    """One patient: the visits in order of time, and the examinations that have no place in time.

    `name` is empty for what names no patient: its one report stands alone.
    """

    name: str
    visits: tuple[Visit, ...]
    undated: tuple[Examination, ...] = ()

    @property
    def levels(self) -> tuple[str, ...]:
        """Return every level that ever was a lesion, from head to tail."""
        return sort_levels(point.level for visit in self.visits for point in visit.points)

    @property
    def last(self) -> Visit | None:
        """Return the latest visit."""
        return self.visits[-1] if self.visits else None

    def points(self, level: str) -> tuple[tuple[Visit, Point], ...]:
        """Return the points of a level with their visits, in order of time."""
        return tuple((visit, point) for visit in self.visits if (point := visit.point(level)) is not None)


def patients(examinations: Iterable[Examination]) -> tuple[Patient, ...]:
    """Return the patients, worst progress first. A report that names no patient is nobody else's."""
    groups: dict[tuple[str, str], list[Examination]] = {}
    for one in examinations:
        groups.setdefault((one.patient, "" if one.patient else one.id), []).append(one)
    made = (_patient(name, group) for (name, _), group in groups.items())
    return tuple(sorted(made, key=_urgency))


def _patient(name: str, examinations: Sequence[Examination]) -> Patient:
    dated = [one for one in examinations if one.date is not None]
    undated = sorted((one for one in examinations if one.date is None), key=lambda one: one.ids)
    return Patient(name, course(dated), tuple(undated))


def _urgency(one: Patient) -> tuple[bool, bool, bool, bool, bool, int, str, str]:
    """Return what sorts first the patient who is certainly worse now, then worse now, then ever, then the highest."""
    now = one.last.points if one.last else ()
    ever = [point for visit in one.visits for point in visit.points]
    later = [point for visit in one.visits[1:] for point in visit.points]
    highest = max((lesion.sins.high for lesion in _lesions(one)), default=-1)
    ids = one.last.examination.id if one.last else one.undated[0].id
    return (
        not any(point.certain for point in now),
        not any(point.change == "progressed" for point in now),
        not any(point.certain for point in ever),
        not any(point.change == "progressed" for point in ever),
        not any(point.change == "new" for point in later),
        -highest,
        one.name,
        ids,
    )


def _lesions(one: Patient) -> Iterator[Lesion]:
    """Yield the lesions of the latest visit, or of what has no date."""
    latest = [one.last.examination] if one.last else one.undated
    return (lesion for examination in latest for lesion in examination.lesions)


def notes(found: Sequence[Patient], *, words: bool) -> Iterator[str]:
    """Yield what a reader of the timeline must know: what is not placed in time, whose patient is not named."""
    unnamed = [examination for one in found if not one.name for examination in _all(one)]
    if unnamed:
        remedy = "each taken alone; fill the column of patients"
        yield f"{_reports(unnamed)} without a patient, {remedy}: {_places(unnamed)}"
    undated = [examination for one in found for examination in one.undated]
    missing = [one for one in undated if one.problem == NO_DATE]
    unclear = [one for one in undated if one.problem != NO_DATE]
    if missing:
        yield f"{_reports(missing)} without a date, not placed in time; fill the column of dates: {_places(missing)}"
    if unclear:
        remedy = "not placed in time; write days as 2024-01-31"
        yield f"{_reports(unclear)} with a date that is no day, or could be two, {remedy}: {_places(unclear)}"
    shared = sum(len(visit.examination.ids) > 1 for one in found for visit in one.visits)
    if shared:
        yield f"days with several examinations, taken together as one: {shared}"
    if not words:
        yield "the run was made without words, so none are quoted; read the archive with `sinsight batch`"


def _all(one: Patient) -> Iterator[Examination]:
    yield from (visit.examination for visit in one.visits)
    yield from one.undated


def _reports(examinations: Sequence[Examination]) -> str:
    return number_of(len(examinations), "report")


def _places(examinations: Sequence[Examination]) -> str:
    shown = [" ".join(one.places) for one in examinations[:_NAMED]]
    more = len(examinations) - _NAMED
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")
