"""A process that holds one system and is timed reading: what one loads or leaves behind burdens no other."""

from __future__ import annotations

import gc
import multiprocessing
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from multiprocessing.connection import Connection

from benchmarks.systems import Read, System


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of CPU time for so many reports, and how many things were found in them."""

    seconds: float
    reports: int
    found: int

    @property
    def rate(self) -> float:
        """Return reports a second."""
        return self.reports / self.seconds


Timed = Callable[[Sequence[str], float], Timing]


@contextmanager
def started(system: System) -> Iterator[Timed]:
    """Yield a function that times a system in a process of its own, as `time_reading` does."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_serve, args=(theirs, system), daemon=True)
    process.start()
    theirs.close()

    def timed(texts: Sequence[str], least: float) -> Timing:
        ours.send((texts, least))
        timing: Timing = ours.recv()
        return timing

    try:
        yield timed
    finally:
        ours.close()
        process.join()


def _serve(pipe: Connection, system: System) -> None:
    """Time what comes until the other end is closed."""
    _keep_quiet()
    read = system.made()
    try:
        while True:
            texts, least = pipe.recv()
            pipe.send(time_reading(read, texts, least))
    except EOFError:
        return


def time_reading(read: Read, texts: Sequence[str], least: float) -> Timing:
    """Time the reading of texts, all of them again and again until `least` seconds are up."""
    gc.collect()
    found = passes = 0
    start = time.process_time()
    while True:
        found += sum(map(read, texts))
        passes += 1
        seconds = time.process_time() - start
        if seconds >= least:
            return Timing(seconds, passes * len(texts), found)


def _keep_quiet() -> None:
    """Let no other system write down what it reads: some warn with the words they found, some log them."""
    warnings.simplefilter("ignore")
    if find_spec("loguru"):
        from loguru import logger

        logger.remove()
