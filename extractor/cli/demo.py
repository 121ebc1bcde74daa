"""Show what sinsight does on the reports that ship with it."""

from __future__ import annotations

import sys

from extractor.cli.files import say
from extractor.errors import ReportError


def demo() -> None:
    """Read the sample report and archive that ship along.

    All of them are fictional.
    """
    from extractor.jsonl import read_reports
    from extractor.reading.reader import read
    from extractor.render.archive import archive_table
    from extractor.render.terminal import open_console, print_record
    from extractor.resources import corpus_dir
    from extractor.textfile import read_report_file

    report, archive = (corpus_dir() / "demo" / name for name in ("report.txt", "archive.jsonl"))
    console = open_console(sys.stdout)
    print_record(read(read_report_file(report), id=report.name), console)
    with archive.open("rb") as file:
        reports = list(read_reports(file, name=archive.name))
    bad = [item for item in reports if isinstance(item, ReportError)]
    if bad:
        raise bad[0]
    records = [read(item.text, id=item.id) for item in reports if not isinstance(item, ReportError)]
    console.print()
    console.print(archive_table(records))
    say(f"\nBoth are fictional and lie in {report.parent}. Try: sinsight read {report} --format html -o report.html")
