"""Read free-text spine MRI reports: levels, SINS as a range, the words behind every value, and what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from extractor.case.documents import DocumentText
    from extractor.case.facts import Fact
    from extractor.case.read import read, read_case
    from extractor.frame import Frames, read_frame
    from extractor.record import Record

__version__ = "0.1.0"
__all__ = ["DocumentText", "Fact", "Frames", "Record", "__version__", "read", "read_case", "read_frame"]

#: Where the public names live; they are imported when first asked for, so that `import extractor` costs nothing.
_HOMES: Final = {
    "read": "extractor.case.read",
    "read_case": "extractor.case.read",
    "DocumentText": "extractor.case.documents",
    "Fact": "extractor.case.facts",
    "read_frame": "extractor.frame",
    "Frames": "extractor.frame",
    "Record": "extractor.record",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """List the public names, imported or not."""
    return sorted({*globals(), *__all__})
