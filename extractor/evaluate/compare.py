"""Compare the program's records with gold: levels, fields, SINS, report-wide findings, and every error."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from extractor.evaluate.figures import Counts, Figure, f1, icc, kappa, proportion
from extractor.evaluate.gold import Gold
from extractor.evaluate.reading import (
    CORE_FIELDS,
    CORE_WIDE,
    NOTHING,
    OPTIONAL_FIELDS,
    OPTIONAL_WIDE,
    Found,
    Reading,
    reading_of,
)
from extractor.record import Record
from extractor.scoring.sins import admit, categories, total_range
from extractor.values import COMPONENTS, GRADES, Evidence, in_order, location_grades, sort_levels


@dataclass(frozen=True, slots=True)
class Agreement:
    """Precision, recall and F1 of what was found."""

    precision: Figure
    recall: Figure
    f1: Figure


@dataclass(frozen=True, slots=True)
class FieldAgreement:
    """Agreement on one field of a lesion.

    `facts`: settled grades (report, level, field, grade). Over gold lesions: `exact`, the same admitted set
    (not so where the lesion was missed), and `contradicts`, a set that excludes the true grade. `kappa` is
    Cohen's, with admitted sets as labels, over lesions both have.
    """

    facts: Agreement
    exact: Figure
    contradicts: Figure
    kappa: Figure


@dataclass(frozen=True, slots=True)
class Error:
    """One difference: gold's words, the program's, and the evidence the program gave.

    `level` is None for a report-wide finding. A missed or surplus lesion has the field `lesion` and the
    certainty on the side that has it.
    """

    report: str
    level: str | None
    field: str
    gold: tuple[str, ...]
    got: tuple[str, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Agreement of records with gold.

    `perfect`: reports without an error in levels, core fields or core report-wide findings. `facts` adds up the
    core fields. `sins_exact`, `category_exact` and `certainty` are over gold lesions, a missed one counting as
    wrong; `total_icc` is over lesions whose total both sides settle; `negatives_with_lesion` over reports
    without one.
    """

    reports: int
    perfect: Figure
    levels: Agreement
    facts: Agreement
    sins_exact: Figure
    category_exact: Figure
    total_icc: Figure
    certainty: Figure
    negatives_with_lesion: Figure
    fields: dict[str, FieldAgreement]
    report_wide: dict[str, Figure]
    errors: tuple[Error, ...]


#: Gold and the program's reading of one report, under its id.
Pair = tuple[str, Reading, Reading]
#: The two sides of one vertebra; None where a side has no lesion there.
Sides = tuple[Found | None, Found | None]


def compare(gold: Iterable[Gold], records: Iterable[Record]) -> Evaluation:
    """Compare records with gold by id; a gold report without a record counts as read to nothing."""
    read = {record.id: reading_of(record) for record in records}
    pairs = [(case.id, case.reading, read.get(case.id, NOTHING)) for case in gold]
    errors = tuple(error for pair in pairs for error in _errors(*pair))
    facts = {name: _facts(pairs, name) for name in (*CORE_FIELDS, *OPTIONAL_FIELDS)}
    return Evaluation(
        reports=len(pairs),
        perfect=_perfect(pairs, errors),
        levels=_agreement(_counts(pairs, _level_counts)),
        facts=_agreement(np.sum([facts[name][:, :3] for name in CORE_FIELDS], axis=0)),
        sins_exact=_over_gold_lesions(pairs, _same_range),
        category_exact=_over_gold_lesions(pairs, _same_categories),
        total_icc=icc([list(_totals(gold, got)) for _, gold, got in pairs]),
        certainty=_over_gold_lesions(pairs, lambda _, gold, got: gold.certainty == got.certainty),
        negatives_with_lesion=_negatives(pairs),
        fields={name: _field_agreement(pairs, name, counts) for name, counts in facts.items()},
        report_wide={name: _wide_agreement(pairs, name) for name in (*CORE_WIDE, *OPTIONAL_WIDE)},
        errors=errors,
    )
