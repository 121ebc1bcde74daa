"""Agreement of what the program reads with gold records made by people."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.cli.files import STREAM, PatternsOption, open_source, say, source_name
from extractor.cli.group import FAILED, fault
from extractor.cli.score import Format

if TYPE_CHECKING:
    from extractor.evaluate import Evaluation, Gold
    from extractor.record import Record

_CorpusArgument = typer.Argument(
    metavar="CORPUS",
    help="Reports with gold records: a .jsonl file, a folder of them, or -. Left out: the corpus that ships along.",
    show_default=False,
)
_RecordsOption = typer.Option(
    metavar="FILE",
    help="Records that `sinsight batch` wrote (- is stdin), instead of reading anew.",
    show_default=False,
)


def evaluate(
    corpus: Annotated[str | None, _CorpusArgument] = None,
    patterns: PatternsOption = None,
    records: Annotated[str | None, _RecordsOption] = None,
    errors: Annotated[bool, typer.Option("--errors", help="List each error with the words behind it.")] = False,
    format: Annotated[Format, typer.Option(help="What to print.")] = Format.TEXT,
) -> None:
    """Measure agreement with gold records, per field.

    A fact is a settled grade at a level. Exact: the same set of admitted grades. Contradicts: a set that
    excludes gold's. Figures come with 95 % intervals. Errors quote the reports.

    Exit code: 0 compared, 1 something could not be read, 2 a wrong option or pattern file.
    """
    if records is not None and patterns is not None:
        raise typer.BadParameter("has no effect on records already written; leave out one", param_hint="'--patterns'")
    if corpus == records == STREAM:
        raise typer.BadParameter("standard input is CORPUS already; name a file", param_hint="'--records'")
    from extractor.evaluate import compare

    gold = _load_gold(corpus)
    found = _read_anew(gold, patterns) if records is None else _load_records(records, gold)
    evaluation = compare(gold, found)
    if format is Format.JSON:
        _print_json(evaluation, with_errors=errors)
    else:
        _print_text(evaluation, with_errors=errors)
    if records is None and len(found) < len(gold):
        raise typer.Exit(FAILED)


def _load_gold(corpus: str | None) -> tuple[Gold, ...]:
    from extractor.evaluate import load_gold, parse_gold
    from extractor.resources import corpus_dir

    if corpus == STREAM:
        return parse_gold(sys.stdin.buffer.read(), source_name(STREAM))
    return load_gold(corpus_dir() / "reports" if corpus is None else Path(corpus))


def _read_anew(gold: Sequence[Gold], patterns: Path | None) -> list[Record]:
    """Read each report; one that breaks the reader is named and left out."""
    from extractor import read_case
    from extractor.patterns import load_patterns

    load_patterns(patterns)
    found: list[Record] = []
    for case in gold:
        try:
            found.append(read_case(case.documents, facts=case.facts, id=case.id, patterns=patterns))
        except Exception as error:  # noqa: BLE001 (one report's fault must not hide the others)
            say(f"sinsight: {case.id}: could not be read ({fault(error)}); it counts as read to nothing")
    return found


def _load_records(records: str, gold: Sequence[Gold]) -> tuple[Record, ...]:
    """Load records and say which do not meet gold."""
    from extractor.evaluate import load_records

    with open_source(records) as file:
        found = load_records(file, source_name(records))
    wanted, given = {case.id for case in gold}, {record.id for record in found}
    if missing := len(wanted - given):
        say(f"{missing} of {len(gold)} gold reports have no record; they count as read to nothing")
    if surplus := len(given - wanted):
        say(f"{surplus} of {len(found)} records have no gold; they are left out")
    return found


def _print_json(evaluation: Evaluation, *, with_errors: bool) -> None:
    import dataclasses
    import json

    plain = dataclasses.asdict(evaluation)
    if not with_errors:
        del plain["errors"]
    typer.echo(json.dumps(plain, ensure_ascii=False))


def _print_text(evaluation: Evaluation, *, with_errors: bool) -> None:
    from extractor.evaluate.tables import errors_table, evaluation_tables
    from extractor.render.terminal import open_console

    console = open_console(sys.stdout)
    console.print(evaluation_tables(evaluation))
    if with_errors:
        count = len(evaluation.errors)
        console.print(f"\n{count} error{'' if count == 1 else 's'}")
        if count:
            console.print(errors_table(evaluation.errors))
