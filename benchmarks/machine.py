"""The machine and the versions that figures belong to."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from extractor.patterns import load_patterns

_PACKAGES: Final = ("sinsight", "spacy", "medspacy", "edsnlp", "negspacy", "PyRuSH", "numpy", "pandas", "pyarrow")


def machine() -> dict[str, Any]:
    """Return processor, cores, system, Python, versions and the digest of the patterns."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": [round(one, 1) for one in os.getloadavg()],
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "packages": {name: found for name in _PACKAGES if (found := _version(name))},
        "patterns": load_patterns().digest,
    }


def in_words(said: dict[str, Any]) -> str:
    """Return the machine in one line."""
    packages = ", ".join(f"{name} {number}" for name, number in said["packages"].items())
    on = f"{said['processor']}, {said['cores']} cores (load {said['load'][0]}), {said['system']}"
    return f"{on}, Python {said['python']}; {packages}"


def _processor() -> str:
    """Return what the processor is called; Linux alone tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
