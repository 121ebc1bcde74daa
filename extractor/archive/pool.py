"""Worker processes: chunks in, outcomes out in the same order; a report that hangs or crashes falls alone."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from extractor.archive.chunk import Chunk, Outcome
from extractor.archive.report import Refusal, Report, Stage, refuse

if TYPE_CHECKING:
    from pebble import ProcessPool

Task = Callable[[Chunk], Outcome]
Key = TypeVar("Key")

#: Chunks that wait or run for each worker: enough that none idles, few enough that memory stays flat.
_AHEAD: Final = 4


@contextmanager
def open_pool(task: Task, workers: int, timeout: float) -> Iterator[Pool]:
    """Start workers that read chunks by `task`, a function that can be pickled; `timeout` is seconds a report.

    On leaving, idle workers end; on an error (Ctrl-C too) busy ones are stopped.
    """
    processes = start_processes(workers)
    try:
        yield Pool(processes, task, workers, timeout)
    except BaseException:
        processes.stop()
        processes.join()
        raise
    processes.close()
    processes.join()


def start_processes(workers: int) -> ProcessPool:
    """Start worker processes that end when this one does."""
    from pebble import ProcessPool

    context: Any = multiprocessing.get_context("spawn")
    return ProcessPool(max_workers=workers, initializer=_begin, context=context)


class Engine(Protocol):
    """What reads chunks: workers here, or a cluster."""

    def read(self, chunks: Iterable[tuple[Key, Chunk]]) -> Iterator[tuple[Key, Outcome]]:
        """Yield each chunk's outcome under its key, in order."""


class Pool:
    """Running workers."""

    def __init__(self, processes: ProcessPool, task: Task, workers: int, timeout: float) -> None:
        self._processes = processes
        self._task = task
        self._ahead = workers * _AHEAD
        self._timeout = timeout

    def read(self, chunks: Iterable[tuple[Key, Chunk]]) -> Iterator[tuple[Key, Outcome]]:
        """Yield each chunk's outcome under its key, in order; chunks are taken as there is room for them."""
        waiting: deque[tuple[Key, Chunk, Future[Outcome]]] = deque()
        for key, chunk in chunks:
            waiting.append((key, chunk, self._schedule(chunk)))
            if len(waiting) > self._ahead:
                yield self._finish(*waiting.popleft())
        while waiting:
            yield self._finish(*waiting.popleft())

    def _finish(self, key: Key, chunk: Chunk, future: Future[Outcome]) -> tuple[Key, Outcome]:
        """Wait for a chunk; if it took its worker with it, read its reports one by one to see which it was."""
        try:
            return key, future.result()
        except _lost() as error:
            if len(chunk) == 1:
                return key, Outcome(refusals=(self._refusal(chunk[0], error),))
        alone = [(None, (report,), self._schedule((report,))) for report in chunk]
        return key, join_outcomes(self._finish(*one)[1] for one in alone)

    def _schedule(self, chunk: Chunk) -> Future[Outcome]:
        future: Future[Outcome] = self._processes.schedule(self._task, args=(chunk,), timeout=self._timeout)
        return future

    def _refusal(self, report: Report, error: Exception) -> Refusal:
        stage: Stage = "timeout" if isinstance(error, TimeoutError) else "crash"
        said = f"took longer than {self._timeout:g} s" if stage == "timeout" else "ended the process that read it"
        return refuse(report, stage, type(error).__name__, f"{said}; read it alone to see where")


def join_outcomes(outcomes: Iterable[Outcome]) -> Outcome:
    """Return several outcomes as one, in order."""
    tables: dict[Any, list[bytes]] = {}
    pieces: dict[str, list[bytes]] = {}
    refusals: list[Refusal] = []
    read = 0
    for one in outcomes:
        for table, streams in one.tables.items():
            tables.setdefault(table, []).extend(streams)
        for name, made in one.pieces.items():
            pieces.setdefault(name, []).extend(made)
        refusals.extend(one.refusals)
        read += one.read
    return Outcome(
        {table: tuple(streams) for table, streams in tables.items()},
        {name: tuple(made) for name, made in pieces.items()},
        read,
        tuple(refusals),
    )


def _lost() -> tuple[type[Exception], ...]:
    """Return what is raised when a worker was stopped for its time, or died."""
    from pebble import ProcessExpired

    return (TimeoutError, ProcessExpired)


def _begin() -> None:
    """Set a worker up: Ctrl-C is the main process's to handle, and a worker never outlives it."""
    import os
    import signal
    import threading

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def follow() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
