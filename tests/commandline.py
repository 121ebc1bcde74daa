"""The command line for tests: run a command in this process, and what counts as one clear line of complaint."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from typer.testing import CliRunner

from extractor.cli.app import app

#: A patient's name that stands in the tests' reports and must stand in no message.
SECRET: Final = "Jane Roe"


def run(*args: str | Path, stdin: bytes = b"") -> tuple[int, str, str]:
    """Run a command in this process; return exit code, standard output and stderr."""
    result = CliRunner().invoke(app, [str(arg) for arg in args], input=stdin, prog_name="sinsight")
    return result.exit_code, result.stdout, result.stderr


def one_line(said: str) -> str:
    """Return what was said; ValueError unless it is one line of ours that holds no report and no traceback."""
    if said.count("\n") != 1 or not said.startswith("sinsight: ") or SECRET in said or "Traceback" in said:
        raise ValueError(f"not one clear line: {said!r}")
    return said.removeprefix("sinsight: ").rstrip("\n")
