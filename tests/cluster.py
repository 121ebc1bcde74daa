"""A Spark cluster for tests: a master and two workers on the loopback, and an end to all they start."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).parents[1]
PATIENCE: Final = 120.0
_CLASSES: Final = "org.apache.spark.deploy"


@contextmanager
def running_cluster(folder: Path) -> Iterator[str]:
    """Run a master and two workers of one core each; give the master's URL."""
    environment = os.environ | {
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_WORKER_DIR": str(folder / "work"),
        "SPARK_LOCAL_DIRS": str(folder / "local"),
        "SPARK_DAEMON_MEMORY": "256m",
        "PYTHONPATH": os.pathsep.join((str(_ROOT), str(_ROOT / "tests"), os.environ.get("PYTHONPATH", ""))),
    }
    port = free_port()
    url = f"spark://127.0.0.1:{port}"
    own = ("--host", "127.0.0.1", "--webui-port", "0")
    small = ("--cores", "1", "--memory", "1g")
    with ExitStack() as stack:
        master = (f"{_CLASSES}.master.Master", *own, "--port", str(port))
        log = stack.enter_context(_daemon(folder / "master.log", environment, *master))
        for name in ("one", "two"):
            worker = (f"{_CLASSES}.worker.Worker", *own, *small, url)
            stack.enter_context(_daemon(folder / f"{name}.log", environment, *worker))
        wait_for(lambda: log.read_text(encoding="utf-8").count("Registering worker") == 2, "two workers")
        yield url


def free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(done: Callable[[], object], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > end:
            raise TimeoutError(f"waited in vain for {what}")
        time.sleep(0.1)


def executors() -> list[int]:
    """Return the processes of executors that this test's cluster has started."""
    listed = _listed("pid=,args=")
    named = {int(line.split()[0]) for line in listed if "CoarseGrainedExecutorBackend" in line}
    return [pid for pid in _descendants(os.getpid()) if pid in named]


@contextmanager
def _daemon(log: Path, environment: dict[str, str], *args: str) -> Iterator[Path]:
    """Run a part of the cluster, and in the end kill it with all it started; give the path of its log."""
    import pyspark

    command = [str(Path(pyspark.__file__).parent / "bin" / "spark-class"), *args]
    with log.open("wb") as sink:
        process = subprocess.Popen(command, stdout=sink, stderr=sink, env=environment)
    try:
        yield log
    finally:
        for pid in (*_descendants(process.pid), process.pid):
            _kill(pid)
        process.wait()


def _descendants(pid: int) -> list[int]:
    """Return the processes a process has started, and those these have."""
    pairs = [tuple(map(int, line.split())) for line in _listed("pid=,ppid=")]
    found = [pid]
    for parent in found:
        found.extend(child for child, owner in pairs if owner == parent)
    return found[1:]


def _listed(columns: str) -> list[str]:
    done = subprocess.run(["ps", "-ww", "-eo", columns], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
