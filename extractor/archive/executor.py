"""What runs on a Spark executor: reports read in a process of its own, so that one that crashes it falls alone."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from extractor.archive.chunk import Chunk, Outcome
from extractor.archive.pool import Pool, join_outcomes
from extractor.archive.worker import Task

#: What driver and executors must have in common for the same bytes: version and digest of the patterns.
Making = tuple[str, str]


def answer(payload: bytes, making: Making) -> Outcome | str:
    """Read the chunk in a payload; if this executor would read it otherwise than the driver, say what is wrong."""
    task, chunk, patterns, timeout = pickle.loads(payload)
    return _differs(patterns, making) or read_guarded(task, [chunk], timeout)


def pack(task: Task, chunk: Chunk, patterns: Path | None, timeout: float) -> bytes:
    """Return the payload of a chunk; bytes, so that an executor that lacks sinsight can still say so."""
    return pickle.dumps((task, chunk, patterns, timeout))


def read_guarded(task: Task, chunks: Sequence[Chunk], timeout: float) -> Outcome:
    """Read chunks in the guarded process of this one; `timeout` is seconds a report."""
    keyed: Iterator[tuple[None, Chunk]] = ((None, chunk) for chunk in chunks)
    return join_outcomes(outcome for _, outcome in _guard(pickle.dumps(task), timeout).read(keyed))


@cache
def _guard(task: bytes, timeout: float) -> Pool:
    """Return the process that reads; Spark keeps its Python processes between tasks, and so it stays warm."""
    return Pool(pickle.loads(task), 1, timeout)


@cache
def _differs(patterns: Path | None, making: Making) -> str:
    """Return in what this executor differs from the driver; nothing where both would read alike."""
    from extractor import __version__
    from extractor.errors import PatternError
    from extractor.patterns import load_patterns

    version, digest = making
    if __version__ != version:
        return f"have sinsight {__version__}, and here is {version}; install the same there"
    try:
        same = load_patterns(patterns).digest == digest
    except PatternError:
        same = False
    remedy = "--patterns must be a folder that all of them see" if patterns else "install the same sinsight there"
    return "" if same else f"have other patterns; {remedy}"
