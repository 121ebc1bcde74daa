"""Print the JSON Schema of a record."""

from __future__ import annotations

import typer


def schema() -> None:
    """Print the JSON Schema of a record."""
    import json

    from extractor.record import record_schema

    typer.echo(json.dumps(record_schema(), indent=2, ensure_ascii=False))
