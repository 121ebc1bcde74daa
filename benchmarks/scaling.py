"""How the time grows with a report's length, and how much two workers read against one."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from subprocess import run
from typing import Any, Final

from benchmarks.figures import exponent
from benchmarks.reports import enough, in_groups, mean_length, usual_reports
from benchmarks.systems import OURS, SYSTEMS
from benchmarks.worker import started

_SIZES: Final = (1, 2, 4, 8, 16, 32, 64)
_LONGEST: Final = _SIZES[-1]
_ROUNDS: Final = 5
#: Reports that one worker and two read, so many that starting up counts little.
_ARCHIVE: Final = 6_000
_QUICK_ARCHIVE: Final = 600


def scaling(say: Callable[[str], None], *, quick: bool) -> dict[str, Any]:
    """Measure both."""
    return {"length": _length(say, rounds=2 if quick else _ROUNDS), "workers": _workers(say, quick=quick)}


def _length(say: Callable[[str], None], *, rounds: int) -> dict[str, Any]:
    """Read the same 64 reports one by one, joined by two, by four, …: all as one text takes 64 times one's length."""
    reports = enough(usual_reports(), _LONGEST)
    (system,) = (one for one in SYSTEMS if one.name == OURS)
    seconds: dict[int, list[float]] = {size: [] for size in _SIZES}
    with ExitStack() as stack:
        timed = stack.enter_context(started(system))
        timed(reports, 0)
        for _ in range(rounds):
            for size in _SIZES:
                seconds[size].append(timed(in_groups(reports, size), 0).seconds)
    each = [median(seconds[size]) * size / _LONGEST for size in _SIZES]
    power = exponent(_SIZES, each)
    say(f"time grows with the {power:.2f} power of the length, from 1 to {_LONGEST} times")
    return {
        "characters": mean_length(reports),
        "times": list(_SIZES),
        "seconds": [round(one, 5) for one in each],
        "exponent": round(power, 3),
    }


def _workers(say: Callable[[str], None], *, quick: bool) -> dict[str, Any]:
    """Let one worker and two read an archive into tables, start-up and all, by the clock."""
    count = _QUICK_ARCHIVE if quick else _ARCHIVE
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.jsonl"
        write_archive(path, enough(usual_reports(), count))
        taken: dict[int, list[float]] = {1: [], 2: []}
        for number in range(1 if quick else 3):
            for workers in (1, 2):
                taken[workers].append(_batch(path, Path(folder) / f"run-{number}-{workers}", workers))
                say(f"{workers} worker{'s' * (workers > 1)}: {count / taken[workers][-1]:.0f} reports/s into tables")
    rates = {workers: count / median(seconds) for workers, seconds in taken.items()}
    return {"reports": count, "one": round(rates[1], 1), "two": round(rates[2], 1), "gain": rates[2] / rates[1]}


def write_archive(path: Path, texts: Sequence[str]) -> None:
    """Write an archive of JSON lines."""
    lines = (json.dumps({"id": f"r-{number}", "text": text}) for number, text in enumerate(texts))
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _batch(path: Path, folder: Path, workers: int) -> float:
    """Return the seconds that a run takes."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "extractor", "batch", str(path), "-o", str(folder), "--workers", str(workers)]
    run(command, check=True, capture_output=True)
    return time.perf_counter() - start
