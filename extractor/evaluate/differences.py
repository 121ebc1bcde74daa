"""Every difference between gold and the program's reading of a report, with the program's evidence."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.evaluate.pairs import Pair, lesions
from extractor.evaluate.reading import CORE_FIELDS, CORE_WIDE, Found, wide_words
from extractor.evaluate.results import Error
from extractor.values import GRADES, Evidence, in_order


def differences(pair: Pair) -> Iterator[Error]:
    """Yield the differences of one report: lesions from head to tail, then report-wide findings."""
    for level, gold, got in lesions(pair):
        if gold is None or got is None:
            yield _lesion_error(pair.report, level, gold, got)
        else:
            yield from _field_errors(pair.report, level, gold, got)
    yield from _wide_errors(pair)


def is_core(error: Error) -> bool:
    """Tell whether a difference is in what every gold record is annotated with, certainty apart."""
    return error.field in (CORE_WIDE if error.level is None else ("lesion", *CORE_FIELDS))


def _lesion_error(report: str, level: str, gold: Found | None, got: Found | None) -> Error:
    true = () if gold is None else (gold.certainty,)
    said = () if got is None else (got.certainty,)
    return Error(report, level, "lesion", true, said, _evidence(got, "lesion"))


def _field_errors(report: str, level: str, gold: Found, got: Found) -> Iterator[Error]:
    if gold.certainty != got.certainty:
        yield Error(report, level, "certainty", (gold.certainty,), (got.certainty,), _evidence(got, "lesion"))
    for field in GRADES:
        true, said = gold.grades.get(field), got.grades.get(field)
        if true is not None and said is not None and true != said:
            yield Error(report, level, field, in_order(field, true), in_order(field, said), _evidence(got, field))


def _wide_errors(pair: Pair) -> Iterator[Error]:
    for name, true in pair.gold.wide.items():
        said = pair.got.wide[name]
        if true != said:
            evidence = pair.got.evidence.get(name, ())
            yield Error(pair.report, None, name, wide_words(name, true), wide_words(name, said), evidence)


def _evidence(found: Found | None, field: str) -> tuple[Evidence, ...]:
    return () if found is None else found.evidence.get(field, ())
