"""The group all commands hang from: every error a user can meet becomes one line on stderr."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any, Final, NoReturn

import typer
from typer.core import TyperGroup

from extractor.errors import CheckError, EngineError, OutputError, PatternError, ReportError

#: Exit codes: something given could not be read or written; a command or a file of patterns or checks is wrong; no
#: spine in a report.
FAILED: Final = 1
MISUSED: Final = 2
NO_SPINE: Final = 3

#: What typer raises for a wrong command line; it is not public under its own name.
_UsageError: Final[Any] = typer.BadParameter.__base__


class Commands(TyperGroup):
    """A group whose `main` prints one line for an error, and never a traceback, which could quote a report."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command and exit; a bare call prints the help."""
        given = args if (sys.argv[1:] if args is None else args) else ["--help"]
        try:
            code = super().main(given, prog_name, complete_var, False, windows_expand_args, **extra)
        except (ReportError, OutputError, EngineError) as error:
            stop(str(error), FAILED)
        except (PatternError, CheckError) as error:
            stop(str(error), MISUSED)
        except _UsageError as error:
            stop(_usage(error), MISUSED)
        except typer.Abort:
            stop("aborted", FAILED)
        except OSError as error:
            stop(f"{error.filename or 'a file'}: {error.strerror or error}", FAILED)
        except Exception as error:  # noqa: BLE001 (the traceback of a bug could quote a report)
            stop(f"an error in the program, {fault(error)}; please report this line", FAILED)
        sys.exit(code if isinstance(code, int) else 0)


def stop(message: str, code: int) -> NoReturn:
    """Print one line on stderr and exit."""
    typer.echo(f"sinsight: {one_line(message)}", err=True)
    sys.exit(code)


def one_line(message: str) -> str:
    """Return a message without line ends."""
    return " ".join(message.split())


def fault(error: Exception) -> str:
    """Name an unexpected error by class and place; its message could quote the report."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    if place is None:
        return type(error).__name__
    return f"{type(error).__name__} at {PurePath(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}"


def examples(*commands: str) -> str:
    """Return examples as the end of a command's help."""
    return "\b\n" + "\n".join(("Examples:" if len(commands) > 1 else "Example:", *(f"  {line}" for line in commands)))


def _usage(error: Any) -> str:
    """Return what is wrong with a command line, and where its help is."""
    command = error.ctx.command_path if error.ctx is not None else "sinsight"
    return f"{error.format_message().rstrip('.')}; see {command} --help"
