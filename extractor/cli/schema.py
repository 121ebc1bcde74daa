"""Print what the output holds: the JSON Schema of a record, or the columns of a table."""

from __future__ import annotations

from typing import Annotated, Final

import typer

#: How the types of columns are called.
_TYPES: Final = {"text": "text", "whole": "whole number", "yes_no": "true or false"}


def schema(
    table: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Print the columns of a table: reports, lesions, evidence, audit or quarantine."
        ),
    ] = None,
) -> None:
    """Print the JSON Schema of a record, or the columns of a table: name, type and meaning between tabs."""
    import json

    from extractor.record import record_schema

    if table is None:
        typer.echo(json.dumps(record_schema(), indent=2, ensure_ascii=False))
    else:
        _print_columns(table)


def _print_columns(name: str) -> None:
    from extractor.archive.columns import TABLES, columns

    table = next((one for one in TABLES if one == name), None)
    if table is None:
        raise typer.BadParameter(f"{name!r} is no table; give one of {', '.join(TABLES)}", param_hint="'--table'")
    typer.echo("column\ttype\tmeaning")
    for column in columns(table):
        typer.echo(f"{column.name}\t{_TYPES[column.type]}\t{column.about}")
