"""Turn a pattern into the phrases it stands for, for systems that take phrases: those without a wild word."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import product
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final

#: A pattern gives at most so many phrases; beyond that a user would not have written it as phrases.
MOST: Final = 100
_REPEATS: Final = frozenset({op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT})
_BLANKS: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases a pattern stands for; `whole` tells that it stands for no others."""

    texts: tuple[str, ...]
    whole: bool


#: Strings and whether they are all.
_Said = tuple[frozenset[str], bool]
_NOTHING: Final[_Said] = (frozenset({""}), True)
_UNKNOWN: Final[_Said] = (frozenset(), False)


@cache
def phrases_of(source: str) -> Phrases:
    """Return the phrases of a regex (as `Rule.sources` holds them), in order of the alphabet.

    What stands around a phrase (look-arounds) is left out of account, and then it is not whole.
    """
    found, whole = _of_sequence(parser.parse(source, re.MULTILINE))
    texts = {_BLANKS.sub(" ", text).strip() for text in found}
    return Phrases(tuple(sorted(text for text in texts if re.search(r"\w", text))), whole)


def _of_sequence(nodes: Iterable[tuple[Any, Any]]) -> _Said:
    found, whole = _NOTHING
    for code, value in nodes:
        more, all_of_it = _of_node(code, value)
        if len(found) * len(more) > MOST:
            more, all_of_it = frozenset(sorted(more)[: max(1, MOST // len(found))]), False
        found = frozenset(left + right for left, right in product(found, more))
        whole = whole and all_of_it
        if not found:
            return _UNKNOWN
    return found, whole


def _of_node(code: Any, value: Any) -> _Said:
    if code is op.LITERAL:
        return frozenset({chr(value)}), True
    if code is op.IN:
        return _of_class(value)
    if code is op.BRANCH:
        return _any_of(map(_of_sequence, value[1]))
    if code is op.SUBPATTERN:
        return _of_sequence(value[3])
    if code in _REPEATS:
        return _of_repeat(*value)
    if code is op.AT:
        return _NOTHING
    return (frozenset({""}), False) if code in {op.ASSERT, op.ASSERT_NOT} else _UNKNOWN


def _any_of(branches: Iterable[_Said]) -> _Said:
    said = list(branches)
    return frozenset().union(*(found for found, _ in said)), all(whole for _, whole in said)


def _of_repeat(least: int, most: int, nodes: Any) -> _Said:
    once, whole = _of_sequence(nodes)
    if once <= {" ", "-", ""}:  # a run of blanks is one blank
        return once | (frozenset({""}) if least == 0 else frozenset()), whole
    if least > 1 or not once:
        return _NOTHING[0] if least == 0 else frozenset(), False
    return once | (frozenset({""}) if least == 0 else frozenset()), whole and most == 1


def _of_class(items: Iterable[tuple[Any, Any]]) -> _Said:
    signs: set[str] = set()
    for code, value in items:
        if code is op.LITERAL:
            signs.add(chr(value))
        elif code is op.RANGE and value[1] - value[0] < 40:
            signs |= {chr(sign) for sign in range(value[0], value[1] + 1)}
        elif code is op.CATEGORY and value is op.CATEGORY_DIGIT:
            signs |= set("0123456789")
        else:
            return _UNKNOWN
    return frozenset(signs), True
