"""The command `sinsight`: what it is called with, and the commands it has."""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

from extractor import __version__
from extractor.cli import patterns
from extractor.cli.audit import audit
from extractor.cli.batch import batch
from extractor.cli.demo import demo
from extractor.cli.evaluate import evaluate
from extractor.cli.group import Commands, examples
from extractor.cli.page import page
from extractor.cli.read import read
from extractor.cli.schema import schema
from extractor.cli.score import score
from extractor.cli.timeline import timeline
from extractor.cli.worklist import worklist

app = typer.Typer(
    name="sinsight",
    cls=Commands,
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
    epilog=examples(
        "sinsight demo", "sinsight read report.txt", "sinsight read report.txt --format html -o report.html"
    ),
)
app.command(epilog=examples("sinsight demo"))(demo)
app.command(
    epilog=examples(
        "sinsight read report.txt",
        "sinsight read a.txt b.txt --format json",
        "sinsight read mri.txt ct.txt request.txt --case --set pain=mechanical",
        "cat report.txt | sinsight read -",
    )
)(read)
app.command(
    epilog=examples(
        "sinsight batch archive/ -o run",
        "sinsight batch export.csv -o run --case-column episode --facts facts.csv",
        "zcat reports.jsonl.gz | sinsight batch - -o -",
    )
)(batch)
app.command(
    epilog=examples(
        "sinsight audit report.txt",
        "sinsight audit archive/ -o audit",
        "sinsight audit run --by site --period month -o audit",
        "sinsight audit --list",
    )
)(audit)
app.command(
    epilog=examples(
        "sinsight timeline run --patient-column mrn",
        "sinsight timeline export.csv --patient-column mrn --date-column date -o timeline",
    )
)(timeline)
app.command(epilog=examples("sinsight worklist run", "sinsight worklist archive/ --top 20 -o worklist"))(worklist)
app.command(epilog=examples("sinsight score --level T7 --pain mechanical --collapse over_50"))(score)
app.command(epilog=examples("sinsight evaluate corpus/reports"))(evaluate)
app.command(epilog=examples("sinsight schema > record.schema.json", "sinsight schema --table lesions"))(schema)
app.command(
    epilog=examples(
        "sinsight page",
        "sinsight page run --reviewer 'Dr A'",
        "sinsight page run --source export.csv --read-only",
    )
)(page)
app.add_typer(
    patterns.app, name="patterns", help="Check, list and show pattern rules.", epilog=examples("sinsight patterns list")
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"sinsight {__version__}")
        raise typer.Exit


@app.callback()
def sinsight(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Read spine MRI reports: levels, SINS as a range, the words behind every value, and what is missing.

    Works offline. Not a medical device: check what it says against the report.
    """


def main() -> None:
    """Run the command line; what it prints is UTF-8 wherever it goes."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    app(prog_name="sinsight")
