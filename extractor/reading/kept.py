"""Shapes kept on disk between processes: to work them out takes longer than to read many reports.

They follow from the patterns and from nothing else; what cannot be kept or read back is worked out anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from inspect import getsource
from pathlib import Path
from typing import Any, Final

from extractor.reading import needs, shape
from extractor.reading.shape import Head, Shape, Token, shapes_of

#: Fewer regexes are worked out as fast as they are looked up.
_LEAST: Final = 10
#: So many sets of patterns are remembered, the latest used.
_MOST: Final = 40


def shapes_of_all(sources: Sequence[str]) -> list[tuple[Shape, ...]]:
    """Return the shapes of each regex, from the disk if they are kept there."""
    file = _file(sources) if len(sources) >= _LEAST else None
    kept = None if file is None else _load(file)
    if kept is not None and len(kept) == len(sources):
        return kept
    made = [shapes_of(source) for source in sources]
    if file is not None:
        with suppress(OSError):
            _keep(file, made)
    return made


def _file(sources: Sequence[str]) -> Path | None:
    """Return where the shapes of regexes are kept; None where there is no place for such things."""
    from platformdirs import user_cache_path

    try:
        making = [*_makers(), *sources]
        folder = user_cache_path("sinsight", appauthor=False)
    except (OSError, RuntimeError):
        return None
    return folder / f"shapes-{hashlib.sha256(json.dumps(making).encode()).hexdigest()[:32]}.json"


@cache
def _makers() -> tuple[str, ...]:
    """Return what makes shapes: this version of Python and the code that reads them off a regex."""
    return (sys.version, *map(getsource, (shape, needs)))


def _load(file: Path) -> list[tuple[Shape, ...]] | None:
    try:
        return [tuple(_shape(*one) for one in shapes) for shapes in json.loads(file.read_bytes())]
    except (OSError, ValueError, TypeError):
        return None


def _shape(heads: list[list[Any]] | None, at_word: bool, asked: list[list[str]]) -> Shape:
    found = None if heads is None else frozenset(_head(*head) for head in heads)
    return Shape(found, at_word, frozenset(map(frozenset, asked)))


def _head(word: str, ends: bool, *then: Any) -> Head:
    return Head(Token(word, ends), Token(*then) if then else None)


def _keep(file: Path, made: Sequence[tuple[Shape, ...]]) -> None:
    """Write shapes in one step, and forget those of other patterns that were not used for longest."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = file.with_suffix(f".{os.getpid()}")
    try:
        aside.write_text(json.dumps([[_plain(one) for one in shapes] for shapes in made]), encoding="utf-8")
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)
    others = sorted(file.parent.glob("shapes-*.json"), key=lambda one: one.stat().st_mtime)
    for old in others[:-_MOST]:
        old.unlink(missing_ok=True)


def _plain(one: Shape) -> list[Any]:
    heads = None if one.heads is None else [_words(head) for head in one.heads]
    return [heads, one.at_word, [sorted(need) for need in one.needs]]


def _words(head: Head) -> list[Any]:
    first = [head.first.word, head.first.ends]
    return first if head.then is None else [*first, head.then.word, head.then.ends]
