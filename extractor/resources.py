"""Where the data that ships with the package lies."""

from __future__ import annotations

from pathlib import Path


def patterns_dir() -> Path:
    """Return the folder of the shipped pattern files."""
    return _data_dir("patterns")


def corpus_dir() -> Path:
    """Return the folder of the shipped corpus."""
    return _data_dir("corpus")


def _data_dir(name: str) -> Path:
    """Find a data folder inside the package (installed wheel) or beside it (checkout, editable install)."""
    package = Path(__file__).parent
    for place in (package / "data" / name, package.parent / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"no folder {name!r} in {package / 'data'} or beside {package}; reinstall sinsight")
