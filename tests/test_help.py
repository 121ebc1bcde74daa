"""Every command has a help with an example, and comes at once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
import typer
from typer.testing import CliRunner

from extractor.cli.app import app

HEAVY = {"pandas", "spacy", "medspacy", "numpy", "pydantic", "rich", "jinja2", "pyarrow"}


def commands(group: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the path of every command, groups included."""
    yield path
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, (*path, name))


COMMANDS = list(commands(typer.main.get_command(app)))


def test_the_commands_are_there() -> None:
    wanted = {("demo",), ("read",), ("batch",), ("audit",), ("score",), ("evaluate",), ("schema",), ("patterns",)}
    wanted |= {("timeline",), ("worklist",), ("page",)}
    assert wanted | {("patterns", name) for name in ("check", "list", "show")} <= set(COMMANDS)


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_a_command_has_help_with_an_example(path: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, [*path, "--help"], prog_name="sinsight")
    usage, said = result.stdout.split("\n\n", 1)
    assert (result.exit_code, result.stderr) == (0, "")
    assert usage.startswith(" ".join(("Usage: sinsight", *path)))
    assert "Example" in said
    assert " ".join(("  sinsight", *path)) in said.split("Example", 1)[1]


def test_help_and_errors_import_nothing_heavy() -> None:
    code = "import sys; from extractor.cli.app import app; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY & set(done.stdout.split()) == set()
