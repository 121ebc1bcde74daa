"""Text that almost matches a pattern, over and over: each must be read in time that grows with its length."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final

from benchmarks.figures import exponent
from extractor import read
from extractor.patterns import Rule, compiled, load_patterns

_SIZES: Final = (12_500, 25_000, 50_000, 100_000)
#: Below so many seconds for the longest text the clock and the warm-up say more than the pattern.
_MATTERS: Final = 0.02
_CLEAR: Final = 4.0
_MOST: Final = 1.3
_READ: Final = 12
_WORDS: Final = ("pain", "of", "the", "left", "and", "t7", "12", "mm")


def hostile(say: Callable[[str], None], *, quick: bool) -> dict[str, Any]:
    """Search near misses of every pattern by the pattern, then read those of the slowest ones as reports."""
    rules = load_patterns().rules
    sizes = _SIZES[:3] if quick else _SIZES
    found = [_searched(rule, number, sizes) for rule in rules for number in range(len(rule.sources))]
    worse = [one for one in found if one["power"] > _MOST]
    slowest = sorted(found, key=lambda one: -one["seconds"] / one["characters"])[: 4 if quick else _READ]
    whole = [_read(one, rules, sizes) for one in slowest]
    say(f"{len(found)} patterns over {sizes[-1]:,} near misses: {len(worse)} grow faster than linearly")
    for one in worse:
        say(f"  {one['rule']} pattern {one['pattern']}: power {one['power']}, {one['seconds']} s")
    most = max(whole, key=lambda one: float(one["power"]))
    say(f"the {len(whole)} slowest read as reports: power at most {most['power']} ({most['rule']})")
    return {"patterns": len(found), "characters": sizes[-1], "worse": worse, "read": whole}


def _searched(rule: Rule, number: int, sizes: tuple[int, ...]) -> dict[str, Any]:
    regex = compiled(rule.sources[number])
    text = near_misses(rule.sources[number], sizes[-1])
    return _said(rule.id, number, sizes, lambda size: _count(regex, text[:size]))


def _count(regex: re.Pattern[str], text: str) -> int:
    return sum(1 for _ in regex.finditer(text))


def _read(slow: dict[str, Any], rules: tuple[Rule, ...], sizes: tuple[int, ...]) -> dict[str, Any]:
    (rule,) = (one for one in rules if one.id == slow["rule"])
    text = near_misses(rule.sources[slow["pattern"]], sizes[-1])
    return _said(rule.id, slow["pattern"], sizes, lambda size: read(text[:size]))


def _said(rule: str, number: int, sizes: Sequence[int], act: Callable[[int], object]) -> dict[str, Any]:
    """Time something over growing sizes, up to one that takes so long that the power is clear."""
    seconds: list[float] = []
    for size in sizes:
        seconds.append(_seconds(partial(act, size)))
        if len(seconds) > 1 and seconds[-1] > _CLEAR:
            break
    power = exponent(sizes[: len(seconds)], seconds) if seconds[-1] > _MATTERS else 1.0
    told = {"rule": rule, "pattern": number, "power": round(power, 2)}
    return told | {"characters": sizes[len(seconds) - 1], "seconds": round(seconds[-1], 3)}


def _seconds(act: Callable[[], object]) -> float:
    start = time.process_time()
    act()
    return max(time.process_time() - start, 1e-6)


def near_misses(source: str, length: int) -> str:
    """Return a text of beginnings of what a pattern matches, cut anywhere, and blanks and full stops seldom."""
    draw = random.Random(source)
    tree = parser.parse(source)
    parts: list[str] = []
    size = 0
    while size < length:
        words = "".join(_some(tree, draw))
        part = words[: draw.randint(1, max(1, len(words) - 1))]
        parts.append(part + draw.choice((" ", " ", ", ", " x ", ". " if draw.random() < 0.1 else " ")))
        size += len(parts[-1])
    return "".join(parts)[:length]


def _some(nodes: Any, draw: random.Random) -> Iterator[str]:
    """Yield pieces of a string that the nodes match, or nearly."""
    for code, value in nodes:
        if code in (op.LITERAL, op.NOT_LITERAL):
            yield chr(value) if code is op.LITERAL else draw.choice("ab ,")
        elif code is op.ANY:
            yield draw.choice(_WORDS)
        elif code is op.IN:
            yield _one_of(value, draw)
        elif code is op.BRANCH:
            yield from _some(draw.choice(value[1]), draw)
        elif code is op.SUBPATTERN:
            yield from _some(value[3], draw)
        elif code is op.ATOMIC_GROUP:
            yield from _some(value, draw)
        elif code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            least, most, body = value
            for _ in range(draw.randint(least, min(int(most), least + 6))):
                yield from _some(body, draw)


def _one_of(items: list[tuple[Any, Any]], draw: random.Random) -> str:
    code, value = draw.choice(items)
    if code is op.LITERAL:
        return chr(value)
    if code is op.RANGE:
        return chr(draw.randint(*value))
    if code is op.CATEGORY:
        return {op.CATEGORY_DIGIT: draw.choice("0123456789"), op.CATEGORY_SPACE: " "}.get(value, draw.choice("abcwxyz"))
    return draw.choice("abcdt ")
