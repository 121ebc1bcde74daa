"""The review page: a local web page for people who will not open a terminal."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from extractor.cli.files import ChecksOption, PatternsOption, say
from extractor.cli.group import fault

if TYPE_CHECKING:
    from extractor.page.site import Site


def page(
    run: Annotated[
        Path | None,
        typer.Argument(metavar="RUN", help="A run of `sinsight batch` to review.", show_default=False),
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where to listen; 0 takes a free one.")] = 0,
    reviewer: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who decides.", show_default="your login name")
    ] = None,
    read_only: Annotated[bool, typer.Option("--read-only", help="Show decisions, take none.")] = False,
    source: Annotated[
        list[str] | None, typer.Option(metavar="SOURCE", help="What the run was made of, where it holds no texts.")
    ] = None,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in a browser.")] = True,
    patterns: PatternsOption = None,
    checks: ChecksOption = None,
) -> None:
    """Read reports and review a run in a browser.

    Paste or drop a report: its words highlighted, the spine, SINS, grades to choose by hand. With RUN, accept or
    correct report after report; decisions are kept at once in RUN/review.sqlite, and exported as gold for
    `sinsight evaluate`. Only this machine can open the page, by the address that is printed, once. Ctrl-C ends it.
    """
    if run is None and source:
        raise typer.BadParameter("goes with a RUN", param_hint="'--source'")
    if missing := [name for name in ("starlette", "uvicorn") if find_spec(name) is None]:
        raise typer.BadParameter(f"needs {' and '.join(missing)}; pip install 'sinsight[page]'", param_hint="'page'")
    from extractor.page.serve import serve

    site = _site(run, source or [], reviewer, patterns, checks, read_only=read_only)

    def ready(url: str) -> None:
        typer.echo(url)
        say("Open this address in a browser; it works once. Ctrl-C ends the page.")
        if open_browser:
            typer.launch(url)

    def report(name: str, error: Exception) -> None:
        say(f"sinsight: an error in the program, {name}: {fault(error)}; please report this line")

    serve(site, port, ready=ready, report=report)
    say("sinsight: the page is closed")


def _site(
    run: Path | None,
    sources: list[str],
    reviewer: str | None,
    patterns: Path | None,
    checks: Path | None,
    *,
    read_only: bool,
) -> Site:
    from extractor.audit.checks import load_checks
    from extractor.page.site import Site
    from extractor.patterns import load_patterns

    load_patterns(patterns)
    asked = load_checks(checks)
    who = _named(reviewer)
    if run is None:
        return Site(patterns, asked, who, read_only)
    from extractor.page.run import load_run
    from extractor.page.store import open_store

    loaded = load_run(run, sources, patterns)
    for note in loaded.notes:
        say(note)
    return Site(patterns, asked, who, read_only, loaded, open_store(run, read_only=read_only))


def _named(reviewer: str | None) -> str:
    """Return who decides; BadParameter for a name that is none."""
    if reviewer is None:
        import getpass

        try:
            reviewer = getpass.getuser()
        except (OSError, KeyError, ImportError):
            raise typer.BadParameter("give your name: this login has none", param_hint="'--reviewer'") from None
    name = reviewer.strip()
    if not name or len(name) > 80 or not name.isprintable():
        raise typer.BadParameter("give a plain name of up to 80 characters", param_hint="'--reviewer'")
    return name
