"""Read reports, one by one, into a picture, JSON or a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from extractor.cli.casing import CaseOption, DateOption, KindOption, SetOption, describe_documents, parse_facts
from extractor.cli.files import ChecksOption, OutputOption, PatternsOption, open_output, read_source, say
from extractor.cli.group import FAILED, NO_SPINE, fault
from extractor.errors import ReportError

if TYPE_CHECKING:
    from extractor.audit.checks import Check
    from extractor.case.documents import DocumentText
    from extractor.case.facts import Fact
    from extractor.record import Record


class Format(StrEnum):
    """What a record is shown as."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class Reading:
    """A record and the texts it was read from, those of its documents in order."""

    record: Record
    texts: tuple[str, ...]


def read(
    reports: Annotated[list[str], typer.Argument(metavar="REPORT", help="Files of one report each; - is stdin.")],
    format: Annotated[Format, typer.Option(help="What to print: a picture, a JSON line a report, or one page.")] = (
        Format.TEXT
    ),
    output: OutputOption = "-",
    patterns: PatternsOption = None,
    checks: ChecksOption = None,
    addendum: Annotated[bool, typer.Option("--addendum", help="End with the draft of an addendum.")] = False,
    encoding: Annotated[str, typer.Option(help="How the files are encoded.")] = "utf-8",
    case: CaseOption = False,
    kind: KindOption = None,
    date: DateOption = None,
    set_facts: SetOption = None,
) -> None:
    """Read reports: levels, SINS, the words, what is missing.

    Per lesion the level, SINS as a range, its category, each value with the words that gave it; in the end what to
    add before signing. Several reports give one picture after the other, one JSON line each, or one page.

    With --case the files are documents of one patient at one time, such as MRI, CT and request form: what they say
    is put together, and where two exclude each other it is said which is believed, and why.

    Exit code: 0 read, 1 a report could not be read, 2 a wrong option or file of patterns or checks, 3 no spine in a
    report.
    """
    if addendum and format is not Format.TEXT:
        raise typer.BadParameter("is drafted as text; leave out --format", param_hint="'--addendum'")
    from extractor.audit.checks import load_checks
    from extractor.patterns import load_patterns

    load_patterns(patterns)
    asked = load_checks(checks)
    facts = parse_facts(set_facts)
    if not case and (kind or date or (facts and len(reports) > 1)):
        raise typer.BadParameter("is for the documents of one patient; add --case", param_hint="'--kind/--date/--set'")
    texts, failed = _texts(reports, encoding)
    readings: list[Reading] = []
    for group in [list(texts)] if case and not failed else [[source] for source in texts if not case]:
        try:
            documents = describe_documents(group, [texts[source] for source in group], kind, date)
            readings.append(_read(documents, facts, patterns))
        except ReportError as error:
            say(f"sinsight: {error}")
            failed += 1
    if readings:
        with open_output(output, sources=reports) as out:
            _write(readings, out, format, asked, with_addendum=addendum)
    spineless = [reading for reading in readings if _is_spineless(reading)]
    for reading in spineless:
        say(f"sinsight: {reading.record.id}: no spine level is mentioned; is it the report of another body part?")
    if failed or spineless:
        raise typer.Exit(FAILED if failed else NO_SPINE)


def _texts(sources: Sequence[str], encoding: str) -> tuple[dict[str, str], int]:
    """Return the text of each source, and how many have none; these are named."""
    texts: dict[str, str] = {}
    failed = 0
    for source in sources:
        try:
            texts[source] = read_source(source, encoding=encoding)
        except ReportError as error:
            say(f"sinsight: {error}")
            failed += 1
    return texts, failed


def _read(documents: Sequence[DocumentText], facts: Sequence[Fact], patterns: Path | None) -> Reading:
    """Read one report, or the documents of one case; ReportError where they cannot be, whatever the reason."""
    from extractor.case.facts import facts_text
    from extractor.case.read import read_case

    name = " + ".join(one.id for one in documents)
    try:
        record = read_case(documents, facts=facts, id=name, patterns=patterns)
    except Exception as error:  # noqa: BLE001 (one report's fault must not hide the others)
        raise ReportError(f"{name}: an error in the program, {fault(error)}; please report this line") from None
    given = (facts_text(facts),) if facts else ()
    return Reading(record, (*(one.text for one in documents), *given))


def _is_spineless(reading: Reading) -> bool:
    if reading.record.lesions:
        return False
    from extractor.reading.reader import mentions_spine

    return not any(mentions_spine(text) for text in reading.texts)


def _write(
    readings: Sequence[Reading], out: TextIO, format: Format, checks: Sequence[Check], *, with_addendum: bool
) -> None:
    if format is Format.JSON:
        out.writelines(reading.record.to_json() + "\n" for reading in readings)
    elif format is Format.HTML:
        from extractor.render.html import render_page

        out.write(render_page(((reading.record, reading.texts) for reading in readings), checks))
    else:
        _write_text(readings, out, checks, with_addendum=with_addendum)


def _write_text(readings: Sequence[Reading], out: TextIO, checks: Sequence[Check], *, with_addendum: bool) -> None:
    from extractor.audit.report import addendum, open_items
    from extractor.render.terminal import open_console, print_record

    console = open_console(out)
    for number, reading in enumerate(readings):
        if number:
            console.rule(style="dim")
        print_record(reading.record, console, checks)
        if with_addendum:
            out.write("\n" + addendum(open_items(reading.record, checks)))
