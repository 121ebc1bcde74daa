"""A case weighed: every reason that puts it on the worklist, with the levels and the words; and the list in order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from extractor.archive.examination import Examination
from extractor.record import CanalFinding, Lesion
from extractor.values import COMPONENTS, Evidence, level_order
from extractor.worklist.reasons import CATEGORY, QUARANTINE, SETTLING, Reason, load_reasons


@dataclass(frozen=True, slots=True)
class Ground:
    """A reason that fits a case: the levels it fits at (none: no level named), what is missing, and the words."""

    reason: Reason
    levels: tuple[str, ...]
    missing: tuple[str, ...] = ()
    words: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """A case on the worklist: its grounds, the most urgent first, and its highest SINS."""

    id: str
    place: str
    grounds: tuple[Ground, ...]
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Worklist:
    """The cases in order, those that could not be read, and how many others there are, with lesions and without."""

    cases: tuple[Case, ...]
    unread: tuple[Case, ...] = ()
    calm: int = 0
    empty: int = 0

    @property
    def all(self) -> int:
        """Return how many cases there are."""
        return len(self.cases) + len(self.unread) + self.calm + self.empty


def worklist(examinations: Iterable[Examination], unread: Iterable[Case] = ()) -> Worklist:
    """Return the worklist: by the most urgent reason, then the highest SINS, then id."""
    cases: list[Case] = []
    calm = empty = 0
    for one in examinations:
        if case := weigh(one):
            cases.append(case)
        elif one.lesions:
            calm += 1
        else:
            empty += 1
    return Worklist(tuple(sorted(cases, key=_urgency)), tuple(unread), calm, empty)


def weigh(one: Examination) -> Case | None:
    """Return a case with its grounds; None where no reason fits."""
    grounds = tuple(ground for reason in load_reasons() if (ground := _ground(reason, one)))
    if not grounds:
        return None
    worst = max((lesion.sins for lesion in one.lesions), key=lambda sins: (sins.high, sins.low), default=None)
    place = " ".join(one.places)
    return Case(one.id, place, grounds, worst.low if worst else None, worst.high if worst else None)


def unread_case(name: str | None, place: str) -> Case:
    """Return what could not be read, on the list as well, so that silence is never taken for calm."""
    reason = next(one for one in load_reasons() if one.field == QUARANTINE)
    return Case(name or place, place, (Ground(reason, ()),))


def _urgency(case: Case) -> tuple[int, int, int, str]:
    codes = [reason.code for reason in load_reasons()]
    low, high = (-1 if total is None else total for total in (case.low, case.high))
    return codes.index(case.grounds[0].reason.code), -high, -low, case.id


def _ground(reason: Reason, one: Examination) -> Ground | None:
    """Return a reason with the levels it fits at, most of whose words are of lesions; None where it does not fit."""
    fitting = [lesion for lesion in one.lesions if fits(reason, lesion)]
    levels = [lesion.level for lesion in fitting]
    words = list(chain.from_iterable(_words(reason, lesion) for lesion in fitting))
    named_nowhere = False
    if finding := (one.canal or {}).get(reason.field):
        others = tuple(elsewhere(reason, finding, {lesion.level for lesion in one.lesions}))
        levels += [level for level in others if level is not None]
        named_nowhere = None in others
        words += _positive(finding.evidence) if others else []
    if not levels and not named_nowhere:
        return None
    missing = dict.fromkeys(name for lesion in fitting for name in lesion.sins.settling)
    return Ground(
        reason,
        tuple(sorted(dict.fromkeys(levels), key=level_order)),
        tuple(missing) if reason.field == SETTLING else (),
        tuple(dict.fromkeys(words)),
    )


def fits(reason: Reason, lesion: Lesion) -> bool:
    """Tell whether a reason fits at a lesion."""
    if reason.field == CATEGORY:
        return reason.admits(lesion.sins.category)
    if reason.field == SETTLING:
        return bool(lesion.sins.settling) and not lesion.stabilised
    value = lesion.fields.get(reason.field)
    # What documents contradict each other on is open, and yet was said.
    said = value is not None and (value.status != "missing" or value.conflict)
    return value is not None and said and reason.admits(value.grades) and reason.reaches(lesion.level)


def elsewhere(reason: Reason, finding: CanalFinding, known: Collection[str]) -> Iterator[str | None]:
    """Yield where a reason fits a canal finding at no lesion, whose levels are `known`; None: it names no level."""
    if finding.status == "missing" or not reason.admits(finding.grades):
        return
    for level in finding.levels or (None,):
        if level not in known and reason.reaches(level):
            yield level


def _words(reason: Reason, lesion: Lesion) -> Iterator[Evidence]:
    """Yield the words behind a reason at a lesion: of its field, or of the lesion and all components of SINS."""
    if reason.field in {CATEGORY, SETTLING}:
        yield from lesion.evidence
        for name in COMPONENTS:
            yield from lesion.fields[name].evidence
    else:
        yield from _positive(lesion.fields[reason.field].evidence)


def _positive(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return the words that are no denial, unless there are no others."""
    return [one for one in evidence if not one.denied] or list(evidence)
