"""A run that a command is about: one that is there, or an archive that is read first."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from extractor.cli.files import say
from extractor.cli.progress import watching
from extractor.errors import ReportError
from extractor.textfile import printable

if TYPE_CHECKING:
    from extractor.archive.columns import Table
    from extractor.archive.stored import Stored
    from extractor.audit.sample import Sample


@dataclass(frozen=True, slots=True)
class How:
    """How to read what is no run yet."""

    patterns: Path | None
    id_column: str | None
    text_column: str | None
    keep: tuple[str, ...]
    encoding: str
    workers: int


@contextmanager
def room_for(output: Path | None) -> Iterator[Path]:
    """Give a folder for runs: the output's, or a private one that is removed again."""
    if output is not None:
        yield output
        return
    with tempfile.TemporaryDirectory(prefix="sinsight-") as room:
        yield Path(room)


def load_source(source: str, folder: Path, how: How) -> Sample:
    """Return a run's tables; an archive is read into the folder first, without its words. ReportError for neither."""
    from extractor.audit.load import load_sample

    if _is_run(source):
        return load_sample(Path(source))
    _read_archive(source, folder, how, ("reports", "lesions", "audit"))
    return replace(load_sample(folder), name=printable(source))


def find_run(source: str, folder: Path, how: How) -> Stored:
    """Return a run; an archive is read into the folder first, with its words. ReportError for neither."""
    from extractor.archive.stored import open_run

    if _is_run(source):
        return open_run(Path(source))
    _read_archive(source, folder, how, ("reports", "lesions", "evidence"))
    return replace(open_run(folder), name=printable(source))


def say_no_excel() -> None:
    """Say what is lacking where no workbook can be written."""
    from extractor.archive.frames import has_excel

    if not has_excel():
        say("the Excel workbook needs the package xlsxwriter; pip install 'sinsight[io]'")


def _is_run(source: str) -> bool:
    from extractor.archive.manifest import NAME

    return (Path(source) / NAME).exists()


def _read_archive(source: str, folder: Path, how: How, tables: tuple[Table, ...]) -> None:
    from extractor.archive.chunk import Plan
    from extractor.archive.run import Settings, run_archive
    from extractor.archive.sources import Meter, Selection, check_sources, find_files, read_sources

    selection = Selection(how.id_column, how.text_column, how.keep, how.encoding)
    files = find_files([source])
    for note in check_sources(files, selection):
        say(note)
    meter = Meter(files)
    settings = Settings(
        Plan(patterns=how.patterns and how.patterns.resolve(), tables=tables, kept=how.keep),
        workers=how.workers,
        sources=selection.told([source]),
    )
    with watching(meter.share) as watch:
        counts = run_archive(read_sources(files, selection, meter=meter), folder, settings, watch=watch)
    if not counts.read:
        raise ReportError(f"{printable(source)}: holds no report that could be read; give reports, or a run")
