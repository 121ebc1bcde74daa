"""The words people read for fields, grades, levels and scores; the terminal and the page share them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from extractor.record import FieldValue, Sins
from extractor.values import CATEGORIES, Evidence, next_level, sort_levels

STABILISED: Final = "Inside a stabilised span, where SINS is not validated."
_FIELD_WORDS: Final[dict[str, str]] = {
    "escc": "ESCC",
    "collapse_degree": "degree of collapse",
    "findings_impression": "findings as impression",
    "stated_sins": "stated SINS fits",
    "stated_escc": "stated ESCC fits",
    "fracture_cause": "cause of fracture",
    "extent": "number and extent",
}
_GRADE_WORDS: Final[dict[str, dict[str, str]]] = {
    "location": {"semirigid": "semi-rigid"},
    "pain": {"occasional": "not mechanical", "none": "no pain"},
    "collapse": {
        "over_50": "> 50 % collapse",
        "under_50": "< 50 % collapse",
        "none_over_50_involved": "no collapse, > 50 % of body involved",
        "none": "no collapse",
    },
}
#: From this length on a run of levels is written as a span.
_SPAN: Final = 3


def field_words(field: str) -> str:
    """Return a field's name as people write it."""
    return _FIELD_WORDS.get(field, field.replace("_", " "))


def grade_words(field: str, grade: str) -> str:
    """Return a grade as people write it."""
    return _GRADE_WORDS.get(field, {}).get(grade, grade.replace("_", " "))


def value_words(field: str, value: FieldValue) -> str:
    """Return the admitted grades, or that none is stated where the report leaves all of them open."""
    if value.status == "missing":
        return "open" if value.conflict else "not stated"
    return " or ".join(grade_words(field, grade) for grade in value.grades)


def range_words(low: int, high: int) -> str:
    """Return '9' or '9–12'."""
    return str(low) if low == high else f"{low}–{high}"


def category_words(category: Iterable[str]) -> str:
    """Return the categories a range still admits."""
    admitted = tuple(category)
    return "any category" if len(admitted) == len(CATEGORIES) else " or ".join(admitted)


def visible(words: str) -> str:
    """Return words from the data, with blanks for what cannot be shown."""
    return "".join(char if char.isprintable() else " " for char in words)


def quoted(evidence: Evidence) -> str:
    """Return the words in quotes on one line, with how they are said."""
    words = visible(evidence.text)
    said = [word for word, flag in (("denied", evidence.denied), ("hedged", evidence.hedged)) if flag]
    return f"“{' '.join(words.split())}”" + (f" ({', '.join(said)})" if said else "")


def distinct(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Return evidence without repeats of the same words in the same section of a document."""
    first: dict[tuple[str, str, int], Evidence] = {}
    for item in evidence:
        first.setdefault((quoted(item).casefold(), item.section, item.document), item)
    return tuple(first.values())


def levels_words(levels: Iterable[str]) -> str:
    """Return levels from head to tail, runs of three or more as 'T3–T5'."""
    runs: list[list[str]] = []
    for level in sort_levels(levels):
        if runs and next_level(runs[-1][-1]) == level:
            runs[-1].append(level)
        else:
            runs.append([level])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) >= _SPAN else ", ".join(run) for run in runs)


def names_words(fields: Iterable[str]) -> str:
    """Return field names in a row."""
    return ", ".join(field_words(field) for field in fields)


def open_words(sins: Sins) -> tuple[str, ...]:
    """Say what is open in a score and what it would change, a sentence each."""
    said = []
    if sins.missing:
        said.append(f"Missing: {names_words(sins.missing)}.")
    if sins.partial:
        said.append(f"Only partly stated: {names_words(sins.partial)}.")
    if sins.settling:
        said.append(f"Would settle the category alone: {names_words(sins.settling)}.")
    if narrowing := [field for field in sins.deciding if field not in sins.settling]:
        said.append(f"Could narrow the category: {names_words(narrowing)}.")
    if said and len(sins.category) == 1:
        said.append("The category stands whatever they are.")
    return tuple(said) or ("All six components are stated.",)
