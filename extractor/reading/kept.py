"""What regexes ask for, kept on disk between processes: to work it out takes longer than to read many reports.

It follows from the patterns and from nothing else; what cannot be kept or read back is worked out anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from inspect import getsource
from pathlib import Path
from typing import Any, Final

from extractor.reading import needs, offers, shape
from extractor.reading.offers import Asked, Entry, Offers, asked_of
from extractor.reading.shape import shapes_of

#: For fewer regexes it is worked out as fast as it is looked up.
_LEAST: Final = 10
#: So many sets of patterns are remembered, the latest used.
_MOST: Final = 40


def asked_by(sources: Sequence[str]) -> Asked:
    """Return what regexes ask for, from the disk if it is kept there."""
    file = _file(sources) if len(sources) >= _LEAST else None
    kept = None if file is None else _load(file)
    if kept is not None:
        return kept
    made = asked_of([shapes_of(source) for source in sources])
    if file is not None:
        with suppress(OSError):
            _keep(file, made)
    return made


def _file(sources: Sequence[str]) -> Path | None:
    """Return where it is kept what regexes ask for; None where there is no place for such things."""
    from platformdirs import user_cache_path

    try:
        making = json.dumps([*_makers(), *sources])
        folder = user_cache_path("sinsight", appauthor=False)
    except (OSError, RuntimeError):
        return None
    return folder / f"asked-{hashlib.sha256(making.encode()).hexdigest()[:32]}.json"


@cache
def _makers() -> tuple[str, ...]:
    """Return what makes it: this version of Python and the code that reads it off a regex."""
    return (sys.version, *map(getsource, (needs, shape, offers)))


def _load(file: Path) -> Asked | None:
    try:
        return _asked(json.loads(file.read_bytes()))
    except (OSError, ValueError, TypeError, LookupError, AttributeError):
        return None


def _asked(kept: dict[str, Any]) -> Asked:
    """Return what was kept; each set of needs stands once, in a list, and by its place there everywhere else."""
    sets = [frozenset(one) for one in kept["sets"]]
    begins, after_blank = (
        {
            word: [Entry(number, ends, at_word, sets[at], behind) for number, ends, at_word, at, behind in some]
            for word, some in one.items()
        }
        for one in (kept["begins"], kept["after_blank"])
    )
    whole, opening = kept["follows"]
    said = Offers(begins, after_blank, kept["meets"], (whole, opening), kept["longest"], frozenset(kept["openings"]))
    return Asked(said, tuple((number, sets[at]) for number, at in kept["anyhow"]))


def _keep(file: Path, made: Asked) -> None:
    """Write it in one step, and forget that of other patterns that was not used for longest."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = file.with_suffix(f".{os.getpid()}")
    try:
        aside.write_text(json.dumps(_plain(made)), encoding="utf-8")
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)
    others = sorted(file.parent.glob("asked-*.json"), key=lambda one: one.stat().st_mtime)
    for old in others[:-_MOST]:
        old.unlink(missing_ok=True)


def _plain(made: Asked) -> dict[str, Any]:
    said = made.offers
    sets: dict[frozenset[int], int] = {}

    def at(asked: frozenset[int]) -> int:
        return sets.setdefault(asked, len(sets))

    def entries(some: Mapping[str, Iterable[Entry]]) -> dict[str, Any]:
        return {word: [(*one[:3], at(one.needs), one.following) for one in each] for word, each in some.items()}

    plain = {
        "begins": entries(said.begins),
        "after_blank": entries(said.after_blank),
        "meets": said.meets,
        "follows": said.follows,
        "longest": said.longest,
        "openings": sorted(said.openings),
        "anyhow": [(number, at(asked)) for number, asked in made.anyhow],
    }
    return plain | {"sets": [sorted(one) for one in sets]}
