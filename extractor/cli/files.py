"""What the commands share: where text comes from, where results go, and the options that say so."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO, Final, TextIO

import typer

from extractor.errors import OutputError
from extractor.textfile import open_report, printable, read_report_file, read_report_stream, unwritable

#: What stands for standard input or output.
STREAM: Final = "-"
STDIN_NAME: Final = "stdin"

PatternsOption = Annotated[
    Path | None,
    typer.Option("--patterns", metavar="DIR", help="A folder of your own pattern files, laid over the shipped ones."),
]
ChecksOption = Annotated[
    Path | None,
    typer.Option("--checks", metavar="FILE", help="A file of your own checks, laid over the shipped ones."),
]
IdColumnOption = Annotated[str | None, typer.Option(metavar="NAME", help="The column of a table that holds ids.")]
TextColumnOption = Annotated[str | None, typer.Option(metavar="NAME", help="The column that holds the reports.")]
EncodingOption = Annotated[str, typer.Option(help="How plain text is encoded.")]
WorkersOption = Annotated[
    int | None, typer.Option(min=1, max=1024, help="Processes that read.", show_default="one a core")
]
OutputOption = Annotated[
    str, typer.Option("--output", "-o", metavar="FILE", help="Where to write; - is the standard output.")
]


def say(message: str) -> None:
    """Print words for people, apart from the data."""
    typer.echo(message, err=True)


def source_name(source: str) -> str:
    """Return how a source is called in messages and as an id: its path as given, or 'stdin'."""
    return STDIN_NAME if source == STREAM else printable(source)


def read_source(source: str, *, encoding: str) -> str:
    """Return the text of a file or, for '-', of standard input; ReportError if it holds none."""
    if source != STREAM:
        return read_report_file(Path(source), encoding=encoding)
    if sys.stdin.isatty():
        say("Paste a report, then end it with Ctrl-D (on Windows: Ctrl-Z and Enter) on a line of its own.")
    return read_report_stream(sys.stdin.buffer, name=STDIN_NAME, encoding=encoding)


@contextmanager
def open_source(source: str) -> Iterator[BinaryIO]:
    """Open a file, or standard input for '-', for bytes; ReportError if there is none."""
    if source == STREAM:
        yield sys.stdin.buffer
        return
    with open_report(Path(source)) as file:
        yield file


@contextmanager
def open_output(output: str, *, sources: Iterable[str] = ()) -> Iterator[TextIO]:
    """Open a file, or standard output for '-', for text; OutputError if it cannot be, or is one of `sources`."""
    if output == STREAM:
        yield sys.stdout
        return
    if any(_same(output, source) for source in sources):
        raise OutputError(f"{printable(output)}: would be written over while it is read; give --output another name")
    with _create(output) as file:
        yield file


def _create(output: str) -> TextIO:
    try:
        return Path(output).open("w", encoding="utf-8", newline="\n")
    except (OSError, ValueError) as error:
        raise unwritable(Path(output), error, "give --output another place") from None


def _same(output: str, source: str) -> bool:
    try:
        return source != STREAM and Path(output).samefile(source)
    except OSError:
        return False
