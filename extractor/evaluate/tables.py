"""Show an evaluation on a terminal: every figure with its 95 % interval, and the errors one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from extractor.evaluate.figures import Figure
from extractor.evaluate.results import ChangeAgreement, Error, Evaluation, FieldAgreement
from extractor.render.words import distinct, field_words, grade_words, quoted
from extractor.values import GRADES

_NONE: Final = "–"
_FIELD_COLUMNS: Final = ("precision", "recall", "F1", "exact", "contradicts", "kappa")


def evaluation_tables(evaluation: Evaluation) -> RenderableType:
    """Return the figures over all, per field and report-wide; what gold never annotates is left out."""
    return Group(
        f"{evaluation.reports} reports with {evaluation.sins_exact.n} lesions. Ranges are 95 % intervals.",
        "",
        _overall(evaluation),
        "",
        _fields(evaluation.fields),
        "",
        _report_wide(evaluation.report_wide),
        *([] if evaluation.changes is None else ["", *_changes(evaluation.changes)]),
    )


def errors_table(errors: Iterable[Error]) -> Table:
    """Return a line an error: where it is, what gold and the program say, and the program's words."""
    table = _table("report", "level", "field", "gold", "got", "the report's words")
    for error in errors:
        table.add_row(
            error.report,
            error.level or "",
            field_words(error.field),
            _said(error, error.gold),
            _said(error, error.got),
            _words(error),
        )
    return table


def _overall(evaluation: Evaluation) -> Table:
    table = _table("over all", "figure", "", "of", right=("figure", "of"))
    for name, figure in _overall_figures(evaluation):
        table.add_row(name, _number(figure.value), Text(_interval(figure), style="dim"), str(figure.n))
    return table


def _overall_figures(evaluation: Evaluation) -> Iterator[tuple[str, Figure]]:
    for name, agreement in (("levels", evaluation.levels), ("facts", evaluation.facts)):
        yield f"{name}: precision", agreement.precision
        yield f"{name}: recall", agreement.recall
        yield f"{name}: F1", agreement.f1
    yield "SINS range exact", evaluation.sins_exact
    yield "SINS middle of range, ICC", evaluation.middle_icc
    yield "SINS settled total, ICC", evaluation.total_icc
    yield "categories exact", evaluation.category_exact
    yield "certainty", evaluation.certainty
    yield "no lesion in gold, one found", evaluation.negatives_with_lesion
    yield "reports without any error", evaluation.perfect


def _fields(fields: dict[str, FieldAgreement]) -> Table:
    table = _table("field", "of", *_FIELD_COLUMNS, right=("of", *_FIELD_COLUMNS))
    for name, field in fields.items():
        if field.exact.n or field.facts.f1.n:
            facts = field.facts
            figures = (facts.precision, facts.recall, facts.f1, field.exact, field.contradicts, field.kappa)
            table.add_row(field_words(name), str(field.exact.n), *map(_cell, figures))
    return table


def _report_wide(findings: dict[str, Figure]) -> Table:
    table = _table("whole report", "exact", "", "of", right=("exact", "of"))
    for name, figure in findings.items():
        if figure.n:
            table.add_row(field_words(name), _number(figure.value), Text(_interval(figure), style="dim"), str(figure.n))
    return table


def _changes(changes: ChangeAgreement) -> Iterator[RenderableType]:
    """Yield how often the change of a level is right, per kind, and what is taken for what."""
    table = _table("change", "precision", "recall", "F1", right=("precision", "recall", "F1"))
    table.add_row(f"exact, {changes.patients} patients, {changes.exact.n} levels", "", _cell(changes.exact), "")
    for kind, found in changes.kinds.items():
        if found.f1.n:
            table.add_row(kind.replace("_", " "), *map(_cell, (found.precision, found.recall, found.f1)))
    yield table
    yield ""
    kinds = [kind.replace("_", " ") for kind in changes.confusion]
    counts = _table("gold, read as", *kinds, right=tuple(kinds))
    for kind, row in changes.confusion.items():
        if any(row.values()):
            counts.add_row(kind.replace("_", " "), *(str(number) if number else _NONE for number in row.values()))
    yield counts


def _table(*titles: str, right: tuple[str, ...] = ()) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), collapse_padding=True, pad_edge=False, show_edge=False)
    for title in titles:
        table.add_column(title, justify="right" if title in right else "left", overflow="fold")
    return table


def _cell(figure: Figure) -> Text:
    cell = Text(_number(figure.value))
    return cell if figure.low is None else cell.append(f"\n{_interval(figure)}", style="dim")


def _number(value: float | None) -> str:
    return _NONE if value is None else f"{value:.3f}"


def _interval(figure: Figure) -> str:
    if figure.low is None or figure.high is None:
        return ""
    return f"{figure.low:.2f}–{figure.high:.2f}"


def _said(error: Error, words: tuple[str, ...]) -> str:
    """Return one side's value in words."""
    if error.field == "lesion":
        return words[0] if words else "no lesion"
    if not words or len(words) == len(GRADES.get(error.field, ())):
        return "not stated"
    if error.field in GRADES:
        return " or ".join(grade_words(error.field, word) for word in words)
    return ", ".join(word.replace("_", " ") for word in words)


def _words(error: Error) -> str:
    return "; ".join(f"{quoted(item)} {item.rule}" for item in distinct(error.evidence))
