"""An examination: what one record of a patient says, with its day; taken from a record, or from the tables of a run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from extractor.archive.columns import BAR
from extractor.archive.rows import newest_date, regions_covered
from extractor.archive.stored import Cells, Stored, check_columns
from extractor.archive.told import evidence_of_row, split_cell, treatment_of
from extractor.case.dates import parse_date
from extractor.case.precedence import load_precedence
from extractor.record import CanalFinding, Change, FieldValue, Lesion, OtherFracture, Record, Sins, Treatment
from extractor.values import (
    COMPONENTS,
    FIELDS,
    GRADES,
    LEVELS,
    REGIONS,
    Evidence,
    levels_between,
    sort_levels,
    status_of,
)

CANAL: Final = ("epidural", "cord_compression", "cord_signal")
#: Why an examination has no place in time.
NO_DATE: Final = "no date"
NO_DAY: Final = "a date that is no plain day"
_NEEDED: Final = ("exam_date", "exam_kinds", "exam_regions", "changes")
#: The words of a run by report and field, each with the levels it is about and its grades.
Words = Mapping[str, Sequence[tuple[tuple[str, ...], tuple[str, ...], Evidence]]]


@dataclass(frozen=True, slots=True)
class Examination:
    """What is said of one patient on one day.

    `ids` are the reports it is made of, `places` where they stood. `date` is ISO 8601; None for `problem`. `kinds` are
    those of images; `regions` those covered, empty where nobody says.
    """

    ids: tuple[str, ...]
    lesions: tuple[Lesion, ...]
    date: str | None = None
    places: tuple[str, ...] = ()
    patient: str = ""
    problem: str = ""
    kinds: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    canal: Mapping[str, CanalFinding] | None = None
    treatment: tuple[Treatment, ...] = ()
    changes: tuple[Change, ...] = ()
    fractures: tuple[OtherFracture, ...] = ()

    @property
    def id(self) -> str:
        """Return the ids of its reports in one word."""
        return BAR.join(self.ids)

    def lesion(self, level: str) -> Lesion | None:
        """Return the lesion at a level."""
        return next((one for one in self.lesions if one.level == level), None)

    def treated(self, level: str) -> tuple[str, ...]:
        """Return the kinds of treatment named at a level, or of a fusion whose span covers it."""
        return tuple(dict.fromkeys(one.kind for one in self.treatment if level in _span(one)))


def examination_of(record: Record, date: str | None = None) -> Examination:
    """Return a record as an examination; `date` goes before those its documents state."""
    images = [one for one in record.documents if one.kind in load_precedence().images]
    stated, regions = newest_date(record), regions_covered(record)
    found = record.findings
    return Examination(
        ids=(record.id,),
        lesions=record.lesions,
        date=date or stated,
        problem="" if date or stated else NO_DATE,
        kinds=tuple(dict.fromkeys(one.kind for one in images)),
        regions=regions,
        canal={name: getattr(found, name) for name in CANAL},
        treatment=found.treatment,
        changes=_within(found.changes, regions),
        fractures=found.other_fractures,
    )


def read_examinations(run: Stored, patient: str | None = None, date: str | None = None) -> Iterator[Examination]:
    """Yield the reports of a run, part by part; `patient` and `date` are kept columns.

    Where the cell of the date is empty, the day that the report states holds. ReportError for a column that was not
    kept, a run of an earlier version, or one that holds a report twice.
    """
    check_columns(run, _NEEDED)
    columns = [None if name is None else run.column(name) for name in (patient, date)]
    seen: set[str] = set()
    for part in run.parts:
        lesions, words = _grouped(run.rows("lesions", part)), _grouped(run.rows("evidence", part))
        for row in run.rows("reports", part):
            name = row["id"]
            if name in seen:
                raise run.twice()
            seen.add(name)
            cells = [(row[column] or "").strip() if column else "" for column in columns]
            yield examination_of_rows(row, lesions.get(name, ()), words_of_rows(words.get(name, ())), *cells)


def _grouped(rows: Iterator[Cells]) -> dict[str, list[Cells]]:
    groups: dict[str, list[Cells]] = defaultdict(list)
    for row in rows:
        groups[row["id"]].append(row)
    return groups


def examination_of_rows(
    row: Cells, lesions: Sequence[Cells], words: Words, patient: str = "", date: str = ""
) -> Examination:
    """Return what the row of a report, those of its lesions and its words tell; `date` goes before what it states."""
    day = parse_date(date) if date else row["exam_date"]
    kinds = tuple(one for one in split_cell(row["exam_kinds"]) if one in load_precedence().images)
    regions = split_cell(row["exam_regions"])
    return Examination(
        ids=(row["id"],),
        lesions=tuple(lesion_of_row(lesion, words) for lesion in lesions),
        date=day,
        places=(row["place"],),
        patient=patient,
        problem="" if day else NO_DAY if date else NO_DATE,
        kinds=kinds,
        regions=regions,
        canal={name: canal_of_row(name, row, words) for name in CANAL},
        treatment=tuple(_treatments(row["treatment"], words)),
        changes=_within(tuple(_changes(row["changes"], words)), regions),
        fractures=tuple(_fractures(row["other_fractures"], words)),
    )


def lesion_of_row(row: Cells, words: Words) -> Lesion:
    """Return the lesion that a row tells of, with its words."""
    level = row["level"]
    # Words of the canal at one level stand twice: once as the lesion's, once as the report's.
    of_level = {name: (one for levels, _, one in words.get(name, ()) if levels == (level,)) for name in FIELDS}
    said = {name: tuple(dict.fromkeys(found)) for name, found in of_level.items()}
    fields = {name: _value(name, row, said[name]) for name in FIELDS}
    sins = Sins(
        low=row["sins_low"],
        high=row["sins_high"],
        category=cast(Any, split_cell(row["category"])),
        points={name: (row[f"{name}_low"], row[f"{name}_high"]) for name in COMPONENTS},
        **{name: split_cell(row[name]) for name in ("missing", "partial", "deciding", "settling")},
    )
    # Pain is said of the whole report.
    pain = tuple(one for levels, _, one in words.get("pain", ()) if not levels)
    fields["pain"] = replace(fields["pain"], evidence=fields["pain"].evidence or pain)
    evidence = tuple(one for levels, _, one in words.get("lesion", ()) if levels == (level,))
    return Lesion(level, row["certainty"], fields, sins, evidence, row["stabilised"])


def _value(name: str, row: Cells, evidence: tuple[Evidence, ...]) -> FieldValue:
    grades = split_cell(row[name]) or GRADES[name]
    return FieldValue(grades, status_of(name, grades), row[f"{name}_conflict"], evidence)


def canal_of_row(name: str, row: Cells, words: Words) -> CanalFinding:
    """Return a canal finding of a report's row; its words are those whose levels and grades are the finding's own."""
    grades = split_cell(row[name]) or GRADES[name]
    levels = split_cell(row[f"{name}_levels"])
    said = tuple(one for at, of, one in words.get(name, ()) if at == levels and of == grades)
    return CanalFinding(grades, status_of(name, grades), levels, tuple(dict.fromkeys(said)))


def _treatments(cell: str | None, words: Words) -> Iterator[Treatment]:
    """Yield treatments with the levels their words are about, or, in a run without words, the span the cell tells."""
    quoted: dict[str, list[tuple[tuple[str, ...], Evidence]]] = defaultdict(list)
    for levels, grades, one in words.get("treatment", ()):
        quoted[grades[0]].append((levels, one))
    for said in split_cell(cell):
        kind, levels = treatment_of(said)
        if found := quoted.get(kind):
            levels = sort_levels(level for at, _ in found for level in at)
        yield Treatment(cast(Any, kind), levels, tuple(one for _, one in found or ()))


def _fractures(cell: str | None, words: Words) -> Iterator[OtherFracture]:
    for said in split_cell(cell):
        level, _, cause = said.partition(":")
        evidence = tuple(one for levels, _, one in words.get("other_fracture", ()) if levels == (level,))
        yield OtherFracture(level, cast(Any, cause), evidence)


def _changes(cell: str | None, words: Words) -> Iterator[Change]:
    """Yield what is said of change, all levels of a kind together."""
    places: dict[str, list[str]] = defaultdict(list)
    for said in split_cell(cell):
        place, _, kind = said.rpartition(":")
        places[kind].append(place)
    for kind, named in places.items():
        said_of = [(levels, one) for levels, grades, one in words.get("change", ()) if grades == (kind,)]
        levels = sort_levels(place for place in named if place in LEVELS)
        regions = tuple(place for place in REGIONS if place in named)
        for level in levels:
            yield Change(cast(Any, kind), (level,), (), tuple(one for at, one in said_of if level in at))
        unlevelled = tuple(one for at, one in said_of if not at)
        if regions:
            yield Change(cast(Any, kind), (), regions, unlevelled)
        if len(named) > len(levels) + len(regions):
            yield Change(cast(Any, kind), (), (), unlevelled)


def _within(changes: tuple[Change, ...], regions: tuple[str, ...]) -> tuple[Change, ...]:
    """Keep what is said of all lesions within what the examination covers: "unchanged" in a lumbar MRI is not of T7."""
    return tuple(
        one if one.levels or one.regions or not regions else replace(one, regions=cast(Any, regions)) for one in changes
    )


def words_of_rows(rows: Sequence[Cells], documents: Sequence[str] = ()) -> Words:
    """Return the words of rows, each as that of its place among documents; all as of one where none are given."""
    words: dict[str, list[tuple[tuple[str, ...], tuple[str, ...], Evidence]]] = defaultdict(list)
    for row in rows:
        said = evidence_of_row(row, documents.index(row["document"]) if documents else 0)
        words[row["field"]].append((split_cell(row["level"]), split_cell(row["grades"]), said))
    return words


def _span(treatment: Treatment) -> tuple[str, ...]:
    """Return the levels a treatment reaches: "pedicle screws at T5 and T9" hold what lies between."""
    if treatment.kind == "fusion" and treatment.levels:
        return levels_between(treatment.levels[0], treatment.levels[-1])
    return treatment.levels
