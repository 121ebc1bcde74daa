"""Find repeats of runs: "(?: +)*" tries every way to divide a run of blanks, twice as many with each blank more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final

#: Possessive repeats try one way only.
_REPEATS: Final = frozenset({op.MAX_REPEAT, op.MIN_REPEAT})
_Nodes = Sequence[tuple[Any, Any]]


def repeats_a_run(source: str) -> bool:
    """Tell whether a regex repeats something that may be a run of any length, and nothing but that run."""
    return any(most > 1 and any(map(_is_run, _ways(body))) for _, most, body in _repeats(parser.parse(source)))


def _repeats(part: Any) -> Iterator[tuple[int, Any, _Nodes]]:
    """Yield the least, the most and the body of every repeat within a part of a parse tree."""
    if isinstance(part, tuple) and part and part[0] in _REPEATS:
        yield part[1]
    if isinstance(part, (parser.SubPattern, tuple, list)):
        for inner in part:
            yield from _repeats(inner)


def _ways(nodes: _Nodes) -> Iterator[_Nodes]:
    """Yield the alternatives that nodes stand for, where they are nothing but a group of them."""
    alone: tuple[Any, Any] = nodes[0] if len(nodes) == 1 else (None, None)
    if alone[0] is op.SUBPATTERN:
        yield from _ways(alone[1][3])
    elif alone[0] is op.BRANCH:
        for branch in alone[1][1]:
            yield from _ways(branch)
    else:
        yield nodes


def _is_run(nodes: _Nodes) -> bool:
    """Tell whether one repeat without end may be all that nodes match."""
    least = [value[0] if code in _REPEATS else 1 for code, value in nodes]
    endless = [code in _REPEATS and value[1] is op.MAXREPEAT for code, value in nodes]
    return any(one and not any(least[:at] + least[at + 1 :]) for at, one in enumerate(endless))
