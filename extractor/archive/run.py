"""A run: an archive read part by part into a folder, going on where an earlier run was cut off."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final

from extractor.archive.chunk import CHUNK_CHARACTERS, CHUNK_REPORTS, Chunk, Outcome, Plan, read_chunk
from extractor.archive.columns import TABLES
from extractor.archive.manifest import check_folder, first_day, write_manifest
from extractor.archive.parts import Part, count_rows, count_stages, cut_parts, is_written, sweep, write_part
from extractor.archive.pool import Engine, join_outcomes, open_pool
from extractor.archive.report import Refusal, Report, cut, split
from extractor.archive.sample import sample_items
from extractor.archive.seen import refuse_repeats
from extractor.archive.worker import Task
from extractor.errors import OutputError
from extractor.textfile import printable, unwritable

Items = Iterable[Report | Refusal]
#: Seconds a report may take.
TIMEOUT: Final = 60.0
_LOCK: Final = ".lock"


@dataclass(frozen=True, slots=True)
class Settings:
    """How to run: what to make of a report, a sample's size, the number of workers, the seconds a report may take.

    `master` is the URL of a Spark cluster that reads in place of workers here.
    `sources` is what the manifest says of the sources and their columns; a run goes on only with the same.
    """

    plan: Plan
    sample: int | None = None
    workers: int = 1
    timeout: float = TIMEOUT
    master: str | None = None
    sources: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Counts:
    """How far a run is: reports read, items put aside, and how many of both an earlier run had done."""

    read: int = 0
    quarantined: int = 0
    earlier: int = 0

    @property
    def all(self) -> int:
        """Return how many items came in."""
        return self.read + self.quarantined

    def plus(self, read: int, quarantined: int) -> Counts:
        """Return the counts after a step."""
        return replace(self, read=self.read + read, quarantined=self.quarantined + quarantined)


#: Hears of each step: the counts so far, and what was put aside since the last.
Watch = Callable[[Counts, tuple[Refusal, ...]], None]


def run_archive(items: Items, folder: Path, settings: Settings, *, watch: Watch, task: Task | None = None) -> Counts:
    """Read items into the tables of a folder; what an earlier run with the same settings did there is kept.

    `task` reads a chunk (default: `read_chunk`). OutputError where the folder cannot take the run, or where in the end
    the tables do not hold each item once.
    """
    from extractor import __version__
    from extractor.patterns import load_patterns

    plan = settings.plan
    content = {
        "version": __version__,
        "patterns": load_patterns(plan.patterns).digest,
        "sample": settings.sample,
        "keep": list(plan.kept),
        "with_text": plan.with_text,
        **settings.sources,
    }
    check_folder(folder, content)
    started = time.time()
    with _locked(folder):
        content["day"] = first_day(folder)
        plan = replace(plan, day=content["day"])
        write_manifest(folder, content | {"state": "running"})
        making = f"{__version__} {content['patterns']} {plan.kept} {plan.with_text}"
        parts = cut_parts(_chosen(items, settings.sample), making)
        with _open_engine(task or partial(read_chunk, plan=plan), settings) as pool:
            ledger = _Ledger(folder, plan, watch)
            ledger.read(parts, pool)
        summary = ledger.close() | {"seconds": round(time.time() - started, 1)}
        write_manifest(folder, content | summary | _engine(settings))
    return ledger.counts


def stream_archive(
    items: Items, out: BinaryIO, settings: Settings, *, watch: Watch, task: Task | None = None
) -> Counts:
    """Write the record of each report as a JSON line, in order, as they come."""
    plan = replace(settings.plan, tables=(), formats=("jsonl",))
    counts = Counts()
    with _open_engine(task or partial(read_chunk, plan=plan), settings) as pool:
        for refused, outcome in pool.read(_stream(_chosen(items, settings.sample))):
            out.writelines(outcome.pieces.get("jsonl", ()))
            out.flush()
            refusals = (*refused, *outcome.refusals)
            counts = counts.plus(outcome.read, len(refusals))
            watch(counts, refusals)
    return counts


def _open_engine(task: Task, settings: Settings) -> AbstractContextManager[Engine]:
    """Start what reads: worker processes, or a cluster."""
    if settings.master is None:
        return open_pool(task, settings.workers, settings.timeout)
    from extractor.archive.cluster import open_cluster

    return open_cluster(task, settings.master, settings.plan.patterns, settings.timeout)


def _engine(settings: Settings) -> dict[str, Any]:
    """Return what the manifest says of who read."""
    readers = {"workers": settings.workers} if settings.master is None else {"master": settings.master}
    return readers | {"timeout": settings.timeout}


def _chosen(items: Items, sample: int | None) -> Items:
    """Return the items to be read: each id once, and of these a sample if one is asked for."""
    distinct = refuse_repeats(items)
    return distinct if sample is None else sample_items(distinct, sample)


@dataclass(slots=True)
class _Ledger:
    """What a run has taken in and written so far."""

    folder: Path
    plan: Plan
    watch: Watch
    counts: Counts = field(default_factory=Counts)
    names: list[str] = field(default_factory=list)
    came: int = 0

    def read(self, parts: Iterable[Part], pool: Engine) -> None:
        """Read the parts that are not there yet and write each when its last chunk is done."""
        held: list[Outcome] = []
        for (part, last), outcome in pool.read(self._todo(parts)):
            held.append(outcome)
            refusals = (*(part.refusals() if last else ()), *outcome.refusals)
            if last:
                write_part(self.folder, part, join_outcomes(held), self.plan)
                held.clear()
            self.counts = self.counts.plus(outcome.read, len(refusals))
            self.watch(self.counts, refusals)

    def _todo(self, parts: Iterable[Part]) -> Iterator[tuple[tuple[Part, bool], Chunk]]:
        """Yield the chunks to be read, each with its part and whether it is the part's last."""
        for part in parts:
            self.names.append(part.name)
            self.came += len(part.items)
            if is_written(self.folder, part.name, self.plan.formats):
                self._skip(part)
            else:
                *first, last = part.chunks()
                yield from (((part, False), chunk) for chunk in first)
                yield (part, True), last

    def _skip(self, part: Part) -> None:
        """Count a part that an earlier run has written."""
        done, size = count_rows(self.folder, "reports", [part.name]), len(part.items)
        before = self.counts
        self.counts = Counts(before.read + done, before.quarantined + size - done, before.earlier + size)
        self.watch(self.counts, ())

    def close(self) -> dict[str, Any]:
        """Clear away what is no part of the run; return what it holds, OutputError unless that is each item once."""
        sweep(self.folder, self.names)
        rows = {table: count_rows(self.folder, table, self.names) for table in TABLES}
        if self.came != rows["reports"] + rows["quarantine"]:
            held = f"the tables hold {rows['reports']} reports and {rows['quarantine']} in quarantine"
            name = printable(str(self.folder))
            raise OutputError(f"{name}: {self.came} came in, but {held}; delete the folder and run again")
        return {
            "state": "complete",
            "in": self.came,
            "out": rows["reports"],
            "quarantined": rows["quarantine"],
            "stages": count_stages(self.folder, self.names),
            "rows": rows,
            "parts": len(self.names),
        }


def _stream(items: Items) -> Iterator[tuple[tuple[Refusal, ...], Chunk]]:
    """Cut a stream into small pieces: what was refused, and the reports."""
    for piece in cut(items, most=CHUNK_REPORTS, characters=CHUNK_CHARACTERS):
        reports, refusals = split(piece)
        yield refusals, reports


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep a second run out of the folder; the lock ends with the process, however that ends."""
    with closing(_lock(folder)):
        yield


def _lock(folder: Path) -> sqlite3.Connection:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = sqlite3.connect(folder / _LOCK, timeout=0, isolation_level=None)
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        name = printable(str(folder))
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise OutputError(f"{name}: cannot be written ({error}); give --output another place") from None
        remedy = "wait until it ends, or give --output another folder"
        raise OutputError(f"{name}: another run writes to it; {remedy}") from None
    except OSError as error:
        raise unwritable(folder, error, "give --output another place") from None
    return lock
