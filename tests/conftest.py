"""What tests share: property tests without a deadline, and a run that nothing disturbed."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from processes import COUNT, archive, finished, tree

from extractor.archive.chunk import Chunk, Outcome
from extractor.archive.pool import Key
from extractor.archive.worker import Task

# The first report of a process also compiles the patterns.
settings.register_profile("sinsight", deadline=None)
settings.load_profile("sinsight")

# Tests that a shell runs in the background are deaf to Ctrl-C, and so would be what they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return archive(tmp_path_factory.mktemp("archive") / "a.jsonl", COUNT)


@pytest.fixture(scope="session")
def undisturbed(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run that nothing disturbed."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    assert finished(source, "-o", folder) == (0, "", f"{COUNT} in = {COUNT} out + 0 quarantined\n")
    return folder


@pytest.fixture(scope="session")
def whole(undisturbed: Path) -> dict[str, bytes]:
    """Return the tables of that run."""
    return tree(undisturbed)


class Here:
    """Reads chunks in this process by what workers read them by."""

    def __init__(self, task: Task) -> None:
        self._task = task

    def read(self, chunks: Iterable[tuple[Key, Chunk]]) -> Iterator[tuple[Key, Outcome]]:
        return ((key, self._task(chunk)) for key, chunk in chunks)


@pytest.fixture
def no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read archives in this process: for tests of what stands in a run, whoever has read it."""

    @contextmanager
    def here(task: Task, workers: int, timeout: float) -> Iterator[Here]:
        yield Here(task)

    monkeypatch.setattr("extractor.archive.run.open_pool", here)


#: A pattern that takes for ever on many letters u: a report that hangs where nothing but a kill can end it.
HANGING = 'field = "collapse"\n[[rule]]\nid = "collapse.x"\ngrades = ["over_50"]\npattern = "(?:uu?)+[xyz]"\n'


@pytest.fixture
def hanging(tmp_path: Path) -> list[str]:
    """Return the options under which a report with many letters u hangs."""
    folder = tmp_path / "patterns"
    folder.mkdir()
    (folder / "x.toml").write_text(HANGING, encoding="utf-8")
    return ["--patterns", str(folder), "--timeout", "2"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Return the browser that opens the review page."""
    from browsing import open_browser

    yield from open_browser()


@pytest.fixture(scope="session")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run to review: 20 reports that are alike, a hostile one, and a case."""
    from browsing import make_run

    return make_run(tmp_path_factory.mktemp("reviewed") / "run")


@pytest.fixture
def served(reviewed: Path, tmp_path: Path) -> Iterator[Any]:
    """Serve the review page with that run, on which nothing is decided."""
    from browsing import Served

    with Served(Path(shutil.copytree(reviewed, tmp_path / "run"))) as one:
        yield one
