"""Show what sinsight does on the reports that ship with it."""

from __future__ import annotations

import sys

from extractor.cli.files import say
from extractor.errors import ReportError


def demo() -> None:
    """Read the sample report and archive that ship along.

    All of them are fictional.
    """
    from extractor.archive.report import Refusal
    from extractor.archive.sources import Selection, find_files, read_sources
    from extractor.case.read import read
    from extractor.render.archive import archive_table
    from extractor.render.terminal import open_console, print_record
    from extractor.resources import corpus_dir
    from extractor.textfile import read_report_file

    report, archive = (corpus_dir() / "demo" / name for name in ("report.txt", "archive.jsonl"))
    console = open_console(sys.stdout)
    print_record(read(read_report_file(report), id=report.name), console)
    records = []
    for item in read_sources(find_files([str(archive)]), Selection()):
        if isinstance(item, Refusal):
            raise ReportError(item.message)
        records.append(read(item.text, id=item.id))
    console.print()
    console.print(archive_table(records))
    say(f"\nBoth are fictional and lie in {report.parent}. Try: sinsight read {report} --format html -o report.html")
