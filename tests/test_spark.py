"""A Spark cluster for real: a master and two workers on the loopback, that give what worker processes give."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cluster import PATIENCE, executors, free_port, running_cluster, wait_for
from test_run import CANARY, CRASHES, HANGS, RAISES, read_hostile, reports, rows, tree

from extractor.archive.chunk import Plan
from extractor.archive.run import Counts, Settings, run_archive

pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java, and none is found"),
]

COUNT = 600
#: A local pattern, by which what the reports call the canary is bone.
RULE = 'field = "bone_lesion"\n[[rule]]\nid = "bone_lesion.x"\ngrades = ["blastic"]\npattern = "zebulon"\n'
#: Small executors of one core each.
SUBMIT = "--driver-memory 512m --conf spark.executor.memory=512m --conf spark.executor.cores=1 pyspark-shell"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cluster")


@pytest.fixture(scope="module")
def master(place: Path) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PYSPARK_SUBMIT_ARGS", SUBMIT)
        patched.setenv("PYSPARK_PYTHON", sys.executable)
        patched.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        with running_cluster(place) as url:
            yield url


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("archive") / "a.jsonl"
    items = [{"id": f"r{n}", "text": f"Lytic metastasis of T{n % 12 + 1}. {CANARY}."} for n in range(COUNT)]
    (path.parent / "patterns").mkdir()
    (path.parent / "patterns" / "x.toml").write_text(RULE, encoding="utf-8")
    path.write_text("".join(json.dumps(item) + "\n" for item in [*items, items[0]]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def local(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("local") / "run"
    subprocess.run([*batch(archive, folder), "--workers", "2"], capture_output=True, check=False)
    return tree(folder)


def batch(archive: Path, folder: Path, *more: str) -> list[str]:
    overlay = os.path.relpath(archive.parent / "patterns")
    return [sys.executable, "-m", "extractor", "batch", str(archive), "-o", str(folder), "--patterns", overlay, *more]


def on_spark(archive: Path, folder: Path, master: str) -> list[str]:
    return batch(archive, folder, "--engine", "spark", "--master", master)


def test_a_cluster_gives_the_bytes_of_local_workers(
    master: str, archive: Path, local: dict[str, bytes], tmp_path: Path
) -> None:
    done = subprocess.run(on_spark(archive, tmp_path / "run", master), capture_output=True, text=True, check=False)
    assert done.stderr.splitlines() == [
        f"sinsight: {archive}:{COUNT + 1}: id 'r0' has come before; give each report its own",
        f"{COUNT + 1} in = {COUNT} out + 1 quarantined",
    ]
    assert (done.returncode, done.stdout) == (1, "")
    assert tree(tmp_path / "run") == local


def test_a_lost_executor_costs_nothing(master: str, archive: Path, local: dict[str, bytes], tmp_path: Path) -> None:
    running = subprocess.Popen(on_spark(archive, tmp_path / "run", master), stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: executors() or running.poll() is not None, "an executor")
        time.sleep(3)
        (killed, *_) = executors()
        os.kill(killed, signal.SIGKILL)
        assert running.poll() is None
        assert running.wait(PATIENCE) == 1
    finally:
        running.kill()
        running.wait()
    assert tree(tmp_path / "run") == local


def test_ctrl_c_ends_a_run_and_the_same_command_goes_on(
    master: str, archive: Path, local: dict[str, bytes], tmp_path: Path
) -> None:
    command = on_spark(archive, tmp_path / "run", master)
    running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        wait_for(lambda: executors() or running.poll() is not None, "an executor")
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=PATIENCE)
    finally:
        running.kill()
        running.wait()
    words = "sinsight: stopped; what is done is kept, and the same command goes on from there"
    assert (running.returncode, said.splitlines()[-1]) == (130, words)
    wait_for(lambda: not executors(), "the executors to end")
    subprocess.run(command, capture_output=True, check=False)
    assert tree(tmp_path / "run") == local


def test_reports_that_hang_crash_or_raise_fall_alone(master: str, place: Path, tmp_path: Path) -> None:
    items = reports(12, r2=HANGS, r5=CRASHES, r7=RAISES)
    task = partial(read_hostile, plan=Plan())
    settings = Settings(Plan(), timeout=4.0, master=master)
    assert run_archive(items, tmp_path, settings, watch=lambda *_: None, task=task) == Counts(read=9, quarantined=3)
    assert sorted(rows(tmp_path, "quarantine", "id", "stage", "error")) == [
        ("r2", "timeout", "TimeoutError"),
        ("r5", "crash", "ProcessExpired"),
        ("r7", "read", "KeyError"),
    ]
    logs = [*place.rglob("*.log"), *place.rglob("stdout"), *place.rglob("stderr")]
    told = [message for (message,) in rows(tmp_path, "quarantine", "message")]
    assert len(logs) > 3
    assert CANARY not in " ".join([*told, *(log.read_text(encoding="utf-8") for log in logs)])


def test_a_job_of_your_own(master: str) -> None:
    from pyspark.sql import SparkSession

    from extractor.spark import batch_reader, table_ddl

    cells = [
        ("a", f"Lytic metastasis of T7. {CANARY}."),
        ("b", None),
        (None, "x"),
        ("c", "Sclerotic metastasis of L1."),
    ]
    with closing_session(SparkSession.builder.master(master).config("spark.ui.enabled", "false")) as session:
        df = session.createDataFrame(cells, "id STRING, text STRING").coalesce(1)
        made = {
            table: df.mapInArrow(batch_reader(table), table_ddl(table)).collect() for table in ("lesions", "quarantine")
        }
    assert [(row.id, row.level, row.bone_lesion) for row in made["lesions"]] == [
        ("a", "T7", "lytic"),
        ("c", "L1", "blastic"),
    ]
    assert [(row.id, row.place, row.stage) for row in made["quarantine"]] == [
        ("b", "partition 0, batch 1, row 2", "source"),
        (None, "partition 0, batch 1, row 3", "id"),
    ]
    assert CANARY not in " ".join(row.message for row in made["quarantine"])


@contextmanager
def closing_session(builder: Any) -> Iterator[Any]:
    session = builder.getOrCreate()
    try:
        yield session
    finally:
        session.stop()


def test_a_master_that_is_not_there_is_one_line(archive: Path, tmp_path: Path) -> None:
    url = f"spark://127.0.0.1:{free_port()}"
    done = subprocess.run(on_spark(archive, tmp_path / "run", url), capture_output=True, text=True, check=False)
    said = f"sinsight: {url}: no Spark master answers there; check --master, and that it runs\n"
    assert (done.returncode, done.stderr) == (1, said)


def test_no_java_is_one_line(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    done = subprocess.run(on_spark(archive, tmp_path / "run", "local"), capture_output=True, text=True, check=False)
    said = "sinsight: --engine spark: no Java is found; install Java 17 or 21, or let JAVA_HOME name it\n"
    assert (done.returncode, done.stderr) == (1, said)


def test_executors_without_sinsight_are_one_line(master: str, archive: Path, tmp_path: Path) -> None:
    """A wrapper of Python that cannot import our package stands for a worker that lacks it."""
    python = tmp_path / "python"
    hidden = (
        "import sys, runpy; sys.modules['extractor'] = None; runpy.run_module(sys.argv.pop(1), run_name='__main__')"
    )
    python.write_text(f'#!/bin/sh\nshift\nexec {sys.executable} -c "{hidden}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    command = on_spark(archive, tmp_path / "run", master)
    environment = os.environ | {"PYSPARK_PYTHON": str(python)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    remedy = "install it in the Python that PYSPARK_PYTHON names there"
    assert (done.returncode, done.stderr) == (
        1,
        f"sinsight: {master}: its executors have no sinsight 0.1.0; {remedy}\n",
    )
