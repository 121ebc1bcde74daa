"""A long run of `sinsight batch`, its processes' memory looked at all the while."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from subprocess import PIPE, Popen
from typing import IO, Any, Final

from benchmarks.memory import resident
from benchmarks.reports import archive, usual_reports

_EVERY: Final = 2.0
_MIB: Final = 1024 * 1024


def soak(say: Callable[[str], None], folder: Path, *, reports: int, workers: int) -> dict[str, Any]:
    """Read so many reports, no two alike, from a pipe into tables; return minutes and MiB of every process."""
    command = [sys.executable, "-m", "extractor", "batch", "-", "-o", str(folder / "run"), "--workers", str(workers)]
    begun = time.monotonic()
    with Popen(command, stdin=PIPE) as process:
        if process.stdin is None:
            raise RuntimeError("the run has no standard input")
        threading.Thread(target=_feed, args=(process.stdin, reports), daemon=True).start()
        samples = []
        while process.poll() is None:
            time.sleep(_EVERY)
            samples += _sample(process.pid, (time.monotonic() - begun) / 60)
    minutes = (time.monotonic() - begun) / 60
    if process.returncode:
        raise RuntimeError(f"the run ended with {process.returncode}; see what it said above")
    say(f"{reports} reports in {minutes:.1f} minutes, {reports / minutes / 60:.0f} a second")
    return {"reports": reports, "workers": workers, "minutes": round(minutes, 2), "samples": samples}


def _feed(stream: IO[bytes], reports: int) -> None:
    """Write the archive into the run, which reads it as it comes."""
    with stream:
        for number, text in enumerate(islice(archive(usual_reports()), reports)):
            stream.write(json.dumps({"id": f"r-{number}", "text": text}).encode() + b"\n")


def _sample(parent: int, minute: float) -> list[dict[str, Any]]:
    """Return the memory of the run's main process and of each of its workers."""
    kinds = {parent: "main"} | dict.fromkeys(_children(parent), "worker")
    sizes = {process: resident(str(process)) for process in kinds}
    return [
        {"minute": round(minute, 3), "process": f"{kinds[process]} {process}", "mib": round(size / _MIB, 1)}
        for process, size in sizes.items()
        if size
    ]


def _children(parent: int) -> list[int]:
    """Return the workers that a run has started; Linux only."""
    found = []
    for name in os.listdir("/proc"):
        try:
            stat = Path(f"/proc/{name}/stat").read_text(encoding="ascii", errors="replace")
            worker = b"spawn_main" in Path(f"/proc/{name}/cmdline").read_bytes()
            if worker and int(stat.rpartition(")")[2].split()[1]) == parent:
                found.append(int(name))
        except (OSError, ValueError, IndexError):
            continue
    return found
