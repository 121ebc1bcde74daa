"""Every command has a help with an example, and comes at once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
import typer
from typer.testing import CliRunner

from extractor.cli.app import app
from extractor.resources import corpus_dir

HEAVY = {"pandas", "spacy", "medspacy", "numpy", "pydantic", "rich", "jinja2", "pyarrow"}
#: By which newer releases of typer check the values of options.
CHECKED = {"pydantic"}
REPORT = str(corpus_dir() / "demo" / "report.txt")


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


#: Runs a command and prints to stderr what it has imported.
WATCHED = """
import atexit, sys
atexit.register(lambda: print("imported:", *sorted({name.split(".")[0] for name in sys.modules}), file=sys.stderr))
from extractor.cli.app import main
main()
"""


@pytest.mark.parametrize(
    ("args", "needed"),
    [
        (["--help"], set()),
        (["raed"], CHECKED),
        (["score", "--level", "T7", "--format", "json"], CHECKED),
        (["score", "--level", "T7"], CHECKED | {"rich"}),
        (["read", REPORT, "--format", "json"], CHECKED),
        (["read", REPORT], CHECKED | {"rich"}),
    ],
    ids=lambda value: " ".join(value).replace(REPORT, "REPORT") if isinstance(value, list) else "+".join(sorted(value)),
)
def test_a_command_imports_nothing_heavy_that_it_does_not_need(args: list[str], needed: set[str]) -> None:
    done = subprocess.run([sys.executable, "-c", WATCHED, *args], capture_output=True, text=True, check=False)
    imported = set(done.stderr.rpartition("imported:")[2].split())
    assert "extractor" in imported
    assert HEAVY & imported <= needed
