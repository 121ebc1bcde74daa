"""Measure sinsight beside other systems: python -m benchmarks COMMAND, or `make bench` for all of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from benchmarks.machine import in_words, machine

_ROOT: Final = Path(__file__).parent.parent
RESULTS: Final = _ROOT / "docs" / "speed.json"
PLOT: Final = _ROOT / "docs" / "speed.png"
README: Final = _ROOT / "README.md"

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="Measure sinsight beside other systems. Figures go into docs/speed.json; `readme` takes them from there.",
)
Quick = Annotated[bool, typer.Option("--quick", help="A minute's run, whose figures are rough and are not kept.")]


@app.command()
def compare(quick: Quick = False) -> None:
    """Compare reports a second with medspaCy, EDS-NLP, EntityRuler with negspacy and the bare tokenizer."""
    from benchmarks.compare import compare, headline

    result = compare(typer.echo, quick=quick)
    typer.echo(headline(result))
    _keep("compare", result, quick=quick)


@app.command()
def scaling(quick: Quick = False) -> None:
    """Measure time against length, and two workers against one."""
    from benchmarks.scaling import scaling

    _keep("scaling", scaling(typer.echo, quick=quick), quick=quick)


@app.command()
def memory(quick: Quick = False) -> None:
    """Measure a worker's memory, and its growth with each report."""
    from benchmarks.memory import memory

    _keep("memory", memory(typer.echo, quick=quick), quick=quick)


@app.command()
def startup(quick: Quick = False) -> None:
    """Measure how long commands take from a cold start."""
    from benchmarks.startup import startup

    _keep("startup", startup(typer.echo, quick=quick), quick=quick)


@app.command()
def hostile(quick: Quick = False) -> None:
    """Search and read text that almost matches, for each pattern."""
    from benchmarks.hostile import hostile

    _keep("hostile", hostile(typer.echo, quick=quick), quick=quick)


@app.command()
def agreement(
    source: Annotated[Path | None, typer.Argument(help="JSON lines with `text`; else the corpus.")] = None,
    every: Annotated[int, typer.Option(min=1, metavar="N", help="Take every Nth report only.")] = 1,
) -> None:
    """Count how the reader and stock medspaCy with the same rules differ, kind by kind, over all reports."""
    from benchmarks.agreement import compared
    from benchmarks.reports import corpus_texts, texts_of

    texts = (corpus_texts() if source is None else texts_of(source))[::every]
    counts = compared(texts)
    typer.echo(f"{len(texts)} reports")
    for kind, count in counts.items():
        typer.echo(f"{count:7,} {kind}")
    if any("no known kind" in kind for kind in counts):
        raise typer.Exit(1)


@app.command(name="all")
def everything(quick: Quick = False) -> None:
    """Do all of the above, and write the README after it."""
    for command in (compare, scaling, memory, startup, hostile):
        typer.echo(f"== {command.__name__}")
        command(quick=quick)
    if not quick:
        readme()


@app.command()
def readme() -> None:
    """Write the figures kept into the README, and draw the plot."""
    from benchmarks.plot import draw_speed
    from benchmarks.readme import with_block

    results = _kept()
    draw_speed(results["compare"], PLOT)
    README.write_text(with_block(README.read_text(encoding="utf-8"), results), encoding="utf-8")
    typer.echo(f"wrote {README.name} and {PLOT.name}")


@app.command()
def soak(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the run, the samples and their plot go.")],
    reports: Annotated[int, typer.Option(min=1, metavar="N", help="How many reports.")] = 200_000,
    workers: Annotated[int, typer.Option(min=1, help="Processes that read.")] = 2,
) -> None:
    """Run `sinsight batch` for long and plot its memory, on a machine that has nothing else to do."""
    from benchmarks.plot import draw_soak
    from benchmarks.soak import soak

    folder.mkdir(parents=True, exist_ok=True)
    result = {"machine": machine()} | soak(typer.echo, folder, reports=reports, workers=workers)
    _write(folder / "soak.json", result)
    draw_soak(result["samples"], folder / "soak.png")


def _keep(name: str, result: dict[str, Any], *, quick: bool) -> None:
    """Print the machine, and keep the figures beside those of the other commands unless they are rough."""
    here = machine()
    typer.echo(in_words(here))
    if not quick:
        _write(RESULTS, _kept() | {"machine": here, name: result})


def _kept() -> dict[str, Any]:
    if not RESULTS.exists():
        return {}
    kept: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return kept


def _write(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    app(prog_name="python -m benchmarks")
