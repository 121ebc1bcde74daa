"""The packages of the `io` extra, imported where a source needs one."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from extractor.errors import ReportError


def needed(module: str, name: str) -> Any:
    """Return a module of the `io` extra; ReportError that says how to get it."""
    try:
        return import_module(module)
    except ImportError:
        package = module.partition(".")[0]
        raise ReportError(f"{name}: reading it needs {package}; pip install 'sinsight[io]'") from None
