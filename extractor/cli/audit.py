"""Audit one report, or an archive: what is stated, what is missing, and what leaves stability open."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.cli.files import (
    STREAM,
    ChecksOption,
    EncodingOption,
    IdColumnOption,
    PatternsOption,
    TextColumnOption,
    WorkersOption,
    read_source,
    say,
    source_name,
)
from extractor.cli.group import fault
from extractor.cli.sampling import How, load_source, room_for, say_no_excel
from extractor.errors import ReportError
from extractor.textfile import printable

if TYPE_CHECKING:
    from extractor.audit.checks import Check
    from extractor.audit.results import Audit, Wish
    from extractor.audit.sample import Sample
    from extractor.record import Record


class Period(StrEnum):
    """What a run chart is cut by."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


def audit(
    source: Annotated[
        str | None,
        typer.Argument(
            metavar="SOURCE",
            help="A run of `sinsight batch`, an archive, or one report; - is one report.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FOLDER", help="Write the tables here, CSV, Parquet, Excel, and a page of them."
        ),
    ] = None,
    by: Annotated[list[str] | None, typer.Option(metavar="COLUMN", help="Group by a column that was kept.")] = None,
    period: Annotated[Period | None, typer.Option(help="Group by the date of the report.")] = None,
    date: Annotated[str, typer.Option(metavar="COLUMN", help="The column of dates, for --period.")] = "date",
    patient: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="The column of patients, whose reports are not independent.")
    ] = None,
    against: Annotated[str | None, typer.Option(metavar="SOURCE", help="Compare with another run or archive.")] = None,
    checks: ChecksOption = None,
    recall: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Recall on your reports: `sinsight evaluate --format json`.")
    ] = None,
    list_checks: Annotated[bool, typer.Option("--list", help="Print the checks, and stop.")] = False,
    addendum: Annotated[bool, typer.Option("--addendum", help="Of one report: draft an addendum.")] = False,
    patterns: PatternsOption = None,
    id_column: IdColumnOption = None,
    text_column: TextColumnOption = None,
    encoding: EncodingOption = "utf-8",
    workers: WorkersOption = None,
) -> None:
    """Audit reports: what is stated, what is missing, what it matters for.

    One report: what to add before signing. An archive: how complete its reports are, check by check, which missing
    element leaves the stability category open, and the most incomplete reports by id. An archive is read first, into
    FOLDER/run; without --output into a private folder that is removed again. No report's text is written.

    Exit code: 0 done, 1 nothing could be read or a file not be written, 2 a wrong option or file of patterns or checks.
    """
    from extractor.audit.checks import load_checks
    from extractor.patterns import load_patterns

    asked = load_checks(checks)
    if list_checks:
        _print_checks(asked)
        return
    if source is None:
        raise typer.BadParameter("give a run, an archive or a report", param_hint="'SOURCE'")
    load_patterns(patterns)
    cuts = (*(by or ()), *([date] if period else ()), *([patient] if patient else ()))
    how = How(patterns, id_column, text_column, tuple(dict.fromkeys(cuts)), encoding, workers or os.cpu_count() or 1)
    if _is_report(source):
        if cuts or output or against:
            given = "--by, --period, --patient, --output and --against are of an archive; leave them out"
            raise typer.BadParameter(f"is one report, and {given}", param_hint="'SOURCE'")
        _audit_report(source, asked, how, with_addendum=addendum)
        return
    if addendum:
        raise typer.BadParameter("is drafted for one report; give its file", param_hint="'--addendum'")
    from extractor.audit.results import Wish

    wish = Wish(tuple(by or ()), period.value if period else None, date, patient)
    _audit_archive(source, against, asked, how, wish, recall, output)


def _print_checks(checks: Sequence[Check]) -> None:
    from extractor.render.audit import check_list
    from extractor.render.terminal import open_console

    open_console(sys.stdout).print(check_list(checks))


def _is_report(source: str) -> bool:
    """Tell whether a source is one report: standard input, or a file of plain text."""
    if source == STREAM:
        return True
    if not os.path.isfile(source):
        return False
    from extractor.archive.sources.kinds import kind_of

    with open(source, "rb") as file:
        return kind_of(file.read(200), source) == "text"


def _audit_report(source: str, checks: Sequence[Check], how: How, *, with_addendum: bool) -> None:
    from extractor.audit.report import addendum, open_items
    from extractor.render.terminal import footer, headline, open_console, short_list

    record = _read(source, how)
    items = open_items(record, checks)
    if with_addendum:
        sys.stdout.write(addendum(items))
        return
    console = open_console(sys.stdout)
    for part in (headline(record), "", short_list(items), "", footer(record)):
        console.print(part)


def _read(source: str, how: How) -> Record:
    """Read one report; ReportError for one that cannot be, whatever the reason."""
    from extractor.case.read import read

    text, name = read_source(source, encoding=how.encoding), source_name(source)
    try:
        return read(text, id=name, patterns=how.patterns)
    except Exception as error:  # noqa: BLE001 (the error's message could quote the report)
        raise ReportError(f"{name}: an error in the program, {fault(error)}; please report this line") from None


def _audit_archive(
    source: str,
    against: str | None,
    checks: Sequence[Check],
    how: How,
    wish: Wish,
    recall: Path | None,
    output: Path | None,
) -> None:
    from extractor.archive.frames import check_output
    from extractor.audit.recall import load_recall, shipped_recall
    from extractor.audit.results import audit as audit_sample

    recalls = shipped_recall() if recall is None else load_recall(recall)
    if output is not None:
        check_output(output)
    with room_for(output) as room:
        sample = load_source(source, room / "run", how)
        other = None if against is None else load_source(against, room / "against", how)
    made = audit_sample(sample, checks, recalls, wish, other)
    made = replace(made, notes=(*made.notes, *_pattern_notes(sample, how)))
    _print_audit(made)
    for note in made.notes:
        say(f"note: {note}")
    if output is not None:
        _write(made, checks, output)


def _print_audit(made: Audit) -> None:
    from extractor.render.audit import audit_picture
    from extractor.render.terminal import open_console

    open_console(sys.stdout).print(audit_picture(made))


def _pattern_notes(sample: Sample, how: How) -> Iterator[str]:
    """Say so where a run was made with other patterns than those at hand."""
    from extractor.patterns import load_patterns

    if sample.manifest.get("patterns") != load_patterns(how.patterns).digest:
        yield f"{sample.name}: was read by other patterns than those at hand; its figures are those of its own"


def _write(made: Audit, checks: Sequence[Check], output: Path) -> None:
    from extractor.archive.aside import write_whole
    from extractor.audit.files import PAGE, write_audit
    from extractor.render.page import has_plots, render_audit_page

    write_audit(made, output)
    if has_plots():
        write_whole(output / PAGE, render_audit_page(made, checks).encode())
    else:
        say(f"the page {PAGE} needs the package vl-convert-python; pip install 'sinsight[plots]'")
    say_no_excel()
    say(f"written to {printable(str(output))}: {', '.join(made.tables)}")
