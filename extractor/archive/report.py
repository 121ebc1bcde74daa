"""What a source yields: a report, or why there is none; both know where they stood."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

#: How far a report got before it was put aside.
Stage = Literal["source", "id", "duplicate", "read", "timeout", "crash"]


@dataclass(frozen=True, slots=True)
class Report:
    """One report of an archive: its id, its text, the place it was found at, and the columns kept with it."""

    id: str
    text: str
    place: str
    kept: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What could not be read, where, and why; never a word of its text.

    `message` is one line that names the place and the remedy; `error` is the class of the exception; `digest` is the
    SHA-256 of the text, where there was one.
    """

    place: str
    stage: Stage
    error: str
    message: str
    id: str | None = None
    digest: str | None = None


def text_digest(text: str) -> str:
    """Return the SHA-256 of a report's text, by which a refused one can be found again."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
