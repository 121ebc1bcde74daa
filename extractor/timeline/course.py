"""The course of a patient: each vertebra at each examination, and its change since the last one that spoke of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from extractor.archive.examination import Examination
from extractor.record import Change, ChangeKind, Lesion
from extractor.timeline.comparing import Shift, shift
from extractor.timeline.described import described
from extractor.timeline.same_day import Clash, one_a_day
from extractor.values import region_of, sort_levels

Kind = Literal["new", "progressed", "stable", "improved", "gone", "not_mentioned"]
#: What a change rests on: the words of the report, the sets, both, or sets that are certain against the words; what is
#: not mentioned is passed over in silence, or not covered by the examination.
By = Literal["words", "sets", "both", "against_words", "silence", "not_covered"]
KINDS: Final[tuple[Kind, ...]] = ("new", "progressed", "stable", "improved", "gone", "not_mentioned")
#: Where a report says several things of one level, the first of these holds.
_FIRST: Final[tuple[ChangeKind, ...]] = ("new", "progressed", "improved", "stable", "gone")


_NONE: Final = Shift()


@dataclass(frozen=True, slots=True)
class Point:
    """A vertebra at an examination. `lesion` is None where the examination does not describe it.

    `shift` holds what is certainly worse or better by the sets; `said` is what the report itself says of change here,
    and `disagree` tells that the two exclude each other. `treated` are the treatments named here so far.
    """

    level: str
    lesion: Lesion | None
    change: Kind
    by: By
    shift: Shift = _NONE
    said: tuple[Change, ...] = ()
    disagree: bool = False
    treated: tuple[str, ...] = ()

    @property
    def certain(self) -> bool:
        """Tell whether it is certainly worse: the lowest now lies above the highest before."""
        return bool(self.shift.worse)


@dataclass(frozen=True, slots=True)
class Visit:
    """An examination with every vertebra known by then, from head to tail."""

    examination: Examination
    points: tuple[Point, ...]
    clashes: tuple[Clash, ...] = ()

    def point(self, level: str) -> Point | None:
        """Return the point of a level; None before it was known."""
        return next((one for one in self.points if one.level == level), None)


@dataclass(slots=True)
class _Known:
    """What is known of a level so far."""

    lesion: Lesion
    gone: bool = False
    treated: dict[str, None] = field(default_factory=dict)


def course(examinations: Iterable[Examination]) -> tuple[Visit, ...]:
    """Return the visits of one patient in order of time; those of one day are one. All of them must be dated."""
    known: dict[str, _Known] = {}
    treated: list[Examination] = []
    visits = []
    for day in one_a_day(examinations):
        one = day.examination
        treated.append(one)
        levels = sort_levels((*known, *(lesion.level for lesion in one.lesions)))
        points = tuple(_point(level, one, known, treated) for level in levels)
        visits.append(Visit(one, points, day.clashes))
    return tuple(visits)


def _point(level: str, one: Examination, known: dict[str, _Known], so_far: Sequence[Examination]) -> Point:
    before, lesion = known.get(level), one.lesion(level)
    if lesion is None and before is not None and not before.gone:
        lesion = described(level, one)
    said = _said_at(level, one.changes, known=before is not None and not before.gone)
    told = next((kind for kind in _FIRST if any(each.kind == kind for each in said)), None)
    treated = tuple(dict.fromkeys(kind for each in so_far for kind in each.treated(level)))
    if before is None and lesion is not None:
        change, by, moved = _first(told)
        disagree = len(so_far) > 1 and told not in (None, "new")
    elif before is not None and lesion is None:
        change, by, moved = _unseen(level, one, told)
        disagree = False
    elif before is not None and lesion is not None:
        change, by, moved, disagree = _again(before, lesion, told)
    else:
        raise ValueError(f"{level}: neither known nor seen")
    _learn(level, lesion, change, known)
    return Point(level, lesion, change, by, moved, said, disagree, treated)


def _first(told: ChangeKind | None) -> tuple[Kind, By, Shift]:
    """Return the change of what is a lesion for the first time."""
    return "new", "both" if told == "new" else "sets", _NONE


def _unseen(level: str, one: Examination, told: ChangeKind | None) -> tuple[Kind, By, Shift]:
    """Return the change of what the examination does not describe."""
    if told is not None:
        return told, "words", _NONE
    covered = not one.regions or region_of(level) in one.regions
    return "not_mentioned", "silence" if covered else "not_covered", _NONE


def _again(before: _Known, lesion: Lesion, told: ChangeKind | None) -> tuple[Kind, By, Shift, bool]:
    """Return the change of what was a lesion before, and whether words and sets exclude each other."""
    if before.gone:  # it comes back
        if told == "new":
            return "new", "words", _NONE, False
        return "progressed", "both" if told == "progressed" else "sets", _NONE, told in ("stable", "improved")
    moved = shift(before.lesion, lesion)
    if told is None:
        return moved.kind, "sets", moved, False
    if told == moved.kind:
        return told, "both", moved, False
    if moved.worse and told != "new":
        return "progressed", "against_words", moved, True
    return told, "words", moved, told == "new" or (told != "gone" and bool(moved.better))


def _learn(level: str, lesion: Lesion | None, change: Kind, known: dict[str, _Known]) -> None:
    if lesion is not None:
        known[level] = _Known(lesion, gone=change == "gone")
    elif change != "not_mentioned":
        known[level].gone = change == "gone"


def _said_at(level: str, changes: Sequence[Change], *, known: bool) -> tuple[Change, ...]:
    """Return what is said of a level: by its name; else, where it is known, of its region; else of all lesions."""
    if named := tuple(one for one in changes if level in one.levels):
        return named
    if not known:
        return ()
    unlevelled = [one for one in changes if not one.levels and one.kind != "new"]
    region = tuple(one for one in unlevelled if region_of(level) in one.regions)
    return region or tuple(one for one in unlevelled if not one.regions)
