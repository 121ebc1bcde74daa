"""How long a command takes from a cold start, by the clock."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from subprocess import run
from typing import Any, Final

from benchmarks.reports import usual_reports

_TIMES: Final = 9
_QUICK: Final = 3
_SINSIGHT: Final = (sys.executable, "-m", "extractor")
_COMMANDS: Final = {
    "python": (sys.executable, "-c", "pass"),
    "sinsight --help": (*_SINSIGHT, "--help"),
    "sinsight score": (*_SINSIGHT, "score", "--level", "T7", "--pain", "mechanical"),
    "sinsight read": (*_SINSIGHT, "read"),
    "import medspacy": (sys.executable, "-c", "import medspacy"),
}


def startup(say: Callable[[str], None], *, quick: bool) -> dict[str, Any]:
    """Start each command some times in turns, after once that does not count."""
    taken: dict[str, list[float]] = {name: [] for name in _COMMANDS}
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.txt"
        report.write_text(usual_reports(1)[0], encoding="utf-8")
        for number in range(1 + (_QUICK if quick else _TIMES)):
            for name, command in _COMMANDS.items():
                seconds = _seconds((*command, str(report)) if name == "sinsight read" else command)
                taken[name] += [seconds] if number else []
    medians = {name: round(median(seconds), 3) for name, seconds in taken.items()}
    for name, seconds in medians.items():
        say(f"{name}: {seconds:.2f} s")
    return medians


def _seconds(command: tuple[str, ...]) -> float:
    start = time.perf_counter()
    run(command, check=True, capture_output=True)
    return time.perf_counter() - start
