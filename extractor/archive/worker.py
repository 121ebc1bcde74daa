"""A process that reads: one chunk at a time, each within its time, started again whenever it was lost.

Each has a pipe of its own, so that one killed at any moment, from inside or outside, takes nothing else with it.
"""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from extractor.archive.chunk import Chunk, Outcome
from extractor.archive.report import Report
from extractor.errors import EngineError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

Task = Callable[[Chunk], Outcome]

#: A worker that ends before it could read anything is started so many times in a row.
_STARTS: Final = 5
#: Read before anything else, so that loading the patterns counts against no report's time.
_FIRST: Final = (Report("first", "MRI SPINE. Lytic metastasis of T7.", "first"),)
#: Seconds beyond its time after which a worker ends itself; the main process, where it lives, is faster.
_GRACE: Final = 5.0
_SPAWN: Final = multiprocessing.get_context("spawn")


class ProcessExpired(Exception):  # noqa: N818 (the name stands in quarantine tables)
    """A worker ended while it read."""


class Seat:
    """The place of one worker, which is started by the first chunk; `timeout` is seconds a chunk."""

    def __init__(self, task: Task, timeout: float) -> None:
        self._task = task
        self._timeout = timeout
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None
        self._closed = False
        self._changing = threading.Lock()

    def read(self, chunk: Chunk) -> Outcome:
        """Read a chunk; TimeoutError or ProcessExpired where that costs the worker."""
        pipe = self._pipe or self._begin()
        try:
            pipe.send(chunk)
            if pipe.poll(self._timeout):
                outcome: Outcome = pipe.recv()
                return outcome
        except (EOFError, OSError):
            self._end()
            raise ProcessExpired from None
        self._end()
        raise TimeoutError

    def close(self) -> None:
        """End the worker, whatever it is doing; there will be no other."""
        with self._changing:
            self._closed = True
            self._kill()

    def _begin(self) -> Connection:
        """Start a worker and wait until it can read; EngineError where none comes to that."""
        for _ in range(_STARTS):
            pipe = self._start()
            with suppress(EOFError, OSError):
                pipe.recv()
                self._pipe = pipe
                return pipe
            pipe.close()
            self._end()
        remedy = "free some memory or give fewer --workers, then start again: what is done stays done"
        raise EngineError(f"the processes that read end as soon as they start; {remedy}")

    def _start(self) -> Connection:
        with self._changing:
            if self._closed:
                raise ProcessExpired
            ours, theirs = _SPAWN.Pipe()
            self._process = _SPAWN.Process(target=_work, args=(theirs, self._task, self._timeout), daemon=True)
            self._process.start()
            theirs.close()
            return ours

    def _end(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        with self._changing:
            self._kill()

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None


def deaf_to_interrupts() -> None:
    """Keep Ctrl-C from this thread and from the processes it starts, from their first moment on."""
    if hasattr(signal, "pthread_sigmask"):
        from multiprocessing import resource_tracker

        resource_tracker.ensure_running()  # or it starts with the first worker, and lets Ctrl-C in again
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def _work(pipe: Connection, task: Task, timeout: float) -> None:
    """Read chunks as long as they come."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, daemon=True).start()
    try:
        task(_FIRST)
        pipe.send(None)
        while True:
            chunk = pipe.recv()
            with _ending_after(timeout + _GRACE):
                outcome = task(chunk)
            pipe.send(outcome)
    except Exception:  # noqa: BLE001 (the main process sees that this one ended; a traceback could quote a report)
        os._exit(1)


@contextmanager
def _ending_after(seconds: float) -> Iterator[None]:
    """End this process if this takes longer: one that hangs in a regular expression never hears its parent die."""
    with open(os.devnull, "w") as nowhere:
        faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()


def _follow() -> None:
    """End this process with the one that started it, however that ends."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
