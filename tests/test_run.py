"""Runs with real processes: killed, crowded, out of room; nothing lost, each id once, the same bytes."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import extractor
from extractor.archive.chunk import Chunk, Outcome, Plan, read_chunk
from extractor.archive.columns import TABLES
from extractor.archive.report import Refusal, Report
from extractor.archive.run import Counts, Settings, run_archive
from extractor.archive.worker import Task
from extractor.errors import OutputError

CANARY = "Zebulon"
HANGS, CRASHES, RAISES = "hangs", "crashes", "raises"


def hostile(report: Report, patterns: Path | None) -> extractor.Record:
    """Read a report as usual, but for three words."""
    text = report.text
    if HANGS in text:
        time.sleep(60)
    if CRASHES in text:
        os._exit(9)
    if RAISES in text:
        raise KeyError(text)
    return extractor.read(text, id=report.id, patterns=patterns)


def read_hostile(chunk: Chunk, plan: Plan) -> Outcome:
    return read_chunk(chunk, plan, hostile)


def reports(count: int, **odd: str) -> list[Report | Refusal]:
    """Return so many small reports, those named by number (r3) with a word of their own."""
    names = [f"r{number}" for number in range(count)]
    return [
        Report(name, f"Lytic metastasis of T7. {CANARY}. {odd.get(name, '')}", f"a.csv:row {name}") for name in names
    ]


def run(items: list[Report | Refusal], folder: Path, task: Task | None = None, **settings: Any) -> Counts:
    plan = Plan(patterns=settings.pop("patterns", None))
    return run_archive(items, folder, Settings(plan, workers=2, **settings), watch=lambda *_: None, task=task)


def tree(folder: Path) -> dict[str, bytes]:
    """Return the bytes of all tables of a run."""
    return {
        str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("part-*")) if path.is_file()
    }


def rows(folder: Path, table: str, *names: str) -> list[tuple[Any, ...]]:
    return list(pd.read_parquet(folder / table)[list(names)].itertuples(index=False, name=None))


def test_reports_that_hang_crash_or_raise_fall_alone(tmp_path: Path) -> None:
    items = reports(12, r2=HANGS, r5=CRASHES, r7=RAISES)
    task = partial(read_hostile, plan=Plan())
    assert run([*items, items[0]], tmp_path, task, timeout=2.0) == Counts(read=9, quarantined=4)
    assert sorted(rows(tmp_path, "quarantine", "id", "stage", "error")) == [
        ("r0", "duplicate", "ReportError"),
        ("r2", "timeout", "TimeoutError"),
        ("r5", "crash", "ProcessExpired"),
        ("r7", "read", "KeyError"),
    ]
    assert [name for (name,) in rows(tmp_path, "reports", "id")] == [f"r{n}" for n in range(12) if n not in {2, 5, 7}]
    told = " ".join(message for (message,) in rows(tmp_path, "quarantine", "message"))
    assert CANARY not in told + (tmp_path / "run.json").read_text(encoding="utf-8")
    manifest = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert manifest["stages"] == {"crash": 1, "duplicate": 1, "read": 1, "timeout": 1}


def test_a_run_of_other_settings_is_not_mixed_in(tmp_path: Path) -> None:
    overlay = tmp_path / "patterns"
    overlay.mkdir()
    rule = 'field = "collapse"\n[[rule]]\nid = "collapse.x"\ngrades = ["over_50"]\npattern = "biscuit"\n'
    (overlay / "x.toml").write_text(rule, encoding="utf-8")
    folder = tmp_path / "run"
    run(reports(2), folder)
    with pytest.raises(OutputError) as caught:
        run(reports(2), folder, patterns=overlay)
    remedy = "give --output another folder, or delete this one to begin anew"
    assert str(caught.value) == f"{folder}: was written with other patterns; {remedy}"


def test_two_runs_do_not_write_to_one_folder(tmp_path: Path) -> None:
    import sqlite3

    folder = tmp_path / "run"
    run(reports(2), folder)
    lock = sqlite3.connect(folder / ".lock", isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    with pytest.raises(OutputError) as caught:
        run(reports(2), folder)
    lock.close()
    assert (
        str(caught.value) == f"{folder}: another run writes to it; wait until it ends, or give --output another folder"
    )
    assert run(reports(2), folder) == Counts(read=2, earlier=2)


def test_an_archive_that_changed_leaves_no_old_parts(tmp_path: Path) -> None:
    run(reports(3), tmp_path / "a")
    run(reports(2), tmp_path / "a")
    run(reports(2), tmp_path / "b")
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


def test_a_disk_without_room_ends_in_one_line_and_the_run_goes_on_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno

    from extractor.archive import aside

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    run(reports(2), tmp_path / "run")
    with monkeypatch.context() as patched:
        patched.setattr(aside.os, "fsync", full)
        with pytest.raises(OutputError) as caught:
            run(reports(3), tmp_path / "run")
    assert "No space left on device" in str(caught.value)
    assert list((tmp_path / "run").rglob("*.tmp")) == []
    assert run(reports(3), tmp_path / "run") == Counts(read=3)


#: The command, with parts so small that few reports make several.
SMALL = "from extractor.archive import parts; parts.PART_ITEMS = 250; from extractor.cli.app import main; main()"


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_a_killed_run_goes_on_and_ends_with_the_same_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    items = [{"id": f"r{number}", "text": f"Lytic metastasis of T{number % 12 + 1}."} for number in range(900)]
    path.write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")

    def command(folder: Path) -> list[str]:
        return [sys.executable, "-c", SMALL, "batch", str(path), "-o", str(folder), "--workers", "2"]

    began = time.monotonic()
    subprocess.run(command(tmp_path / "whole"), check=True, capture_output=True)
    took = time.monotonic() - began
    assert len(tree(tmp_path / "whole")) == 4 * len(TABLES)
    chance = random.Random(7)
    kills = 0
    while kills < int(os.environ.get("SINSIGHT_KILLS", "5")):
        with subprocess.Popen(command(tmp_path / "killed"), stderr=subprocess.DEVNULL) as running:
            time.sleep(chance.uniform(0.1, took))
            if running.poll() is None:
                running.send_signal(signal.SIGKILL)
                kills += 1
                continue
        assert tree(tmp_path / "killed") == tree(tmp_path / "whole")
        shutil.rmtree(tmp_path / "killed")
    done = subprocess.run(command(tmp_path / "killed"), check=True, capture_output=True, text=True)
    assert done.stderr.startswith("900 in = 900 out + 0 quarantined")
    assert tree(tmp_path / "killed") == tree(tmp_path / "whole")
    assert len(rows(tmp_path / "killed", "reports", "id")) == 900
