"""What follows from the patterns is kept on disk, and nothing depends on its being there."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs
import pytest

from extractor.patterns import load_patterns
from extractor.reading import kept
from extractor.reading.kept import asked_by
from extractor.reading.offers import asked_of
from extractor.reading.shape import shapes_of

SOURCES = [source for rule in load_patterns().of("pain", "escc") for source in rule.sources]
MADE = asked_of([shapes_of(source) for source in SOURCES])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: tmp_path / "cache")
    return tmp_path / "cache"


def test_what_is_kept_is_what_is_worked_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked_by(SOURCES) == MADE
    (file,) = folder.iterdir()
    assert file.suffix == ".json"
    monkeypatch.setattr(kept, "shapes_of", lambda _: pytest.fail("worked out again"))
    assert asked_by(SOURCES) == MADE


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"[[1]]", b"\xff", b'{"a": 1}', b'{"bits": [null]}', b'{"bits": ["1"], "begins": []}']
)
def test_a_damaged_file_is_worked_out_anew(folder: Path, content: bytes) -> None:
    asked_by(SOURCES)
    (file,) = folder.iterdir()
    file.write_bytes(content)
    assert asked_by(SOURCES) == MADE
    assert len(file.read_bytes()) > 1000


def test_other_patterns_are_kept_apart_and_few_are(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_MOST", 2)
    for number in range(4):
        asked_by([*SOURCES, f"more{number}"])
        for each, file in enumerate(sorted(folder.iterdir(), key=lambda one: one.stat().st_mtime_ns)):
            os.utime(file, (each, each))
    assert len(list(folder.iterdir())) == 2


def test_a_place_that_cannot_be_written_is_no_matter(folder: Path) -> None:
    folder.write_text("a file in its place", encoding="utf-8")
    assert asked_by(SOURCES) == MADE
