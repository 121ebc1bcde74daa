"""How the matches of a regular expression begin and what they hold, read off its parse tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final, Literal

#: Once there are more ways to begin than this, no more of the regex is looked at.
_MOST: Final = 500
#: Shorter parts of words stand in every text.
_LEAST: Final = 3
_REPEATS: Final = frozenset({op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT})
_NO_WIDTH: Final = frozenset({op.AT, op.ASSERT, op.ASSERT_NOT})
_STARTS_WORD: Final = frozenset({op.AT_BOUNDARY, op.AT_BEGINNING, op.AT_BEGINNING_STRING})
_WORD: Final = re.compile(r"\w+")

#: The word a match begins with, as far as it is known, and what follows: the word's end, anything ("cut"), or
#: whatever comes next in the regex ("open").
_Start = tuple[str, Literal["ends", "cut", "open"]]
_NOTHING: Final[frozenset[_Start]] = frozenset({("", "open")})
_ANYTHING: Final[frozenset[_Start]] = frozenset({("", "cut")})


@dataclass(frozen=True, slots=True)
class Head:
    """A way for a match to begin: with `word`, some letters and digits or one other sign, or a longer word.

    `ends` tells that it is no longer one. An ASCII digit stands for any decimal digit.
    """

    word: str
    ends: bool


#: Parts of words of which each match holds at least one.
Need = frozenset[str]


@dataclass(frozen=True, slots=True)
class Shape:
    """The ways a match may begin (None: anyhow), whether it never begins within a word, and all it needs."""

    heads: frozenset[Head] | None
    at_word: bool
    needs: tuple[Need, ...]


def shape_of(source: str) -> Shape:
    """Return what is known of the matches of a regex; nothing where it has flags of its own."""
    tree = parser.parse(source, re.MULTILINE)
    if tree.state.flags & ~(re.UNICODE | re.MULTILINE):
        return Shape(None, at_word=False, needs=())
    starts, needs = _of_sequence(tree), tuple(_needs(tree))
    if any(not word for word, _ in starts):
        return Shape(None, at_word=False, needs=needs)
    return Shape(frozenset(Head(word, state == "ends") for word, state in starts), _at_word(tree), needs)


def _of_sequence(nodes: Iterable[tuple[Any, Any]]) -> frozenset[_Start]:
    starts = _NOTHING
    for code, value in nodes:
        going_on = {word for word, state in starts if state == "open"}
        if not going_on:
            break
        more = _of_node(code, value)
        if code is op.AT and value is op.AT_BOUNDARY:
            joined: set[_Start] = {(word, "ends" if word else "open") for word in going_on}
        else:
            joined = {_joined(word, start) for word in going_on for start in more}
        starts = _pruned({start for start in starts if start[1] != "open"} | joined)
    return starts


def _pruned(starts: set[_Start]) -> frozenset[_Start]:
    """Leave out what begins like another of which only the beginning is known; cut all if they are too many."""
    if len(starts) > _MOST:
        starts = {(word, "cut" if state == "open" else state) for word, state in starts}
    return frozenset(start for start in starts if start[1] == "cut" or (start[0], "cut") not in starts)


def _joined(word: str, start: _Start) -> _Start:
    """Return a word with what comes next; it ends before the first sign that is no letter or digit."""
    text = word + start[0]
    run = _WORD.match(text)
    if run is None:
        return (text[:1], "cut") if text else start
    return (text, start[1]) if run.end() == len(text) else (run[0], "ends")


def _of_node(code: Any, value: Any) -> frozenset[_Start]:
    if code is op.LITERAL:
        return frozenset({(chr(value), "open")})
    if code is op.IN:
        return _of_class(value)
    if code is op.BRANCH:
        return reduce(frozenset.union, map(_of_sequence, value[1]))
    if code is op.SUBPATTERN and not value[1] and not value[2]:
        return _of_sequence(value[3])
    if code is op.ATOMIC_GROUP:
        return _of_sequence(value)
    if code in _REPEATS:
        return _of_repeat(*value)
    return _NOTHING if code in _NO_WIDTH else _ANYTHING


def _of_repeat(least: int, most: int, nodes: Any) -> frozenset[_Start]:
    once = _of_sequence(nodes)
    if most > 1:
        once = frozenset((word, "cut" if word and state == "open" else state) for word, state in once)
    return once | _NOTHING if least == 0 else once


def _of_class(items: Iterable[tuple[Any, Any]]) -> frozenset[_Start]:
    signs: set[str] = set()
    for code, value in items:
        if code is op.LITERAL:
            signs.add(chr(value))
        elif code is op.RANGE and value[1] - value[0] < 40:
            signs |= {chr(sign) for sign in range(value[0], value[1] + 1)}
        elif code is op.CATEGORY and value is op.CATEGORY_DIGIT:
            signs |= set("0123456789")
        else:
            return _ANYTHING
    return frozenset((sign, "open") for sign in signs)


def _at_word(nodes: Iterable[tuple[Any, Any]]) -> bool:
    for code, value in nodes:
        if code is op.AT and value in _STARTS_WORD:
            return True
        if code is op.SUBPATTERN and not value[1] and not value[2]:
            return _at_word(value[3])
        if code is op.BRANCH:
            return all(map(_at_word, value[1]))
        if code not in _NO_WIDTH:
            return False
    return False


def _needs(nodes: Iterable[tuple[Any, Any]]) -> list[Need]:
    """Return what a match of the nodes must hold; one part of a word, or several of which one will do, each."""
    found: list[Need] = []
    run = ""
    for code, value in nodes:
        if code is op.LITERAL:
            run += chr(value)
            continue
        found += _parts(run)
        run = ""
        if code is op.SUBPATTERN and not value[1] and not value[2]:
            found += _needs(value[3])
        elif code in _REPEATS and value[0] > 0:
            found += _needs(value[2])
        elif code is op.BRANCH:
            found += _one_of(value[1])
    return found + _parts(run)


def _parts(run: str) -> list[Need]:
    return [frozenset({part}) for part in _WORD.findall(run) if len(part) >= _LEAST]


def _one_of(branches: Sequence[Any]) -> list[Need]:
    """Return what any branch needs: from each its most telling need."""
    best = [max(_needs(branch), key=_tells, default=None) for branch in branches]
    known = [need for need in best if need is not None]
    return [frozenset().union(*known)] if len(known) == len(best) else []


def _tells(need: Need) -> tuple[int, int]:
    return min(map(len, need)), -len(need)
