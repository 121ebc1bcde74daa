"""Read an archive of JSON lines into records, one JSON line each, as they come."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.cli.files import OutputOption, PatternsOption, open_output, open_source, say, source_name
from extractor.cli.group import FAILED
from extractor.errors import ReportError

if TYPE_CHECKING:
    from extractor.jsonl import Report
    from extractor.record import Record


def batch(
    source: Annotated[
        str, typer.Argument(metavar="FILE", help='Lines of {"id": "…", "text": "…"} in UTF-8; - is stdin.')
    ],
    output: OutputOption = "-",
    patterns: PatternsOption = None,
) -> None:
    """Read an archive of JSON lines, a record a line.

    Records come in the order of the reports. A line that cannot be read is named on stderr by file and line,
    never by its text, and left out. An id that comes again counts as such a line.

    Exit code: 0 all read, 1 some lines failed, 2 a wrong option or pattern file.
    """
    from extractor.jsonl import read_reports
    from extractor.patterns import load_patterns

    load_patterns(patterns)
    name = source_name(source)
    done = failed = 0
    with open_source(source) as file, open_output(output, sources=[source]) as out:
        for report in read_reports(file, name=name):
            record = report if isinstance(report, ReportError) else _read(report, patterns)
            if isinstance(record, ReportError):
                say(f"sinsight: {record}")
                failed += 1
            else:
                out.write(record.to_json() + "\n")
                out.flush()
                done += 1
    if not done + failed:
        raise ReportError(f'{name}: holds no report; give lines such as {{"id": "r-1", "text": "…"}}')
    say(f"{done + failed} in = {done} out + {failed} failed")
    if failed:
        raise typer.Exit(FAILED)


def _read(report: Report, patterns: Path | None) -> Record | ReportError:
    """Read one report; one that raises is named by its place and the class of the error alone."""
    from extractor.reading.reader import read

    try:
        return read(report.text, id=report.id, patterns=patterns)
    except Exception as error:  # noqa: BLE001 (one report must not end the run; the message could quote it)
        return ReportError(f"{report.place}: could not be read ({type(error).__name__}); read it alone to see where")
