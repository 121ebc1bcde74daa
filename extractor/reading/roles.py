"""What a level expression stands for, by the words around it: a vertebra, a root, a disc, a sequence."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from extractor.patterns import Patterns, Rule
from extractor.reading.finder import Finder, Places, build_finder, finder_of, search
from extractor.reading.notation import ATOM

#: So far from an expression the words may stand that say what it is.
_REACH: Final = 110
_SEQUENCES: Final = frozenset({"T1", "T2"})


#: A regex with its rule, None for that of a level, and where it may begin to match.
Offered = tuple[Rule | None, re.Pattern[str], Places]


class Roles(NamedTuple):
    """What may say what the level expressions of a text stand for: rules on the words before them and after them."""

    before: Sequence[tuple[Rule, re.Pattern[str], Places]]
    after: Finder[Rule]


def level_regexes(patterns: Patterns) -> list[tuple[Rule | None, str]]:
    """Return the regex of a level and those of the words before one, each with its rule."""
    rules = [rule for rule in patterns.of("level_role") if "before" in rule.tags]
    return [(None, ATOM.pattern), *((rule, source) for rule in rules for source in rule.sources)]


@lru_cache(8)
def level_finder(patterns: Patterns) -> Finder[Rule | None]:
    """Return a finder of levels and of the words before them."""
    return build_finder(level_regexes(patterns))


def level_places(offered: Iterable[Offered], patterns: Patterns) -> tuple[Sequence[int], Roles]:
    """Return where a level may be written, and what may say what it is, of what a text offers."""
    places: Sequence[int] = ()
    before: list[tuple[Rule, re.Pattern[str], Places]] = []
    for rule, regex, some in offered:
        if rule is None:
            places = some or ()
        else:
            before.append((rule, regex, some))
    return places, Roles(before, _after(patterns))


@lru_cache(8)
def _after(patterns: Patterns) -> Finder[Rule]:
    return finder_of(rule for rule in patterns.of("level_role") if "before" not in rule.tags)


def role_of(text: str, before: tuple[int, int], after: tuple[int, int], levels: Collection[str], roles: Roles) -> str:
    """Return what an expression stands for, by the words of its sentence before and after it."""
    start, end = before[1], after[0]
    sequences_only = text[start] == "t" and _SEQUENCES.issuperset(levels)
    said_before = _said_before(text, max(before[0], start - _REACH), start, roles, sequences_only)
    said_after = _said_after(text[end : min(after[1], end + _REACH)], roles, sequences_only)
    if start - before[0] < 3 and text.startswith(",", end, after[1]) and "treatment" in (said_before, said_after):
        return "vertebra"  # "T7, cemented, with 60 % loss of height"
    return _settled(said_before, said_after)


def _said_before(text: str, start: int, end: int, roles: Roles, sequences_only: bool) -> str:
    for rule, regex, places in roles.before:
        if places is not None:
            first = bisect_left(places, start)
            if first == len(places) or places[first] > end:
                continue
        if (sequences_only or "t1t2" not in rule.tags) and search(regex, text, places, start, end):
            return rule.grades[0]
    return ""


def _said_after(words: str, roles: Roles, sequences_only: bool) -> str:
    if not words:
        return ""
    for rule, regex in roles.after.opening(words):
        if (sequences_only or "t1t2" not in rule.tags) and regex.match(words):
            return rule.grades[0]
    return ""


def _settled(before: str, after: str) -> str:
    """Weigh both sides: signal words before win, then a vertebral word on either side, then the rest."""
    if before == "outside" or (before == "sequence" and after != "vertebra"):
        return before
    if before == "sequence" or "vertebra" in (before, after):
        if after in {"rib", "root", "disc"}:
            return after
        return "sequence" if before == "sequence" and after != "vertebra" else "vertebra"
    return after or before or "vertebra"
