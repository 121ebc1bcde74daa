"""An Apache Spark cluster in place of worker processes: chunks out, outcomes in, in the same order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final

from extractor.archive.chunk import Chunk, Outcome
from extractor.archive.executor import Making, pack
from extractor.archive.pool import Key
from extractor.archive.session import gave_up, open_session
from extractor.archive.worker import Task
from extractor.errors import EngineError

#: Jobs in flight: while the first ends on a few cores, the second has the others.
_JOBS: Final = 2
#: Chunks a core in a job: enough that starting a job costs little, few enough that the driver's memory stays flat.
_CHUNKS: Final = 2


@contextmanager
def open_cluster(task: Task, master: str, patterns: Path | None, timeout: float) -> Iterator[Cluster]:
    """Join the cluster at `master`, whose executors read chunks by `task`; `timeout` is seconds a report.

    EngineError where Spark, Java or the cluster is missing, or its executors are not fit for the work.
    """
    from extractor import __version__
    from extractor.patterns import load_patterns

    making = (__version__, load_patterns(patterns).digest)
    with open_session(master) as context, ThreadPoolExecutor(_JOBS) as jobs:
        try:
            yield Cluster(context, jobs, _remote(making), lambda chunk: pack(task, chunk, patterns, timeout))
        except BaseException:
            jobs.shutdown(wait=False, cancel_futures=True)
            context.cancelAllJobs()
            raise


class Cluster:
    """A joined cluster."""

    def __init__(
        self,
        context: Any,
        jobs: ThreadPoolExecutor,
        remote: Callable[[bytes], Outcome | str],
        packed: Callable[[Chunk], bytes],
    ) -> None:
        self._context = context
        self._jobs = jobs
        self._remote = remote
        self._packed = packed

    def read(self, chunks: Iterable[tuple[Key, Chunk]]) -> Iterator[tuple[Key, Outcome]]:
        """Yield each chunk's outcome under its key, in order; chunks are taken as there is room for them."""
        waiting: deque[tuple[list[Key], Future[list[Outcome | str]]]] = deque()
        rest = iter(chunks)
        while group := list(islice(rest, self._context.defaultParallelism * _CHUNKS)):
            payloads = [self._packed(chunk) for _, chunk in group]
            waiting.append(([key for key, _ in group], self._jobs.submit(self._job, payloads)))
            if len(waiting) == _JOBS:
                yield from self._finish(*waiting.popleft())
        while waiting:
            yield from self._finish(*waiting.popleft())

    def _job(self, payloads: list[bytes]) -> list[Outcome | str]:
        made: list[Outcome | str] = self._context.parallelize(payloads, len(payloads)).map(self._remote).collect()
        return made

    def _finish(self, keys: list[Key], job: Future[list[Outcome | str]]) -> Iterator[tuple[Key, Outcome]]:
        try:
            outcomes = job.result()
        except Exception as error:  # noqa: BLE001 (whatever Spark and its bridge raise; what it says may be pages)
            raise gave_up(self._context.master, error) from None
        for key, outcome in zip(keys, outcomes, strict=True):
            if isinstance(outcome, str):
                raise EngineError(f"{self._context.master}: its executors {outcome}")
            yield key, outcome


def _remote(making: Making) -> Callable[[bytes], Outcome | str]:
    """Return what an executor does with a payload; a function within one travels whole, needing no sinsight there."""

    def remote(payload: bytes) -> Outcome | str:
        try:
            from extractor.archive.executor import answer
        except ImportError:
            return f"have no sinsight {making[0]}; install it in the Python that PYSPARK_PYTHON names there"
        return answer(payload, making)

    return remote
