"""Show patients over time: each vertebra at each examination, and its change."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from extractor.cli.files import (
    EncodingOption,
    IdColumnOption,
    PatternsOption,
    TextColumnOption,
    WorkersOption,
    say,
)
from extractor.cli.sampling import How, find_run, room_for, say_no_excel
from extractor.cli.score import Format
from extractor.errors import ReportError
from extractor.textfile import printable

if TYPE_CHECKING:
    from extractor.timeline.patients import Patient

#: So many patients are printed, unless they are named; the files hold them all.
_SHOWN: Final = 20


def timeline(
    source: Annotated[
        str,
        typer.Argument(metavar="SOURCE", help="A run of `sinsight batch`, or an archive.", show_default=False),
    ],
    patient_column: Annotated[str, typer.Option(metavar="NAME", help="The column of patients.")],
    date_column: Annotated[
        str | None, typer.Option(metavar="NAME", help="The column of dates; else the day a report states.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FOLDER", help="Write the table here, CSV, Parquet, Excel, and a page."),
    ] = None,
    patient: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Only this patient; as often as wanted.")
    ] = None,
    format: Annotated[Format, typer.Option(help="What to print: tables, or a JSON line a row.")] = Format.TEXT,
    patterns: PatternsOption = None,
    id_column: IdColumnOption = None,
    text_column: TextColumnOption = None,
    encoding: EncodingOption = "utf-8",
    workers: WorkersOption = None,
) -> None:
    """Show patients over time: what has changed, and for certain.

    Per patient and level the range of SINS, the category, ESCC and collapse at each examination, and whether the level
    is new, progressed, stable, improved, gone or not mentioned, by the report's words and by the sets. Patients come
    worst progress first. An archive is read first, into FOLDER/timeline-run; without --output into a private folder
    that is removed again.

    Exit code: 0 done, 1 nothing could be read or a file not be written, 2 a wrong option or pattern file.
    """
    from extractor.archive.examination import read_examinations
    from extractor.archive.frames import check_output
    from extractor.patterns import load_patterns
    from extractor.timeline.patients import notes, patients

    load_patterns(patterns)
    keep = tuple(dict.fromkeys((patient_column, *([date_column] if date_column else []))))
    how = How(patterns, id_column, text_column, keep, encoding, workers or os.cpu_count() or 1)
    if output is not None:
        check_output(output)
    with room_for(output) as room:
        run = find_run(source, room / "timeline-run", how)
        every = patients(read_examinations(run, patient_column, date_column))
        has_words = run.has_words
    found = _wanted(every, patient or (), run.name)
    said = tuple(notes(found, words=has_words))
    _print(found, format, named=bool(patient))
    for note in said:
        say(f"note: {note}")
    if output is not None:
        _write(found, said, run.name, output)


def _wanted(every: Sequence[Patient], names: Sequence[str], run: str) -> tuple[Patient, ...]:
    """Return the patients asked for; ReportError for one who is not there."""
    known = {one.name for one in every}
    if missing := [name for name in names if name not in known]:
        raise ReportError(f"{run}: no patient {printable(missing[0])!r}; --patient takes one of the column of patients")
    return tuple(one for one in every if not names or one.name in names)


def _print(found: Sequence[Patient], format: Format, *, named: bool) -> None:
    if format is Format.JSON:
        from extractor.timeline.results import COLUMNS, rows

        for one in found:
            for row in rows(one):
                typer.echo(json.dumps({name: row.get(name) for name in COLUMNS}, ensure_ascii=False))
        return
    from extractor.render.terminal import open_console
    from extractor.render.timeline import timeline_picture

    shown = found if named else found[:_SHOWN]
    open_console(sys.stdout).print(timeline_picture(shown))
    if len(shown) < len(found):
        more = "--patient shows others, --output writes all"
        say(f"{len(shown)} of {len(found)} patients are shown, worst progress first; {more}")


def _write(found: Sequence[Patient], notes: Sequence[str], name: str, output: Path) -> None:
    from extractor.archive.aside import write_whole
    from extractor.render.strip import render_timeline_page
    from extractor.timeline.files import PAGE, write_timeline

    write_timeline(found, notes, output)
    write_whole(output / PAGE, render_timeline_page(found, notes, name).encode())
    say_no_excel()
    say(f"written to {printable(str(output))}: timeline")
