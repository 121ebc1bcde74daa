"""What a level expression stands for, by the words around it: a vertebra, a root, a disc, a sequence."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from extractor.patterns import Patterns, Rule
from extractor.reading.finder import Finder, finder_of, search


def role_of(sentence: str, start: int, end: int, levels: Collection[str], patterns: Patterns) -> str:
    """Return what the expression stands for, by the words just before and after it."""
    sequences_only = set(levels) <= {"T1", "T2"} and sentence[start] == "t"
    before = _said_before(sentence[max(0, start - 110) : start], patterns, sequences_only)
    after = _said_after(sentence[end : end + 110], patterns, sequences_only)
    if start < 3 and sentence[end : end + 1] == "," and "treatment" in (before, after):
        return "vertebra"  # "T7, cemented, with 60 % loss of height"
    return _settled(before, after)


def _said_before(words: str, patterns: Patterns, sequences_only: bool) -> str:
    if not words:
        return ""
    for rule, regex, places in _finder(patterns, before=True).places(words):
        if (sequences_only or "t1t2" not in rule.tags) and search(regex, words, places, 0, len(words)):
            return rule.grades[0]
    return ""


def _said_after(words: str, patterns: Patterns, sequences_only: bool) -> str:
    if not words:
        return ""
    for rule, regex in _finder(patterns, before=False).opening(words):
        if (sequences_only or "t1t2" not in rule.tags) and regex.match(words):
            return rule.grades[0]
    return ""


@lru_cache(16)
def _finder(patterns: Patterns, *, before: bool) -> Finder[Rule]:
    return finder_of(rule for rule in patterns.of("level_role") if ("before" in rule.tags) == before)


def _settled(before: str, after: str) -> str:
    """Weigh both sides: signal words before win, then a vertebral word on either side, then the rest."""
    if before == "outside" or (before == "sequence" and after != "vertebra"):
        return before
    if before == "sequence" or "vertebra" in (before, after):
        if after in {"rib", "root", "disc"}:
            return after
        return "sequence" if before == "sequence" and after != "vertebra" else "vertebra"
    return after or before or "vertebra"
