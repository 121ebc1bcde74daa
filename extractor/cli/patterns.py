"""Check, list and show pattern rules, for who edits them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.cli.files import PatternsOption, say
from extractor.cli.group import FAILED, examples
from extractor.errors import ReportError

if TYPE_CHECKING:
    from extractor.patterns import Patterns, Rule

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(epilog=examples("sinsight patterns check", "sinsight patterns check my-patterns"))
def check(
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="Your own pattern files, checked over the shipped ones.")
    ] = None,
    patterns: PatternsOption = None,
) -> None:
    """Check all pattern files and count their rules.

    Rules of DIR replace, add to or disable the shipped ones; the first fault is named by file and rule.
    """
    from extractor.patterns import check_rule, load_patterns

    if folder and patterns:
        raise typer.BadParameter("name one folder, as DIR or with --patterns, not both")
    loaded = load_patterns(folder or patterns)
    for rule in loaded.rules:
        check_rule(rule)
    rules = Counter((rule.file, rule.field) for rule in loaded.rules)
    written = Counter((rule.file, rule.field) for rule in loaded.rules for _ in rule.patterns)
    rows = [(file, field, str(count), str(written[file, field])) for (file, field), count in sorted(rules.items())]
    total = ("total", "", str(rules.total()), str(written.total()))
    _print_table(("file", "field", "rules", "patterns"), [*rows, total])


@app.command(
    "test",
    epilog=examples(
        "sinsight patterns test", "sinsight patterns test my-sentences/collapse.txt --patterns my-patterns"
    ),
)
def check_sentences(
    sources: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE...", help="Files of tagged sentences. Left out: those that ship along."),
    ] = None,
    patterns: PatternsOption = None,
) -> None:
    """Read tagged sentences and print those that are not read as tagged.

    A file is named after the pattern file it is for. Exit code: 0 all right, 1 some wrong or unreadable.
    """
    from extractor.evaluate.tagged import TagError, failures, field_of, load_sentences
    from extractor.patterns import load_patterns
    from extractor.resources import corpus_dir

    load_patterns(patterns)
    paths = sources or sorted((corpus_dir() / "sentences").glob("*.txt"))
    wrong = count = 0
    for path in paths:
        try:
            sentences = load_sentences(path)
            field = field_of(path)
        except (OSError, UnicodeDecodeError) as error:
            raise ReportError(
                f"{path}: cannot be read ({type(error).__name__}); give a file of tagged sentences"
            ) from None
        except TagError as error:
            raise ReportError(str(error)) from None
        count += len(sentences)
        for one, said in failures(sentences, field, patterns=patterns):
            wrong += 1
            typer.echo(f"{one.where}\n  want {one.line}\n  read {said}")
    say(f"{count} sentences, {wrong} not read as tagged")
    if wrong:
        raise typer.Exit(FAILED)


@app.command("list", epilog=examples("sinsight patterns list", "sinsight patterns list --patterns my-patterns"))
def list_rules(patterns: PatternsOption = None) -> None:
    """List all rules: id, field, admitted grades, file."""
    from extractor.patterns import load_patterns

    rules = load_patterns(patterns).rules
    _print_table(
        ("id", "field", "grades", "file"), [(rule.id, rule.field, ",".join(rule.grades), rule.file) for rule in rules]
    )


@app.command(epilog=examples("sinsight patterns show section.history"))
def show(
    rule_id: Annotated[str, typer.Argument(metavar="RULE_ID", help="A rule's id, as `patterns list` prints it.")],
    patterns: PatternsOption = None,
) -> None:
    """Show one rule: file, field, grades, tags, patterns."""
    from extractor.patterns import load_patterns

    rule = _find(load_patterns(patterns), rule_id)
    for name, value in _facts(rule):
        typer.echo(f"{name:<9}{value}")
    for source in rule.patterns:
        typer.echo(f"  {source}")


def _find(patterns: Patterns, rule_id: str) -> Rule:
    try:
        return patterns.rule(rule_id)
    except KeyError:
        close = get_close_matches(rule_id, [rule.id for rule in patterns.rules], n=1)
        hint = f"did you mean {close[0]!r}?" if close else "`sinsight patterns list` prints all"
        raise typer.BadParameter(f"no rule {rule_id!r}; {hint}") from None


def _facts(rule: Rule) -> Iterable[tuple[str, str]]:
    facts = {
        "rule": rule.id,
        "file": rule.file,
        "field": rule.field,
        "grades": ", ".join(rule.grades),
        "denied": ", ".join(rule.denied),
        "tags": ", ".join(sorted(rule.tags)),
        "unless": ", ".join(rule.unless),
        "needs": ", ".join(rule.needs),
        "patterns": str(len(rule.patterns)),
    }
    return ((name, value) for name, value in facts.items() if value)


def _print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print columns that line up and that tools such as grep and awk can cut."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
