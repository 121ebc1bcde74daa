"""What a source yields: a report, or why there is none; both know where they stood."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from extractor.case.facts import Fact
from extractor.record import DocumentKind

#: How far a report got before it was put aside.
Stage = Literal["source", "id", "duplicate", "case", "read", "timeout", "crash"]


@dataclass(frozen=True, slots=True)
class Report:
    """One report of an archive: its id, its text, the place it was found at, and the columns kept with it.

    `kind` and `date` (ISO 8601) are what its source tells of it. A case has `documents`, each with its `number` among
    them; its own text is theirs, one below the other. `facts` are given by hand.
    """

    id: str
    text: str
    place: str
    kept: Mapping[str, str] = field(default_factory=dict)
    kind: DocumentKind | None = None
    date: str | None = None
    documents: tuple[Report, ...] = ()
    number: int = 0
    facts: tuple[Fact, ...] = ()


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


Item = TypeVar("Item", bound=Report | Refusal)


def refuse(report: Report, stage: Stage, error: str, problem: str) -> Refusal:
    """Return the refusal of a report for a problem, which is told behind the report's place."""
    return Refusal(report.place, stage, error, f"{report.place}: {problem}", report.id, text_digest(report.text))


def split(items: Iterable[Report | Refusal]) -> tuple[tuple[Report, ...], tuple[Refusal, ...]]:
    """Return the reports among some items, and the refusals, each in their order."""
    every = tuple(items)
    return (
        tuple(item for item in every if isinstance(item, Report)),
        tuple(item for item in every if isinstance(item, Refusal)),
    )


def cut(items: Iterable[Item], *, most: int, characters: int) -> Iterator[tuple[Item, ...]]:
    """Cut items, in order, into groups of at most so many items and characters of text; a longer text stands alone."""
    group: list[Item] = []
    room = characters
    for item in items:
        size = len(item.text) if isinstance(item, Report) else 0
        if group and (len(group) == most or size > room):
            yield tuple(group)
            group, room = [], characters
        group.append(item)
        room -= size
    if group:
        yield tuple(group)


def id_hash(name: str) -> bytes:
    """Return 16 bytes that stand for an id, evenly spread."""
    return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def text_digest(text: str) -> str:
    """Return the SHA-256 of a report's text, by which a refused one can be found again."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
