"""What the matches of a regular expression must hold, read off its parse tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from re import _constants as op  # type: ignore[attr-defined]
from typing import Any, Final

#: Parts of words, or signs, of which each match holds at least one.
Need = frozenset[str]

REPEATS: Final = frozenset({op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT})
#: A sign that is a word of its own.
_SIGN: Final = re.compile(r"[^\w\s]")
#: What a match may need: a sign, or a part of a word; not "of" and the like, which stand in every text.
_PART: Final = re.compile(r"[^\w\s]|\w{3,}|(?:(?![aeiouy])\w){2}")
#: Ends a part that must be a whole word ("ht", which many words hold).
WHOLE: Final = "\0"


def needs_of(nodes: Iterable[tuple[Any, Any]], memo: dict[int, list[Need]]) -> list[Need]:
    """Return what a match of the nodes must hold; one part of a word, or several of which one will do, each.

    `memo` keeps what is known of nodes by identity.
    """
    found: list[Need] = []
    run, bound = "", False
    for code, value in nodes:
        if code is op.LITERAL:
            run += chr(value)
            continue
        at_bound = code is op.AT and value is op.AT_BOUNDARY
        found += [frozenset({run + WHOLE})] if bound and at_bound and run.isalnum() else _parts(run)
        run, bound = "", at_bound
        if id(value) not in memo:
            memo[id(value)] = _needs_of_node(code, value, memo)
        found += memo[id(value)]
    return found + _parts(run)


def _needs_of_node(code: Any, value: Any, memo: dict[int, list[Need]]) -> list[Need]:
    if code is op.SUBPATTERN and not value[1] and not value[2]:
        return needs_of(value[3], memo)
    if code in REPEATS and value[0] > 0:
        return needs_of(value[2], memo)
    if code is op.IN and all(of is op.LITERAL and _SIGN.match(chr(sign)) for of, sign in value):
        return [frozenset(chr(sign) for _, sign in value)]
    return _one_of(value[1], memo) if code is op.BRANCH else []


def _parts(run: str) -> list[Need]:
    return [frozenset({part}) for part in _PART.findall(run)]


def _one_of(branches: Sequence[Any], memo: dict[int, list[Need]]) -> list[Need]:
    """Return what any branch needs: from each its most telling need."""
    best = [max(needs_of(branch, memo), key=_tells, default=None) for branch in branches]
    known = [need for need in best if need is not None]
    return [frozenset().union(*known)] if len(known) == len(best) else []


def _tells(need: Need) -> tuple[int, int]:
    return min(map(len, need)), -len(need)
