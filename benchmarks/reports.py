"""Reports to measure with, made from the corpus: the same ones every time, and as many as wanted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import count, islice
from pathlib import Path
from statistics import mean
from typing import Final

from extractor.resources import corpus_dir

#: Reports of the length that the goals are set for: about 2,200 characters.
LEAST, MOST = 1800, 2600
#: Sizes in a report may change; what is measured does not.
_SIZE: Final = re.compile(r"(?<![\d./])\d{1,2}(?= ?(?:mm|cm|%))")


@cache
def corpus_texts() -> tuple[str, ...]:
    """Return the texts of the corpus, without the unseen reports, which nobody works with."""
    files = sorted(file for file in (corpus_dir() / "reports").glob("*.jsonl") if not file.name.startswith("unseen_"))
    return tuple(text for file in files for text in texts_of(file))


def texts_of(file: Path) -> tuple[str, ...]:
    """Return the texts of a file of JSON lines."""
    return tuple(json.loads(line)["text"] for line in file.read_text(encoding="utf-8").split("\n") if line)


def usual_reports(most: int | None = None) -> tuple[str, ...]:
    """Return the reports of usual length; of these at most so many, spread evenly."""
    fitting = [text for text in corpus_texts() if LEAST <= len(text) <= MOST]
    step = 1 if most is None else max(1, len(fitting) // most)
    return tuple(fitting[::step][:most])


def varied(text: str, number: int) -> str:
    """Return a report with its sizes changed, so that no two of an archive are alike; as long as before."""

    def changed(match: re.Match[str]) -> str:
        base = 10 if len(match[0]) == 2 else 1
        return str(base + (int(match[0]) - base + number) % (9 * base))

    return _SIZE.sub(changed, text)


def archive(reports: Sequence[str]) -> Iterator[str]:
    """Yield reports without end, going round those given, each round with other sizes."""
    for number in count():
        yield from (varied(text, number) for text in reports)


def in_groups(reports: Sequence[str], size: int) -> list[str]:
    """Return reports joined in groups of a size, in order: longer and longer texts that hold the same words."""
    return ["\n\n".join(reports[at : at + size]) for at in range(0, len(reports), size)]


def enough(reports: Sequence[str], number: int) -> tuple[str, ...]:
    """Return so many different reports."""
    return tuple(islice(archive(reports), number))


def mean_length(reports: Sequence[str]) -> int:
    """Return the mean length in characters."""
    return round(mean(map(len, reports)))
