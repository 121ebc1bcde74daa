"""What reads an archive: worker processes here, or a Spark cluster."""

from __future__ import annotations

import os
import re
from enum import StrEnum
from typing import Final

import typer


class Engine(StrEnum):
    """What reads the reports."""

    LOCAL = "local"
    SPARK = "spark"


_MASTER: Final = re.compile(r"local(\[(\*|\d+)(,\d+)?\])?|spark://\S+:\d+|k8s://\S+|yarn")


def check_engine(engine: Engine, master: str | None, workers: int | None) -> int:
    """Return the number of workers; BadParameter for options that do not go with the engine."""
    if engine is Engine.LOCAL:
        if master is not None:
            raise typer.BadParameter("goes with --engine spark", param_hint="'--master'")
        return workers or os.cpu_count() or 1
    if master is None or not _MASTER.fullmatch(master):
        raise typer.BadParameter(
            "--engine spark needs a cluster's URL: spark://HOST:7077, yarn, k8s://URL or local[*]",
            param_hint="'--master'",
        )
    if workers is not None:
        remedy = "the cluster says how many read; spark.cores.max in spark-defaults.conf bounds them"
        raise typer.BadParameter(remedy, param_hint="'--workers'")
    return 1
