"""What comes out of a comparison with gold."""

from __future__ import annotations

from dataclasses import dataclass

from extractor.evaluate.figures import Figure
from extractor.values import Evidence


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
    (not so where the lesion was missed), and `contradicts`, a set that shares no grade with gold's. `kappa` is
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
    certainty on the side that has it; a lesion whose certainty differs has the field `certainty`.
    """

    report: str
    level: str | None
    field: str
    gold: tuple[str, ...]
    got: tuple[str, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class ChangeAgreement:
    """Agreement on the change of each level at each examination of a patient.

    `exact` is over gold's levels; intervals are of patients drawn anew. `confusion` counts by gold's kind, then the
    program's; `none` is a level that one side does not have.
    """

    patients: int
    exact: Figure
    kinds: dict[str, Agreement]
    confusion: dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Agreement of records with gold.

    `perfect`: reports without an error in levels, core fields or core report-wide findings (certainty apart).
    `facts` adds up the core fields. `sins_exact`, `category_exact` and `certainty` are over gold lesions, a
    missed one counting as wrong; `middle_icc` (the middle of the range) is over lesions both have, `total_icc`
    over those whose total both settle; `negatives_with_lesion` over reports without one. A field or finding
    that gold leaves out has n = 0; `changes` is None where gold has no patients.
    """

    reports: int
    perfect: Figure
    levels: Agreement
    facts: Agreement
    sins_exact: Figure
    category_exact: Figure
    middle_icc: Figure
    total_icc: Figure
    certainty: Figure
    negatives_with_lesion: Figure
    fields: dict[str, FieldAgreement]
    report_wide: dict[str, Figure]
    errors: tuple[Error, ...]
    changes: ChangeAgreement | None = None
