"""Join a Spark cluster, quietly and in bounded time, and leave it."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from extractor.errors import EngineError

#: Seconds to wait for a master to answer, and for the first executor to come.
_ANSWER: Final = 5.0
_PATIENCE: Final = 120.0
_STANDALONE: Final = "spark://"
_SETTINGS: Final = {
    "spark.ui.enabled": "false",
    # Without it pyspark writes what it sends out, which is reports, to a temporary file in the clear.
    "spark.io.encryption.enabled": "true",
}
_HERE: Final = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}


@contextmanager
def open_session(master: str) -> Iterator[Any]:
    """Give a SparkContext on a cluster that has an executor; EngineError where that cannot be."""
    _check_needs()
    _check_answer(master)
    context = _start(master)
    try:
        _await_executor(context)
        yield context
    finally:
        context.stop()


def gave_up(master: str, error: Exception) -> EngineError:
    """Return what to raise where Spark gives work up; its own words may be pages long and are in its logs."""
    from extractor import __version__

    python = f"Python {sys.version_info.major}.{sys.version_info.minor}"
    need = f"its executors need {python} with sinsight {__version__}, named by PYSPARK_PYTHON"
    return EngineError(f"{master}: Spark gave the work up ({type(error).__name__}); {need}, and their logs say more")


def _check_needs() -> None:
    if find_spec("pyspark") is None:
        raise EngineError("--engine spark: needs the package pyspark; pip install 'sinsight[spark]'")
    java = Path(os.environ.get("JAVA_HOME", ""), "bin", "java")
    if shutil.which(java if "JAVA_HOME" in os.environ else "java") is None:
        raise EngineError("--engine spark: no Java is found; install Java 17 or 21, or let JAVA_HOME name it")


def _check_answer(master: str) -> None:
    """Make sure that one of the addresses of a standalone master takes calls; Spark itself would try for a minute."""
    if not master.startswith(_STANDALONE):
        return
    for address in master.removeprefix(_STANDALONE).split(","):
        host, _, port = address.rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), timeout=_ANSWER).close()
        except (OSError, ValueError, OverflowError):
            continue
        return
    raise EngineError(f"{master}: no Spark master answers there; check --master, and that it runs")


def _start(master: str) -> Any:
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        with warnings.catch_warnings():
            # While it loads, pyspark warns of pandas 3, which the engine does not use.
            warnings.simplefilter("ignore", FutureWarning)
            return _context(master)
    except Exception as error:  # noqa: BLE001 (whatever Spark and its bridge raise; what it says may be pages)
        remedy = "check --master and that Java is 17 or 21"
        raise EngineError(f"{master}: Spark cannot start ({type(error).__name__}); {remedy}") from None


def _context(master: str) -> Any:
    from pyspark import SparkConf, SparkContext

    conf = SparkConf().setMaster(master).setAppName("sinsight").setAll(list(_SETTINGS.items()))
    if re.match(r"local\b|spark://(127\.|localhost:|\[::1\])", master):
        conf.setAll(list(_HERE.items()))
    return SparkContext(conf=conf, gateway=_gateway())


@cache
def _gateway() -> Any:
    """Start Java, its log off the terminal: appenders of the user's own log4j2 properties still write theirs."""
    from pyspark.java_gateway import launch_gateway

    return launch_gateway(popen_kwargs={"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL})


def _await_executor(context: Any) -> None:
    """Wait until the cluster has given an executor; the driver counts as one, and locally it is the only one."""
    end = time.monotonic() + _PATIENCE
    while not context.master.startswith("local") and context._jsc.sc().getExecutorMemoryStatus().size() < 2:
        if time.monotonic() > end:
            remedy = "has it a worker with a free core and the memory that spark.executor.memory asks for?"
            raise EngineError(f"{context.master}: gave no executor in {_PATIENCE:g} s; {remedy}")
        time.sleep(0.1)
