"""The memory of a worker of `sinsight batch`: at its peak, and by how much it grows with each report."""

from __future__ import annotations

import multiprocessing
import resource
import sys
from collections.abc import Callable
from itertools import islice
from multiprocessing.connection import Connection
from typing import Any, Final

from benchmarks.figures import growth
from benchmarks.reports import archive, usual_reports

_REPORTS: Final = 10_000
_QUICK: Final = 1_200
_MIB: Final = 1024 * 1024


def memory(say: Callable[[str], None], *, quick: bool) -> dict[str, Any]:
    """Let a process of its own read chunks as a worker does, and look at its memory after each."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    count = _QUICK if quick else _REPORTS
    process = spawn.Process(target=_read, args=(theirs, count), daemon=True)
    process.start()
    theirs.close()
    read, sizes, peak = ours.recv()
    process.join()
    later = len(read) // 2  # in the first half caches fill up
    grows = growth(read[later:], sizes[later:])
    say(f"a worker takes {peak / _MIB:.0f} MiB at its peak and grows by {grows:.0f} bytes a report")
    return {
        "reports": count,
        "peak": round(peak / _MIB),
        "bytes_a_report": round(grows),
        "read": read,
        "mib": [round(size / _MIB, 1) for size in sizes],
    }


def _read(pipe: Connection, count: int) -> None:
    """Read so many reports into tables; send the counts, the memory after each chunk, and the peak."""
    from extractor.archive.chunk import Plan, chunks, read_chunk
    from extractor.archive.report import Report

    texts = islice(archive(usual_reports()), count)
    reports = (Report(f"r-{number}", text, f"archive:{number}") for number, text in enumerate(texts))
    read, sizes = [0], [resident("self")]
    for chunk in chunks(reports):
        read_chunk(chunk, Plan())
        read.append(read[-1] + len(chunk))
        sizes.append(resident("self"))
    pipe.send((read, sizes, _peak()))


def _peak() -> int:
    """Return the most bytes this process has held; Linux counts in KiB, macOS in bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def resident(process: str) -> int:
    """Return the bytes a process holds now, by what Linux tells of it; 0 elsewhere, or where it has ended."""
    try:
        with open(f"/proc/{process}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * resource.getpagesize()
    except OSError:
        return 0
