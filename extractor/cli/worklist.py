"""List the cases that need a look first."""

from __future__ import annotations

import csv
import json
import os
import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from extractor.textfile import printable

if TYPE_CHECKING:
    from extractor.archive.stored import Stored
    from extractor.worklist.cases import Worklist


class ListFormat(StrEnum):
    """What a list is shown as."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


def worklist(
    source: Annotated[
        str,
        typer.Argument(metavar="SOURCE", help="A run of `sinsight batch`, or an archive.", show_default=False),
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FOLDER", help="Write the list here, CSV, Parquet and Excel."),
    ] = None,
    format: Annotated[ListFormat, typer.Option(help="What to print: a table, a JSON line a case, or CSV.")] = (
        ListFormat.TEXT
    ),
    top: Annotated[int | None, typer.Option(min=1, metavar="N", help="Print the N most urgent cases.")] = None,
    patterns: PatternsOption = None,
    id_column: IdColumnOption = None,
    text_column: TextColumnOption = None,
    encoding: EncodingOption = "utf-8",
    workers: WorkersOption = None,
) -> None:
    """List the cases that need a look first, and why.

    By urgency: cord or cauda compressed, cord signal abnormal, ESCC 2 or 3, unstable, a category that one missing
    element would settle. A hedge counts, a denial does not. Each case stands once, under its most urgent reason, with
    the words that put it there. What could not be read is named in the end. An archive is read first, into
    FOLDER/worklist-run; without --output into a private folder that is removed again.

    Exit code: 0 done, 1 nothing could be read or a file not be written, 2 a wrong option or pattern file.
    """
    from extractor.archive.frames import check_output
    from extractor.patterns import load_patterns

    load_patterns(patterns)
    how = How(patterns, id_column, text_column, (), encoding, workers or os.cpu_count() or 1)
    if output is not None:
        check_output(output)
    with room_for(output) as room:
        run = find_run(source, room / "worklist-run", how)
        found = _load(run)
    _print(found, format, top)
    if run.manifest.get("state") != "complete":
        say(f"note: {run.name}: the run was cut off; the list is of the {found.all} cases it has written")
    if output is not None:
        _write(found, output)


def _load(run: Stored) -> Worklist:
    from extractor.archive.examination import read_examinations
    from extractor.worklist.cases import unread_case, worklist

    refused = (row for part in run.parts for row in run.rows("quarantine", part))
    return worklist(read_examinations(run), [unread_case(row["id"], row["place"]) for row in refused])


def _print(found: Worklist, format: ListFormat, top: int | None) -> None:
    from extractor.archive.exports import csv_cell
    from extractor.worklist.results import COLUMNS, rows

    cut = replace(found, cases=found.cases[:top])
    if format is ListFormat.JSON:
        for row in rows(cut):
            typer.echo(json.dumps(row, ensure_ascii=False))
    elif format is ListFormat.CSV:
        writer = csv.writer(sys.stdout)
        writer.writerow(COLUMNS)
        writer.writerows([csv_cell(row[name]) for name in COLUMNS] for row in rows(cut))
    else:
        from extractor.render.terminal import open_console
        from extractor.render.worklist import worklist_picture

        open_console(sys.stdout).print(worklist_picture(found, cut.cases))
    if found.unread:
        say(f"note: {len(found.unread)} of {found.all} could not be read, and stand at the end as W900")


def _write(found: Worklist, output: Path) -> None:
    from extractor.archive.frames import write_tables
    from extractor.worklist.results import TABLE, method, worklist_table

    write_tables({TABLE: worklist_table(found)}, output, f"{TABLE}.xlsx", method())
    say_no_excel()
    say(f"written to {printable(str(output))}: {TABLE}")
