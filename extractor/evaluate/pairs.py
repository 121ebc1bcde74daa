"""Gold and the program's reading side by side, and what is counted over them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from extractor.evaluate.reading import CORE_FIELDS, Found, Reading
from extractor.scoring.sins import admit, total_range
from extractor.values import COMPONENTS, GRADES, location_grades, sort_levels


@dataclass(frozen=True, slots=True)
class Pair:
    """Gold and the program's reading of one report."""

    report: str
    gold: Reading
    got: Reading


def lesions(pair: Pair) -> Iterator[tuple[str, Found | None, Found | None]]:
    """Yield each vertebra that either side has, head to tail; None on a side that has no lesion there."""
    gold, got = pair.gold.lesions, pair.got.lesions
    for level in sort_levels((*gold, *got)):
        yield level, gold.get(level), got.get(level)


def matched(pair: Pair) -> Iterator[tuple[str, Found, Found]]:
    """Yield each vertebra that both sides have."""
    for level, gold, got in lesions(pair):
        if gold is not None and got is not None:
            yield level, gold, got


def level_counts(pair: Pair) -> tuple[int, int, int]:
    """Return how many lesions were found rightly, found wrongly and missed."""
    gold, got = pair.gold.lesions.keys(), pair.got.lesions.keys()
    return len(gold & got), len(got - gold), len(gold - got)


def field_counts(pair: Pair, field: str) -> list[int]:
    """Return facts found rightly, wrongly and missed; gold lesions, those with the same set, those contradicted.

    An optional field is counted only at gold lesions that have it.
    """
    rows = [
        _field_row(gold, got, field)
        for _, gold, got in lesions(pair)
        if (field in CORE_FIELDS if gold is None else field in gold.grades)
    ]
    return [sum(column) for column in zip(*rows, strict=True)] if rows else [0] * 6


def _field_row(gold: Found | None, got: Found | None, field: str) -> tuple[int, ...]:
    true, said = _grades(gold, field), _grades(got, field)
    known, claimed, same = len(true) == 1, len(said) == 1, true == said
    facts = (known and same, claimed and not same, known and not same)
    sets = (gold is not None, gold is not None and got is not None and same, gold is not None and not true & said)
    return tuple(map(int, facts + sets))


def _grades(found: Found | None, field: str) -> frozenset[str]:
    """Return the admitted set; where there is no lesion, nothing is ruled out."""
    return frozenset(GRADES[field]) if found is None else found.grades[field]


def field_labels(pair: Pair, field: str) -> list[tuple[frozenset[str], frozenset[str]]]:
    """Return both admitted sets at each lesion both sides have, if gold has the field."""
    return [(gold.grades[field], got.grades[field]) for _, gold, got in matched(pair) if field in gold.grades]


def sins_range(level: str, found: Found) -> tuple[int, int]:
    """Return the lowest and the highest SINS of a lesion."""
    stated = {name: found.grades[name] for name in COMPONENTS if name != "location"}
    return total_range(admit({"location": location_grades(level), **stated}))


def middles(pair: Pair) -> list[tuple[int, int]]:
    """Return twice the middle of both ranges (lowest and highest total added up) of each lesion both sides have."""
    return [(sum(gold), sum(got)) for gold, got in _ranges(pair)]


def settled_totals(pair: Pair) -> list[tuple[int, int]]:
    """Return both totals of each lesion where both sides settle it."""
    return [(gold[0], got[0]) for gold, got in _ranges(pair) if gold[0] == gold[1] and got[0] == got[1]]


def _ranges(pair: Pair) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    for level, gold, got in matched(pair):
        yield sins_range(level, gold), sins_range(level, got)
