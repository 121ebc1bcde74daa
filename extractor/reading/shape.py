"""How the matches of a regular expression begin and what they hold, read off its parse tree."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final, Literal

from extractor.reading.needs import REPEATS, Need, needs_of

#: Once there are more ways to begin than this, no more of the regex is looked at.
_MOST: Final = 100
#: So many ways through the alternatives a regex begins with are told apart.
_WAYS: Final = 40
_NO_WIDTH: Final = frozenset({op.AT, op.ASSERT, op.ASSERT_NOT})
_STARTS_WORD: Final = frozenset({op.AT_BOUNDARY, op.AT_BEGINNING, op.AT_BEGINNING_STRING})
_WORD: Final = re.compile(r"\w+")
#: Stands where a word must end.
_END: Final = "\0"
#: The first token, whether it ends, the second, and all behind it.
_TOKENS: Final = re.compile(r"(\w+|[^\w\0])(\0? *)(\w+|[^\w\0])?(.*)", re.DOTALL)

#: What a match begins with, as far as it is known (each run of blanks is one, each digit 0), and what follows:
#: whatever comes next in the regex ("open"), or anything ("cut").
_Start = tuple[str, Literal["cut", "open"]]
_NOTHING: Final[frozenset[_Start]] = frozenset({("", "open")})
_ANYTHING: Final[frozenset[_Start]] = frozenset({("", "cut")})
_Nodes = Sequence[tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Token:
    """A word, some letters and digits or one other sign, or, unless it `ends`, what a longer word begins with.

    0 stands for any decimal digit, a blank for a run of blanks.
    """

    word: str
    ends: bool


@dataclass(frozen=True, slots=True)
class Head:
    """A way for a match to begin: within a word with a token, and behind that, blanks left out, another; None: any."""

    first: Token
    then: Token | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """The heads some matches may have (None: any), whether they never begin within a word, and all they need."""

    heads: frozenset[Head] | None
    at_word: bool
    needs: frozenset[Need]


@dataclass(frozen=True, slots=True)
class _Memo:
    """What is known of the nodes of one regex, by identity; its ways share them."""

    starts: dict[int, frozenset[_Start]]
    needs: dict[int, list[Need]]


#: As many as a set of patterns has: another set differs from it in a few.
@lru_cache(1_000)
def shapes_of(source: str) -> tuple[Shape, ...]:
    """Return shapes of which every match of a regex has one; one of anything where it has flags of its own."""
    tree = parser.parse(source, re.MULTILINE)
    if tree.state.flags & ~(re.UNICODE | re.MULTILINE):
        return (Shape(None, at_word=False, needs=frozenset()),)
    found: dict[tuple[bool, frozenset[Need]], frozenset[Head] | None] = {}
    memo = _Memo({}, {})
    for way in _ways(list(tree)):
        heads, key = _heads(way, memo), (_at_word(way), frozenset(needs_of(way, memo.needs)))
        others = found.get(key, frozenset())
        found[key] = None if heads is None or others is None else heads | others
    return tuple(Shape(heads, at_word, needs) for (at_word, needs), heads in found.items())


def _ways(nodes: _Nodes) -> list[_Nodes]:
    """Return the sequences that a sequence of nodes stands for, as it begins with alternatives."""
    done: list[_Nodes] = []
    waiting = [nodes]
    while waiting:
        way = waiting.pop()
        more = _step(way)
        if more is None or len(done) + len(waiting) + len(more) > _WAYS:
            done.append(way)
        else:
            waiting += more
    return done


def _step(nodes: _Nodes) -> list[_Nodes] | None:
    """Return what the first node that takes any text stands for, one alternative each; None for no alternatives."""
    at = next((at for at, (code, _) in enumerate(nodes) if code not in _NO_WIDTH), None)
    if at is None:
        return None
    before, (code, value), after = list(nodes[:at]), nodes[at], list(nodes[at + 1 :])
    if code is op.SUBPATTERN and not value[1] and not value[2]:
        return [before + list(value[3]) + after]
    if code is op.BRANCH:
        return [before + list(branch) + after for branch in value[1]]
    if code in REPEATS and value[0] == 0 and code is not op.POSSESSIVE_REPEAT:
        once = list(value[2]) if value[1] == 1 else [(code, (1, *value[1:]))]
        return [before + once + after, before + after]
    return None


def _heads(nodes: _Nodes, memo: _Memo) -> frozenset[Head] | None:
    """Return the ways for a match of the nodes to begin; None if it may begin with anything."""
    heads: set[Head] = set()
    for text, _ in _of_sequence(nodes, memo):
        found = _TOKENS.match(text)
        if found is None:
            return None
        first = Token(found[1], ends=bool(found[2] or found[3]))
        heads.add(Head(first, Token(found[3], ends=bool(found[4])) if found[3] else None))
    free = {head.first for head in heads if head.then is None}
    return frozenset(head for head in heads if head.then is None or head.first not in free)


def _of_sequence(nodes: Iterable[tuple[Any, Any]], memo: _Memo) -> frozenset[_Start]:
    starts = _NOTHING
    for code, value in _with_runs(nodes):
        going_on = [text for text, state in starts if state == "open"]
        if not going_on:
            break
        if code is op.AT and value is op.AT_BOUNDARY:
            joined: set[_Start] = {(text + _END if _WORD.match(text[-1:]) else text, "open") for text in going_on}
        elif code in _NO_WIDTH:
            continue
        else:
            joined = _concatenated(going_on, _of_node(code, value, memo))
        if len(going_on) < len(starts):
            joined.update(start for start in starts if start[1] == "cut")
        starts = _pruned(joined)
    return starts


def _with_runs(nodes: Iterable[tuple[Any, Any]]) -> Iterator[tuple[Any, Any]]:
    """Yield nodes, runs of literal signs as one text."""
    run = ""
    for code, value in nodes:
        if code is op.LITERAL:
            run += _plain(chr(value))
            continue
        if run:
            yield op.LITERAL, run
            run = ""
        yield code, value
    if run:
        yield op.LITERAL, run


def _concatenated(texts: Collection[str], more: frozenset[_Start]) -> set[_Start]:
    """Return texts with what comes next; of too many, only what the texts tell."""
    if len(texts) * len(more) > _MOST:
        return {(text, "cut") for text in texts} if any(texts) or len(texts) > 1 else set(more)
    joined = (_joined(text, start) for text in texts for start in more)
    return {start for start in joined if start is not None}


def _joined(text: str, start: _Start) -> _Start | None:
    """Return a text with what comes next, cut once two tokens are known; None if that would go on an ended word."""
    more, state = start
    if not text or (text.isalnum() and more.isalnum()):
        return text + more, state
    if text.endswith(_END) and more and _WORD.match(more):
        return None
    whole = text + more
    found = _TOKENS.match(whole)
    if found is None:
        return whole, state
    known = found[1] + found[2][-1:] + (found[3] or "")
    return (known + _END, "cut") if found[4] else (known, state)


def _pruned(starts: set[_Start]) -> frozenset[_Start]:
    """Keep of starts that are too many only their first tokens."""
    if len(starts) <= _MOST:
        return frozenset(starts)
    firsts = (_TOKENS.match(text) for text, _ in starts)
    return frozenset((found[1] + (_END if found[2] or found[3] else "") if found else "", "cut") for found in firsts)


def _of_node(code: Any, value: Any, memo: _Memo) -> frozenset[_Start]:
    if code is op.LITERAL:
        return frozenset({(value, "open")})
    if code is op.IN:
        return _of_class(value)
    if id(value) not in memo.starts:
        memo.starts[id(value)] = _of_group(code, value, memo)
    return memo.starts[id(value)]


def _of_group(code: Any, value: Any, memo: _Memo) -> frozenset[_Start]:
    if code is op.BRANCH:
        return reduce(frozenset.union, (_of_sequence(branch, memo) for branch in value[1]))
    if code is op.SUBPATTERN and not value[1] and not value[2]:
        return _of_sequence(value[3], memo)
    if code is op.ATOMIC_GROUP:
        return _of_sequence(value, memo)
    return _of_repeat(*value, memo=memo) if code in REPEATS else _ANYTHING


def _plain(sign: str) -> str:
    return "0" if sign.isdecimal() else sign


def _of_repeat(least: int, most: int, nodes: Any, *, memo: _Memo) -> frozenset[_Start]:
    """Return how some repeats begin; three tell two tokens."""
    once = _of_sequence(nodes, memo)
    if once == {(" ", "open")}:
        return once | _NOTHING if least == 0 else once
    found: set[_Start] = set() if least else set(_NOTHING)
    here: frozenset[_Start] = _NOTHING
    for count in range(1, min(int(most), 3) + 1):
        going_on = [text for text, state in here if state == "open"]
        here = _pruned(_concatenated(going_on, once))
        if count == 3 and most > 3:
            here = frozenset((text, "cut") for text, _ in here)
        found |= here if count >= least else {start for start in here if start[1] == "cut"}
    return _pruned(found | here if least > 3 else found)


def _of_class(items: Iterable[tuple[Any, Any]]) -> frozenset[_Start]:
    signs: set[str] = set()
    for code, value in items:
        if code is op.LITERAL:
            signs.add(_plain(chr(value)))
        elif code is op.RANGE and value[1] - value[0] < 40:
            signs |= {_plain(chr(sign)) for sign in range(value[0], value[1] + 1)}
        elif code is op.CATEGORY and value is op.CATEGORY_DIGIT:
            signs.add("0")
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
