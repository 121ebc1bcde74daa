"""Worker processes: chunks in, outcomes out in the same order; a report that hangs or crashes falls alone."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any, Final, Protocol, TypeVar

from extractor.archive.chunk import Chunk, Outcome
from extractor.archive.report import Refusal, Report, Stage, refuse
from extractor.archive.worker import ProcessExpired, Seat, Task, deaf_to_interrupts

Key = TypeVar("Key")

#: Chunks that wait or run for each worker: enough that none idles, few enough that memory stays flat.
_AHEAD: Final = 4


@contextmanager
def open_pool(task: Task, workers: int, timeout: float) -> Iterator[Pool]:
    """Have workers read chunks by `task`, a function that can be pickled; `timeout` is seconds a report.

    On leaving they end, busy ones too.
    """
    pool = Pool(task, workers, timeout)
    try:
        yield pool
    finally:
        pool.close()


class Engine(Protocol):
    """What reads chunks: workers here, or a cluster."""

    def read(self, chunks: Iterable[tuple[Key, Chunk]]) -> Iterator[tuple[Key, Outcome]]:
        """Yield each chunk's outcome under its key, in order."""


class Pool:
    """Running workers, a thread for each."""

    def __init__(self, task: Task, workers: int, timeout: float) -> None:
        self._seats = [Seat(task, timeout) for _ in range(workers)]
        self._free: SimpleQueue[Seat] = SimpleQueue()
        for seat in self._seats:
            self._free.put(seat)
        self._threads = ThreadPoolExecutor(workers, initializer=deaf_to_interrupts)
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

    def close(self) -> None:
        """End the workers."""
        for seat in self._seats:
            seat.close()
        self._threads.shutdown(cancel_futures=True)

    def _finish(self, key: Key, chunk: Chunk, future: Future[Outcome]) -> tuple[Key, Outcome]:
        """Wait for a chunk; if it took its worker with it, read its reports one by one to see which it was."""
        try:
            return key, future.result()
        except (TimeoutError, ProcessExpired):
            alone = [(report, self._schedule((report,))) for report in chunk]
            return key, join_outcomes(self._finish_alone(*one) for one in alone)

    def _finish_alone(self, report: Report, future: Future[Outcome], again: bool = True) -> Outcome:
        """Wait for a report; one whose worker dies is read once more: it may have been killed from outside."""
        try:
            return future.result()
        except TimeoutError as error:
            problem = f"took longer than {self._timeout:g} s"
            return self._refused(report, "timeout", error, problem)
        except ProcessExpired as error:
            if again:
                return self._finish_alone(report, self._schedule((report,)), again=False)
            return self._refused(report, "crash", error, "ended the process that read it")

    def _schedule(self, chunk: Chunk) -> Future[Outcome]:
        return self._threads.submit(self._read, chunk)

    def _read(self, chunk: Chunk) -> Outcome:
        seat = self._free.get()
        try:
            return seat.read(chunk)
        finally:
            self._free.put(seat)

    def _refused(self, report: Report, stage: Stage, error: Exception, problem: str) -> Outcome:
        refusal = refuse(report, stage, type(error).__name__, f"{problem}; read it alone to see where")
        return Outcome(refusals=(refusal,))


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
