"""What a format is: the piece it makes of one report, and how the pieces of a part go together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from extractor.archive.report import Report
from extractor.record import Record


@dataclass(frozen=True, slots=True)
class Format:
    """A format written part by part: `piece` runs in the worker, `join` in the main process, once a part.

    A part's file is `DIR/<name>/part-….<suffix>`. Both functions are pure: the same reports and the same day, on which
    the run began (ISO 8601), give the same bytes. A format that holds texts makes a piece of each document of a case
    (`by_document`): the report it gets is that document, the record that of the case.
    """

    name: str
    suffix: str
    piece: Callable[[Report, Record, str], bytes]
    join: Callable[[Sequence[bytes]], bytes] = b"".join
    by_document: bool = False
