"""Runs and their workers killed from outside or stopped by Ctrl-C: nothing is lost, and nothing stays behind."""

from __future__ import annotations

import os
import pty
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from processes import CANARY, COUNT, TEXT, alive, command, files, one_line, tree, workers

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them")

# Killed


def test_workers_killed_from_outside_take_nothing_with_them(
    source: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    chance, killed = random.Random(11), set()
    with subprocess.Popen(
        command(source, "-o", tmp_path / "run", "--workers", "2"), stderr=subprocess.PIPE, text=True
    ) as running:
        while running.poll() is None and len(killed) < 6:
            time.sleep(chance.uniform(0.02, 0.3))
            victims = workers(running.pid)
            if victims and (victim := chance.choice(victims)) not in killed:
                os.kill(victim, signal.SIGKILL)
                killed.add(victim)
        assert running.communicate(timeout=60)[1] == f"{COUNT} in = {COUNT} out + 0 quarantined\n"
    assert len(killed) >= 3
    assert tree(tmp_path / "run") == whole


def test_workers_that_never_start_end_the_run_in_one_line(source: Path, tmp_path: Path) -> None:
    code = "import os\nfrom extractor.cli.app import main\nmain() if __name__ == '__main__' else os._exit(9)\n"
    script = tmp_path / "broken.py"
    script.write_text(code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script, "batch", source, "-o", tmp_path / "run", "--workers", "1"],
        capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": os.getcwd()},
    )  # fmt: skip
    remedy = "free some memory or give fewer --workers, then start again: what is done stays done"
    assert (done.returncode, one_line(done.stderr)) == (
        1,
        f"the processes that read end as soon as they start; {remedy}",
    )


def test_a_run_killed_leaves_no_process_and_no_text(source: Path, tmp_path: Path) -> None:
    spare = tmp_path / "spare"
    spare.mkdir()
    args = command(source, "-o", tmp_path / "run", "--workers", "1")
    with subprocess.Popen(args, stderr=subprocess.DEVNULL, env=os.environ | {"TMPDIR": str(spare)}) as running:
        while not (readers := workers(running.pid)):
            time.sleep(0.05)
        time.sleep(1.5)
        running.kill()
    assert files(spare) == []
    assert ended(readers, seconds=5.0)


#: Hangs where Python's own threads are not heard, as a regular expression does, and says so before.
HANGS = """
import re, sys
from functools import partial
from pathlib import Path
from extractor.archive.chunk import Outcome
from extractor.archive.worker import Seat

def hang(mark, chunk):
    if not chunk:
        Path(mark).touch()
        re.match("(?:u+)+b", "u" * 60)
    return Outcome()

if __name__ == "__main__":
    Seat(partial(hang, sys.argv[1]), timeout=1.0).read(())
"""


def test_a_worker_that_hangs_does_not_outlive_its_run(tmp_path: Path) -> None:
    script, mark = tmp_path / "hangs.py", tmp_path / "mark"
    script.write_text(HANGS, encoding="utf-8")
    with subprocess.Popen([sys.executable, script, mark], env=os.environ | {"PYTHONPATH": os.getcwd()}) as running:
        while not mark.exists() and running.poll() is None:
            time.sleep(0.01)
        readers = workers(running.pid)
        running.kill()
    assert len(readers) == 1
    assert ended(readers, seconds=15.0)


def ended(readers: list[int], *, seconds: float) -> bool:
    """Tell whether processes end within some seconds."""
    until = time.monotonic() + seconds
    while any(map(alive, readers)) and time.monotonic() < until:
        time.sleep(0.05)
    return not any(map(alive, readers))


# A terminal


def on_a_terminal(args: list[str], interrupt: str | None = None) -> tuple[int, str, list[int]]:
    """Run a command on a terminal, with Ctrl-C once some words have appeared; return exit code, screen and workers."""
    pid, screen = pty.fork()
    if not pid:
        os.execve(args[0], args, os.environ | {"TERM": "xterm-256color", "COLUMNS": "120"})
    seen, readers = b"", set[int]()
    for piece in pieces(screen):
        seen += piece
        readers |= set(workers(pid))
        if interrupt is not None and re.search(interrupt, seen.decode(errors="replace")):
            os.write(screen, b"\x03")
            interrupt = None
    os.close(screen)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), plain(seen.decode()), list(readers)


def pieces(screen: int) -> Iterator[bytes]:
    """Yield what appears on a terminal, until the last process there has gone."""
    while True:
        try:
            yield os.read(screen, 65_536)
        except OSError:
            return


STOPPED = "sinsight: stopped; what is done is kept, and the same command goes on from there\n"


def test_ctrl_c_at_the_start_and_the_same_command_goes_on(
    source: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    args = command(source, "-o", tmp_path / "run", "--workers", "2")
    code, seen, readers = on_a_terminal(args, interrupt="0 read")
    assert (code, seen[-len(STOPPED) :], "Traceback" in seen) == (130, STOPPED, False)
    assert ended(readers, seconds=0)
    code, seen, _ = on_a_terminal(args)
    assert (code, seen.endswith(f"{COUNT} in = {COUNT} out + 0 quarantined\n"), CANARY in seen) == (0, True, False)
    assert re.search(r"[1-9]\d* read, 0 put aside, \d+ a second 0:00:\d\d left (0:00:\d\d|-:--:--)", seen)
    assert tree(tmp_path / "run") == whole


def test_ctrl_c_while_a_report_hangs(hanging: list[str], source: Path, tmp_path: Path) -> None:
    odd = tmp_path / "b.txt"
    odd.write_text(f"{TEXT} {'u' * 60}.", encoding="utf-8")
    args = command(source, odd, "-o", tmp_path / "run", "--workers", "2", *hanging, "--timeout", "60")
    code, seen, readers = on_a_terminal(args, interrupt=f"{COUNT // 32 * 32} read")
    assert (code, seen[-len(STOPPED) :], "Traceback" in seen) == (130, STOPPED, False)
    assert len(readers) == 2
    assert ended(readers, seconds=0)


def plain(seen: str) -> str:
    """Return what stood on a screen, without colours and moves."""
    return re.sub(r"\x1b\[[?\d;]*[A-Za-z]", "", seen).replace("\r\n", "\n").replace("\r", "")
