"""Compare the program's records with gold: levels, fields, SINS, report-wide findings, and every error."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np

from extractor.evaluate.changes import compare_changes
from extractor.evaluate.differences import differences, is_core
from extractor.evaluate.figures import Counts, Figure, f1, icc, kappa, proportion
from extractor.evaluate.gold import Gold
from extractor.evaluate.pairs import (
    Pair,
    field_counts,
    field_labels,
    level_counts,
    matched,
    middles,
    settled_totals,
    sins_range,
)
from extractor.evaluate.reading import (
    CORE_FIELDS,
    CORE_WIDE,
    NOTHING,
    OPTIONAL_FIELDS,
    OPTIONAL_WIDE,
    Found,
    reading_of,
)
from extractor.evaluate.results import Agreement, Error, Evaluation, FieldAgreement
from extractor.record import Record
from extractor.scoring.sins import categories


def compare(gold: Iterable[Gold], records: Iterable[Record]) -> Evaluation:
    """Compare records with gold by id; a gold report without a record counts as read to nothing."""
    cases, kept = tuple(gold), {record.id: record for record in records}
    read = {name: reading_of(record) for name, record in kept.items()}
    evaluation = compare_pairs([Pair(case.id, case.reading, read.get(case.id, NOTHING)) for case in cases])
    changes, changed = compare_changes(cases, kept)
    return replace(evaluation, errors=(*evaluation.errors, *changed), changes=changes)


def compare_pairs(pairs: Sequence[Pair]) -> Evaluation:
    """Compare readings of the same reports, the first of each pair in the place of gold."""
    errors = tuple(error for pair in pairs for error in differences(pair))
    counts = {name: _field_counts(pairs, name) for name in (*CORE_FIELDS, *OPTIONAL_FIELDS)}
    return Evaluation(
        reports=len(pairs),
        perfect=_perfect(pairs, errors),
        levels=_agreement(_table([level_counts(pair) for pair in pairs], 3)),
        facts=_agreement(_sum([counts[name] for name in CORE_FIELDS])),
        sins_exact=_over_gold(pairs, _same_range),
        category_exact=_over_gold(pairs, _same_categories),
        middle_icc=icc([middles(pair) for pair in pairs]),
        total_icc=icc([settled_totals(pair) for pair in pairs]),
        certainty=_over_gold(pairs, _same_certainty),
        negatives_with_lesion=_negatives(pairs),
        fields={name: _field(pairs, name, table) for name, table in counts.items()},
        report_wide={name: _wide(pairs, name) for name in (*CORE_WIDE, *OPTIONAL_WIDE)},
        errors=errors,
    )


def _table(rows: Sequence[Sequence[int]], columns: int) -> Counts:
    """Return counts, a row a report."""
    return np.array(rows, dtype=np.float64).reshape(len(rows), columns)


def _column(values: Iterable[int]) -> Counts:
    return np.array(list(values), dtype=np.float64)


def _sum(tables: Sequence[Counts]) -> Counts:
    return np.array(np.sum(tables, axis=0), dtype=np.float64)


def _field_counts(pairs: Sequence[Pair], field: str) -> Counts:
    return _table([field_counts(pair, field) for pair in pairs], 6)


def _agreement(counts: Counts) -> Agreement:
    """Return the agreement of counts whose first columns are found rightly, found wrongly and missed."""
    tp, fp, fn = counts[:, 0], counts[:, 1], counts[:, 2]
    return Agreement(proportion(tp, tp + fp), proportion(tp, tp + fn), f1(tp, fp, fn))


def _field(pairs: Sequence[Pair], field: str, counts: Counts) -> FieldAgreement:
    lesions, exact, contradicts = counts[:, 3], counts[:, 4], counts[:, 5]
    return FieldAgreement(
        facts=_agreement(counts),
        exact=proportion(exact, lesions),
        contradicts=proportion(contradicts, lesions),
        kappa=kappa([field_labels(pair, field) for pair in pairs]),
    )


def _perfect(pairs: Sequence[Pair], errors: Iterable[Error]) -> Figure:
    wrong = {error.report for error in errors if is_core(error)}
    return proportion(_column(pair.report not in wrong for pair in pairs), _column(1 for _ in pairs))


def _over_gold(pairs: Sequence[Pair], same: Callable[[str, Found, Found], bool]) -> Figure:
    """Return the share of gold lesions that the program has, too, and that are the same."""
    hits = _column(sum(same(*lesion) for lesion in matched(pair)) for pair in pairs)
    return proportion(hits, _column(len(pair.gold.lesions) for pair in pairs))


def _same_range(level: str, gold: Found, got: Found) -> bool:
    return sins_range(level, gold) == sins_range(level, got)


def _same_categories(level: str, gold: Found, got: Found) -> bool:
    return categories(*sins_range(level, gold)) == categories(*sins_range(level, got))


def _same_certainty(_: str, gold: Found, got: Found) -> bool:
    return gold.certainty == got.certainty


def _negatives(pairs: Sequence[Pair]) -> Figure:
    """Return the share of reports without a lesion in which the program found one."""
    negatives = [not pair.gold.lesions for pair in pairs]
    found = [negative and bool(pair.got.lesions) for negative, pair in zip(negatives, pairs, strict=True)]
    return proportion(_column(found), _column(negatives))


def _wide(pairs: Sequence[Pair], name: str) -> Figure:
    """Return the share of reports with the same report-wide finding, among those whose gold has it."""
    given = [name in pair.gold.wide for pair in pairs]
    same = [name in pair.gold.wide and pair.gold.wide[name] == pair.got.wide[name] for pair in pairs]
    return proportion(_column(same), _column(given))
