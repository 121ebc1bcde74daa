"""A timeline as a whole: its table, a row a patient, level and examination, and what each column says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from extractor.archive.columns import BAR
from extractor.archive.examination import Examination
from extractor.record import Change, Lesion
from extractor.render.words import distinct, field_words, quoted, value_words
from extractor.timeline.comparing import imaging
from extractor.timeline.course import Point, Visit
from extractor.timeline.patients import Patient

if TYPE_CHECKING:
    import pandas as pd

TABLE: Final = "timeline"
#: The columns of the table with their meaning.
COLUMNS: Final[dict[str, str]] = {
    "patient": "who, by the column of patients; empty where none is named",
    "level": "the vertebra; empty for an examination without any",
    "date": "the day of the examination; empty where it has no place in time",
    "id": "the report, or the reports of one day joined by |",
    "kind": "mri, ct",
    "sins_low": "lowest SINS, 0 to 18; empty where the vertebra is not described",
    "sins_high": "highest SINS",
    "imaging_low": "lowest points without those of pain, 0 to 15",
    "imaging_high": "highest points without those of pain",
    "category": "stable, indeterminate, unstable: those still possible",
    "escc": "the ESCC grades still possible; empty where nothing is said of them",
    "collapse": "the grades of collapse still possible; empty where nothing is said of it",
    "change": "since the last earlier examination that speaks of the level: new, progressed, stable, improved, gone, "
    "or not_mentioned, which is not gone; empty without a place in time",
    "certain": "whether it is certainly worse: the lowest now lies above the highest before",
    "worse": "in what it is certainly worse: imaging (SINS without pain), collapse, escc",
    "better": "in what it is certainly better",
    "by": "what the change rests on: words, sets, both, against_words (certainly worse though the report says "
    "otherwise), silence, not_covered (the examination is of another region)",
    "disagree": "whether the report's words of change and the sets exclude each other",
    "said": "what the report itself says of change here",
    "treated": "treatments named at the level so far",
    "conflict": "fields in which the report, or two of one day, contradict",
    "words": "the words behind the values, field by field",
    "note": "why the examination has no place in time",
}
#: The words behind these are quoted, in this order.
QUOTED: Final = ("lesion", "bone_lesion", "collapse", "alignment", "posterolateral", "epidural", "escc", "cord_signal",
                 "cord_compression", "paraspinal", "pain")  # fmt: skip
METHOD: Final[dict[str, str]] = {
    "compared": "A level is compared with the last earlier examination that describes it, from imaging alone: pain is "
    "left out. A vertebra known as a lesion that a report names by its collapse or canal only is described as well.",
    "progress": "Progressed: the report says so, or something is certainly worse: the collapse or ESCC still possible "
    "lies wholly above what was possible before, or the lowest points of SINS without pain above the highest before. "
    "Improved is the mirror image; worse in one and better in another is progressed.",
    "words": "What the report says of change goes before the sets, but not against certain worsening. Where the two "
    "exclude each other, both are shown.",
    "silence": "Not mentioned is not gone: gone needs a report that says so.",
    "one day": "Examinations of one day are one: what they admit intersects; where they exclude each other, CT is "
    "believed on bone and collapse, MRI on canal and cord, and else both stay open.",
}


def timeline_table(found: Sequence[Patient]) -> pd.DataFrame:
    """Return the table, patient by patient in their order, level by level, the oldest examination first."""
    import pandas as pd

    types = {name: "Int64" for name in COLUMNS if name.endswith(("_low", "_high"))}
    types |= dict.fromkeys(("certain", "disagree"), "boolean")
    made = pd.DataFrame([row for one in found for row in rows(one)], columns=list(COLUMNS), dtype=object)
    return made.astype({name: types.get(name, "string") for name in COLUMNS})


def rows(one: Patient) -> Iterator[dict[str, Any]]:
    """Yield the rows of a patient; an examination without any lesion known has a row of its own."""
    for level in one.levels:
        for visit, point in one.points(level):
            yield _examined(one, visit.examination) | _point(visit, point)
    for visit in one.visits:
        if not visit.points:
            yield _examined(one, visit.examination)
    for examination in one.undated:
        here = _examined(one, examination) | {"note": examination.problem}
        yield from (here | {"level": lesion.level} | _lesion(lesion) for lesion in examination.lesions)
        if not examination.lesions:
            yield here


def _examined(one: Patient, examination: Examination) -> dict[str, Any]:
    kind = BAR.join(examination.kinds)
    return {"patient": one.name or None, "date": examination.date, "id": examination.id, "kind": kind or None}


def _point(visit: Visit, point: Point) -> dict[str, Any]:
    clashes = [clash.field for clash in visit.clashes if clash.level == point.level]
    own = [name for name, value in point.lesion.fields.items() if value.conflict] if point.lesion else []
    return {
        "level": point.level,
        **(_lesion(point.lesion) if point.lesion else {}),
        "change": point.change,
        "certain": point.certain,
        "worse": _cell(point.shift.worse),
        "better": _cell(point.shift.better),
        "by": point.by,
        "disagree": point.disagree,
        "said": said_words(point.said) or None,
        "treated": _cell(point.treated),
        "conflict": _cell(dict.fromkeys((*own, *clashes))),
    }


def _lesion(lesion: Lesion) -> dict[str, Any]:
    low, high = imaging(lesion)
    stated = {name: lesion.fields[name] for name in ("escc", "collapse")}
    return {
        "sins_low": lesion.sins.low,
        "sins_high": lesion.sins.high,
        "imaging_low": low,
        "imaging_high": high,
        "category": _cell(lesion.sins.category),
        **{name: None if value.status == "missing" else _cell(value.grades) for name, value in stated.items()},
        "words": "; ".join(f"{name}: {value}, {words}" for name, value, words in lesion_words(lesion)) or None,
    }


def lesion_words(lesion: Lesion) -> Iterator[tuple[str, str, str]]:
    """Yield the fields that have words: name, value and the quotes."""
    for name in QUOTED:
        evidence = lesion.evidence if name == "lesion" else lesion.fields[name].evidence
        value = lesion.certainty if name == "lesion" else value_words(name, lesion.fields[name])
        if evidence:
            yield field_words(name), value, " ".join(quoted(one) for one in distinct(evidence))


def said_words(said: Sequence[Change]) -> str:
    """Return what a report says of change, each kind with its quotes."""
    return "; ".join(
        f"{one.kind} {' '.join(quoted(words) for words in distinct(one.evidence))}".rstrip() for one in said
    )


def _cell(values: Any) -> str | None:
    return BAR.join(values) or None
