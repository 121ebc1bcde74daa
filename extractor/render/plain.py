"""A record as plain sentences, to be pasted into a report."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.record import Lesion, Record
from extractor.render.words import (
    STABILISED,
    category_words,
    field_words,
    names_words,
    range_words,
    value_words,
)
from extractor.values import COMPONENTS


def report_text(record: Record) -> str:
    """Return a line a lesion: level, SINS, category, the components with their points, and what is open."""
    if not record.lesions:
        return "No vertebra is said to hold a metastasis.\n"
    return "".join(f"{' '.join(_sentences(lesion))}\n" for lesion in record.lesions)


def _sentences(lesion: Lesion) -> Iterator[str]:
    sins = lesion.sins
    hedge = "" if lesion.certainty == "certain" else f" ({lesion.certainty})"
    yield f"{lesion.level}{hedge}: SINS {range_words(sins.low, sins.high)} of 18, {category_words(sins.category)}."
    known = [name for name in COMPONENTS if name not in sins.missing]
    said = ", ".join(f"{_value(lesion, name)} ({range_words(*sins.points[name])})" for name in known)
    yield f"{said[:1].upper()}{said[1:]}."
    if sins.missing:
        yield f"Not stated: {names_words(sins.missing)}."
    if lesion.stabilised:
        yield STABILISED


def _value(lesion: Lesion, field: str) -> str:
    """Return a value with its field's name, where the value does not say it already ("< 50 % collapse")."""
    name, value = field_words(field), value_words(field, lesion.fields[field])
    return value if name in value else f"{name} {value}"
