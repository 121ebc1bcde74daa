"""A run to audit: one that is there, or an archive that is read first."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from extractor.cli.files import say
from extractor.cli.progress import watching
from extractor.errors import ReportError
from extractor.textfile import printable

if TYPE_CHECKING:
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
    from dataclasses import replace

    from extractor.archive.manifest import NAME
    from extractor.audit.load import load_sample

    if (Path(source) / NAME).exists():
        return load_sample(Path(source))
    _read_archive(source, folder, how)
    return replace(load_sample(folder), name=printable(source))


def _read_archive(source: str, folder: Path, how: How) -> None:
    from extractor.archive.chunk import Plan
    from extractor.archive.run import Settings, run_archive
    from extractor.archive.sources import Meter, Selection, check_sources, find_files, read_sources

    selection = Selection(how.id_column, how.text_column, how.keep, how.encoding)
    files = find_files([source])
    for note in check_sources(files, selection):
        say(note)
    meter = Meter(files)
    settings = Settings(
        Plan(patterns=how.patterns and how.patterns.resolve(), tables=("reports", "lesions", "audit"), kept=how.keep),
        workers=how.workers,
        sources=selection.told([source]),
    )
    with watching(meter.share) as watch:
        counts = run_archive(read_sources(files, selection, meter=meter), folder, settings, watch=watch)
    if not counts.read:
        raise ReportError(f"{printable(source)}: holds no report that could be read; give reports, or a run")
