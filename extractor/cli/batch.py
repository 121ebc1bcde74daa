"""Read an archive of reports into tables, or into records as they come."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated, Final

import typer

from extractor.cli.engine import Engine, check_engine
from extractor.cli.files import (
    STREAM,
    EncodingOption,
    IdColumnOption,
    PatternsOption,
    TextColumnOption,
    WorkersOption,
    say,
    source_name,
)
from extractor.cli.gathering import (
    CaseColumn,
    DateColumn,
    FactsFile,
    KindColumn,
    PatientColumn,
    gathered,
    load_facts_file,
    say_left,
)
from extractor.cli.group import FAILED
from extractor.cli.progress import watching
from extractor.errors import ReportError

if TYPE_CHECKING:
    from extractor.archive.run import Counts
    from extractor.archive.sources import Found

#: Packages that forms need beyond the core, with the extra that brings each.
_NEEDS: Final = {"xlsx": ("xlsxwriter", "io"), "duckdb": ("duckdb", "sql")}
#: A test holds it against the formats there are; importing those here would slow down every command.
_FORMAT_HELP: Final = "Write this as well: csv, xlsx, duckdb, jsonl, prodigy, docbin, brat, omop, fhir."
#: What a shell calls a program that Ctrl-C has ended.
_INTERRUPTED: Final = 130


def batch(
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE...", help="Files and folders; - is stdin.", show_default=False)
    ],
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="DIR", help="The folder for the tables; - streams JSON lines.")
    ],
    format: Annotated[list[str] | None, typer.Option(metavar="NAME", help=_FORMAT_HELP)] = None,
    id_column: IdColumnOption = None,
    text_column: TextColumnOption = None,
    keep: Annotated[list[str] | None, typer.Option(metavar="NAME", help="A column to copy to the tables.")] = None,
    case_column: CaseColumn = None,
    kind_column: KindColumn = None,
    date_column: DateColumn = None,
    patient_column: PatientColumn = None,
    facts: FactsFile = None,
    encoding: EncodingOption = "utf-8",
    with_text: Annotated[bool, typer.Option("--with-text", help="Copy the reports' texts to the tables.")] = False,
    sample: Annotated[int | None, typer.Option(min=1, metavar="N", help="Read N reports, chosen by their ids.")] = None,
    engine: Annotated[Engine, typer.Option(help="What reads: processes here, or a Spark cluster.")] = Engine.LOCAL,
    master: Annotated[
        str | None, typer.Option(metavar="URL", help="The Spark cluster: spark://HOST:7077, yarn, local[*], ….")
    ] = None,
    workers: WorkersOption = None,
    timeout: Annotated[float, typer.Option(min=0.1, metavar="SECONDS", help="What a report may take.")] = 60.0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be read, and read nothing.")] = False,
    patterns: PatternsOption = None,
) -> None:
    """Read an archive of reports into tables.

    Sources are told by what is in them; folders are searched. DIR gets reports, lesions, evidence, audit and
    quarantine as Parquet, and run.json. What cannot be read is put into quarantine and named by its place, never by
    its text. A run that was cut off goes on where it was when the same command is given again. With --case-column the
    documents of a case, such as MRI, CT and request form, are read together and count as one.

    Exit code: 0 all read, 1 something is in quarantine, could not be written or is a fact on an unknown id, 2 a wrong
    option or file of patterns or facts.
    """
    from extractor.archive.cases import Roles
    from extractor.archive.chunk import Plan
    from extractor.archive.exports import EXPORTS
    from extractor.archive.run import Settings, run_archive, stream_archive
    from extractor.archive.sources import Meter, check_sources, find_files
    from extractor.archive.sources.selection import Selection
    from extractor.patterns import load_patterns

    load_patterns(patterns)
    processes = check_engine(engine, master, workers)
    pieces, exports = _formats(format or [], output)
    roles = Roles(case_column, kind_column, date_column, patient_column)
    kept = tuple(dict.fromkeys((*(keep or ()), *([patient_column] if patient_column else []))))
    selection = Selection(id_column, text_column, tuple(dict.fromkeys((*kept, *roles.columns))), encoding)
    given = load_facts_file(facts)
    files = find_files(sources)
    for note in check_sources(files, selection):
        say(note)
    if dry_run:
        say(_plan(files))
        return
    meter = Meter(files)
    settings = Settings(
        Plan(patterns=patterns and patterns.resolve(), formats=pieces, kept=kept, with_text=with_text),
        sample=sample,
        workers=processes,
        master=master,
        timeout=timeout,
        sources=selection.told(sources) | roles.told() | {"facts": given.digest},
    )
    with _ending(output), watching(meter.share) as watch:
        items = gathered(files, selection, roles, kept, given, meter)
        if output == STREAM:
            counts = stream_archive(items, sys.stdout.buffer, settings, watch=watch)
        else:
            counts = run_archive(items, Path(output), settings, watch=watch)
    with _ending(output):
        for export in exports:
            EXPORTS[export](Path(output))
    _close(counts, sources, facts_left=say_left(given))


def _plan(files: Sequence[Found]) -> str:
    """Say how many files of each ending there are."""
    endings = Counter(PurePath(file.name).suffix.lower() or "without an ending" for file in files)
    listed = ", ".join(f"{count} {ending}" for ending, count in sorted(endings.items()))
    return f"would read {len(files)} {'file' if len(files) == 1 else 'files'}: {listed}"


def _formats(wanted: Sequence[str], output: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the formats that are written part by part and those made of the finished tables; BadParameter."""
    from extractor.archive.exports import EXPORTS
    from extractor.archive.formats.known import FORMATS

    for name in wanted:
        if name not in EXPORTS and name not in FORMATS:
            known = ", ".join(sorted((*EXPORTS, *FORMATS)))
            raise typer.BadParameter(f"{name!r} is no format; give one of {known}", param_hint="'--format'")
        package, extra = _NEEDS.get(name, ("", ""))
        if package and find_spec(package) is None:
            remedy = f"pip install 'sinsight[{extra}]'"
            raise typer.BadParameter(f"{name} needs the package {package}; {remedy}", param_hint="'--format'")
    if wanted and output == STREAM:
        raise typer.BadParameter("records are streamed as JSON lines; give --output a folder", param_hint="'--format'")
    distinct = dict.fromkeys(wanted)
    return tuple(name for name in distinct if name in FORMATS), tuple(name for name in distinct if name in EXPORTS)


@contextmanager
def _ending(output: str) -> Iterator[None]:
    """Say after Ctrl-C how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        on = "" if output == STREAM else "; what is done is kept, and the same command goes on from there"
        say(f"sinsight: stopped{on}")
        raise typer.Exit(_INTERRUPTED) from None


def _close(counts: Counts, sources: Sequence[str], *, facts_left: bool) -> None:
    """Say how it went; the exit code tells of anything put aside."""
    if not counts.all:
        remedy = 'give files of reports, or lines such as {"id": "r-1", "text": "…"}'
        raise ReportError(f"{', '.join(map(source_name, sources))}: holds no report; {remedy}")
    earlier = f", {counts.earlier} of them by an earlier run" if counts.earlier else ""
    say(f"{counts.all} in = {counts.read} out + {counts.quarantined} quarantined{earlier}")
    if counts.quarantined or facts_left:
        raise typer.Exit(FAILED)
