"""The page of timelines, from what is to be borne in mind to each patient's levels; all data is escaped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from extractor.record import Lesion
from extractor.render.html import environment
from extractor.render.shares import number_of
from extractor.render.spine import spine_svg
from extractor.render.spine.vertebra import vertebra_of
from extractor.render.strip.drawing import point_words, strip
from extractor.render.timeline import NO_NAME, sign
from extractor.render.words import category_words, names_words, range_words, visible
from extractor.timeline.course import By, Point, Visit
from extractor.timeline.patients import Patient
from extractor.timeline.results import METHOD, lesion_words, said_words

if TYPE_CHECKING:
    from markupsafe import Markup

#: A page ends with the patient that brings it to so many characters.
MOST: Final = 2_500_000
#: A spine a visit is drawn as long as the page is of no more patients.
_SPINES: Final = 8
_BY: Final[dict[By, str]] = {
    "words": "by the report's words",
    "sets": "by what is admitted",
    "both": "by the words and by what is admitted",
    "against_words": "certainly worse, though the report says otherwise",
    "silence": "the report is silent; it may still be there",
    "not_covered": "the examination does not cover this region",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A point in a table: when, what is admitted, how it changed, what the report says of that, the quoted words."""

    date: str
    id: str
    value: str
    change: str
    certain: bool
    why: str
    said: str
    disagree: bool
    words: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a patient: its strip and its points."""

    name: str
    latest: str
    drawing: Markup
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One patient on the page."""

    key: str
    title: str
    summary: str
    spines: tuple[tuple[str, Markup], ...]
    levels: tuple[Level, ...]
    said: tuple[str, ...]
    undated: tuple[str, ...]


def render_timeline_page(found: Sequence[Patient], notes: Sequence[str], name: str) -> str:
    """Return the page of the patients, as many as it holds; what is left out is said."""
    template = environment().get_template("timeline.html.j2")
    chapter = environment().get_template("timeline_patient.html.j2")
    pieces: list[Markup] = []
    titles: list[tuple[str, str, str]] = []
    room = MOST
    for number, one in enumerate(found, start=1):
        made = _chapter(f"p{number}", one, spines=len(found) <= _SPINES)
        piece = chapter.render(chapter=made)
        room -= len(piece)
        if pieces and room < 0:
            break
        pieces.append(_safe(piece))
        titles.append((made.key, made.title, _worst(one)))
    left = len(found) - len(pieces)
    said = [f"{left} of {len(found)} patients are not on this page; name them with --patient"] if left else []
    return template.render(
        name=visible(name),
        headline=_headline(found),
        notes=[visible(note) for note in (*said, *notes)],
        titles=titles,
        pieces=pieces,
        method=METHOD,
    )


def _safe(piece: str) -> Markup:
    from markupsafe import Markup

    return Markup(piece)


def _headline(found: Sequence[Patient]) -> tuple[tuple[str, str, str], ...]:
    visits = sum(len(one.visits) for one in found)
    undated = sum(len(one.undated) for one in found)
    certain = sum(any(point.certain for point in one.last.points) for one in found if one.last)
    worse = sum(any(point.change == "progressed" for point in one.last.points) for one in found if one.last)
    return (
        (str(len(found)), "patients", f"with {number_of(visits, 'examination')} placed in time"),
        (str(worse), "worse at the latest examination", f"{certain} of them certainly"),
        (str(undated), "examinations not placed in time", "without a date, or with one that is no plain day"),
    )


def _worst(one: Patient) -> str:
    points = one.last.points if one.last else ()
    worse = [point for point in points if point.change == "progressed"]
    certain = [point.level for point in worse if point.certain]
    if certain:
        return f"certainly worse at {', '.join(certain)}"
    return f"worse at {', '.join(point.level for point in worse)}" if worse else ""


def _chapter(key: str, one: Patient, *, spines: bool) -> Chapter:
    days = [visit.examination.date or "" for visit in one.visits]
    levels = tuple(_level(level, one, days) for level in one.levels)
    drawn = tuple(_spine(f"{key}-v{at}", visit) for at, visit in enumerate(one.visits)) if spines else ()
    return Chapter(
        key=key,
        title=visible(one.name) or NO_NAME,
        summary=_summary(one, days),
        spines=drawn if any(one.levels) else (),
        levels=levels,
        said=tuple(_said(one)),
        undated=tuple(f"{visible(each.id)}: {each.problem}{_lesions(each.lesions)}" for each in one.undated),
    )


def _summary(one: Patient, days: Sequence[str]) -> str:
    if not days:
        return "No examination has a place in time."
    span = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    levels = number_of(len(one.levels), "level") if one.levels else "no lesion"
    return f"{number_of(len(days), 'examination')}, {span}; {levels}"


def _spine(key: str, visit: Visit) -> tuple[str, Markup]:
    lesions = [vertebra_of(lesion) for lesion in visit.examination.lesions]
    return visit.examination.date or "", spine_svg(lesions, prefix=key, compact=True)


def _level(level: str, one: Patient, days: Sequence[str]) -> Level:
    points = one.points(level)
    lines = tuple(_line(visit, point) for visit, point in points)
    return Level(level, point_words(points[-1][1]), strip(level, points, days), lines)


def _line(visit: Visit, point: Point) -> Line:
    lesion = point.lesion
    why = _BY[point.by]
    if point.shift.worse:
        why += f"; certainly worse: {names_words(point.shift.worse)}"
    if point.shift.better:
        why += f"; certainly better: {names_words(point.shift.better)}"
    if point.treated:
        why += f"; treated: {', '.join(point.treated)}"
    clashes = [clash.field for clash in visit.clashes if clash.level == point.level]
    if clashes:
        why += f"; reports of this day contradict each other on {names_words(clashes)}"
    return Line(
        date=visit.examination.date or "",
        id=visible(visit.examination.id),
        value="" if lesion is None else f"SINS {range_words(lesion.sins.low, lesion.sins.high)}, {_category(lesion)}",
        change=sign(point),
        certain=point.certain,
        why=why,
        said=said_words(point.said),
        disagree=point.disagree,
        words=tuple(lesion_words(lesion)) if lesion else (),
    )


def _category(lesion: Lesion) -> str:
    return category_words(lesion.sins.category)


def _said(one: Patient) -> Iterator[str]:
    """Yield what each report says of change, whatever it is of."""
    for visit in one.visits:
        changes = visit.examination.changes
        if changes:
            places = [", ".join(each.levels or each.regions) or "all lesions" for each in changes]
            told = [f"{place} {said_words((each,))}" for place, each in zip(places, changes, strict=True)]
            yield f"{visit.examination.date}: {'; '.join(told)}"


def _lesions(lesions: Sequence[Lesion]) -> str:
    said = [f"{one.level} SINS {range_words(one.sins.low, one.sins.high)}" for one in lesions]
    return f"; {', '.join(said)}" if said else "; no lesion"
