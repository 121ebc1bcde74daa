"""Real runs of `sinsight batch` for tests: started, watched, killed, and what they left behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd

CANARY = "Zebulon"
TEXT = f"{CANARY}. Lytic metastasis of T7."
#: Reports of the archive that most runs read.
COUNT = 100


def command(*args: str | Path) -> list[str]:
    return [sys.executable, "-m", "extractor", "batch", *map(str, args)]


def finished(*args: str | Path, before: tuple[str, ...] = (), **env: str) -> tuple[int, str, str]:
    """Run the command to its end; return exit code, standard output and stderr."""
    done = subprocess.run(
        [*before, *command(*args)], capture_output=True, text=True, check=False, timeout=120, env=os.environ | env
    )
    return done.returncode, done.stdout, done.stderr


def archive(path: Path, count: int) -> Path:
    """Write an archive of so many small reports, no two alike, each with the canary."""
    words = (f"{CANARY}. Lytic metastasis of T{n % 12 + 1}, {n} mm. {'Cord normal. ' * (n % 30)}" for n in range(count))
    lines = (json.dumps({"id": f"r{number}", "text": text}) for number, text in enumerate(words))
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def tree(folder: Path) -> dict[str, bytes]:
    """Return the bytes of all tables of a run."""
    paths = sorted(path for path in folder.rglob("part-*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def column(folder: Path, table: str, name: str) -> list[str]:
    return list(pd.read_parquet(folder / table)[name])


def workers(pid: int) -> list[int]:
    """Return the processes a run has started to read, by what Linux tells of processes."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            ours = parent == pid and b"spawn_main" in (folder / "cmdline").read_bytes()
        except (OSError, IndexError, ValueError):
            continue
        if ours:
            found.append(int(folder.name))
    return found


def alive(pid: int) -> bool:
    """Tell whether a process runs; one that has ended and waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except OSError:
        return False


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def one_line(said: str) -> str:
    """Return what was said after the notes of a run; ValueError unless it is one line of ours."""
    if said.count("\n") != 1 or not said.startswith("sinsight: ") or "Traceback" in said or CANARY in said:
        raise ValueError(f"not one clear line: {said!r}")
    return said.removeprefix("sinsight: ").rstrip()
