"""The SINS calculator: grades in, the range of the total and what would settle it out."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from extractor.values import LEVELS, POINTS, in_order, location_grades, sort_levels

if TYPE_CHECKING:
    from rich.table import Table

    from extractor.record import Sins


class Format(StrEnum):
    """What a result is shown as."""

    TEXT = "text"
    JSON = "json"


_KNOWN_LEVELS: Final = "C1-C7, T1-T13, L1-L6, S1-S5, sacrum"
_CODES: Final = {level.casefold(): level for level in LEVELS}


def _check_levels(values: list[str] | None) -> list[str] | None:
    """Bring levels to their codes; BadParameter, naming the option, for one that is none."""
    for value in values or ():
        if value.casefold() not in _CODES:
            raise typer.BadParameter(f"{value!r} is no level; give one of {_KNOWN_LEVELS}")
    return [_CODES[value.casefold()] for value in values or ()]


def _check_grades(param: typer.CallbackParam, values: list[str] | None) -> list[str] | None:
    """Refuse a grade the component does not have; BadParameter, naming the option."""
    known = POINTS[str(param.name)]
    for value in values or ():
        if value not in known:
            raise typer.BadParameter(f"{value!r} is no grade; give one of {', '.join(known)}")
    return values


def _component(name: str) -> Any:
    grades = ", ".join(f"{grade} ({points})" for grade, points in POINTS[name].items())
    return typer.Option(metavar="GRADE", help=f"{grades}.", callback=_check_grades, show_default=False)


_LevelOption = typer.Option(
    metavar="LEVEL", help=f"Gives the location: {_KNOWN_LEVELS}.", callback=_check_levels, show_default=False
)


def score(
    level: Annotated[list[str] | None, _LevelOption] = None,
    location: Annotated[list[str] | None, _component("location")] = None,
    pain: Annotated[list[str] | None, _component("pain")] = None,
    bone_lesion: Annotated[list[str] | None, _component("bone_lesion")] = None,
    alignment: Annotated[list[str] | None, _component("alignment")] = None,
    collapse: Annotated[list[str] | None, _component("collapse")] = None,
    posterolateral: Annotated[list[str] | None, _component("posterolateral")] = None,
    format: Annotated[Format, typer.Option(help="What to print.")] = Format.TEXT,
) -> None:
    """Score SINS from grades: the range and what is open.

    Leave out what is not known; give an option several times where several grades are possible. Points stand
    in brackets. A component that is left out may be any of its grades.
    """
    from extractor.scoring.sins import admit, score_sins

    given = {
        "location": _location(level or [], location or []),
        "pain": pain,
        "bone_lesion": bone_lesion,
        "alignment": alignment,
        "collapse": collapse,
        "posterolateral": posterolateral,
    }
    admitted = admit({name: grades for name, grades in given.items() if grades})
    levels = sort_levels(level or ())
    sins = score_sins(admitted)
    if format is Format.JSON:
        _print_json(levels, admitted, sins)
    else:
        _print_text(levels, admitted, sins)


def _location(levels: Sequence[str], grades: Sequence[str]) -> tuple[str, ...]:
    """Return the locations both the levels and the grades admit; nothing where neither is given."""
    of_levels = in_order("location", [grade for level in levels for grade in location_grades(level)])
    if not levels or not grades:
        return of_levels or in_order("location", grades)
    both = tuple(grade for grade in of_levels if grade in grades)
    if not both:
        message = f"{' or '.join(levels)} is {' or '.join(of_levels)}; leave out --location or --level"
        raise typer.BadParameter(message, param_hint="'--location'")
    return both


def _print_json(levels: Sequence[str], admitted: dict[str, tuple[str, ...]], sins: Sins) -> None:
    import dataclasses
    import json

    typer.echo(json.dumps({"levels": levels, "grades": admitted, "sins": dataclasses.asdict(sins)}))


def _print_text(levels: Sequence[str], admitted: dict[str, tuple[str, ...]], sins: Sins) -> None:
    from extractor.render.terminal import open_console
    from extractor.render.words import open_words

    console = open_console(sys.stdout)
    console.print(_table(" or ".join(levels), admitted, sins))
    for sentence in open_words(sins):
        console.print(sentence)


def _table(title: str, admitted: dict[str, tuple[str, ...]], sins: Sins) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from extractor.record import FieldValue
    from extractor.render.terminal import badges, bar
    from extractor.render.words import field_words, range_words, value_words
    from extractor.values import status_of

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_edge=False, header_style="bold")
    table.add_column(title)
    table.add_column("points", justify="right")
    table.add_column("value")
    for name, grades in admitted.items():
        value = FieldValue(grades, status_of(name, grades))
        table.add_row(field_words(name), range_words(*sins.points[name]), value_words(name, value))
    total = Text(range_words(sins.low, sins.high), style="bold")
    table.add_row(Text("SINS", style="bold"), total, Text("  ").join((bar(sins), badges(sins))))
    return table
