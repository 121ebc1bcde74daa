"""A page as a test reads it: its elements, tables and drawings; and an audit whose counts were made by hand.

Sixty reports of one lesion each at T8, thirty of `north`, thirty of another site. Pain is stated in all of north,
missing elsewhere; a quarter of the reports each is of January, February, April and May 2024. North's lesions have a
SINS of 4 to 6, the others' of 4 to 8, which pain would settle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final

import pandas as pd

from extractor.audit.checks import Check, load_checks
from extractor.audit.recall import Recall
from extractor.audit.results import Audit, Wish, audit
from extractor.audit.sample import Sample

CHECKS: Final = tuple(check for check in load_checks() if check.code in {"A100", "A101", "A303"})
_MONTHS: Final = ("01", "02", "04", "05")
_VOID: Final = frozenset({"meta", "br", "img", "link", "input", "hr"})


@dataclass(frozen=True, slots=True)
class Element:
    """One element: its name and attributes."""

    tag: str
    attributes: dict[str, str]


@dataclass(eq=False)
class Page(HTMLParser):
    """What stands on a page; ValueError for a tag that is not closed."""

    source: str
    elements: list[Element] = field(default_factory=list)
    tables: dict[str, list[list[str]]] = field(default_factory=dict)
    open_tags: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.source)
        self.close()
        if self.open_tags:
            raise ValueError(f"not closed: {self.open_tags}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))
        if tag == "caption":
            self.rows: list[list[str]] = []
            self.caption = ""
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.rows[-1].append("")
        if tag not in _VOID:
            self.open_tags.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if self.open_tags.pop() != tag:
            raise ValueError(f"closed out of turn: {tag}")
        if tag == "table":
            self.tables[self.caption] = self.rows

    def handle_data(self, data: str) -> None:
        if "caption" in self.open_tags:
            self.caption += data
        elif {"th", "td"} & set(self.open_tags):
            self.rows[-1][-1] += data

    def named(self, tag: str) -> list[dict[str, str]]:
        """Return the attributes of every element of a name."""
        return [element.attributes for element in self.elements if element.tag == tag]

    @property
    def drawings(self) -> list[str]:
        """Return the source of every drawing."""
        return [f"<svg {part.split('</svg>')[0]}</svg>" for part in self.source.split("<svg ")[1:]]


def sample(other: str = "south", *, lesions: bool = True, reports: int = 60) -> Sample:
    """Return the sample, its second site called as given; without lesions if so wished."""
    numbers = range(reports)
    ids = [f"r{number:02}" for number in numbers]
    north = [number < 30 for number in numbers]
    return Sample(
        "run",
        pd.DataFrame(
            {
                "id": ids,
                "site": ["north" if mine else other for mine in north],
                "date": [f"2024-{_MONTHS[number % 4]}-15" for number in numbers],
            },
            dtype=object,
        ),
        _frame(_lesions(ids, north) if lesions else []),
        pd.DataFrame(_states(ids, north, lesions), columns=["id", "level", "element", "state"], dtype=object),
        {"site": "site", "date": "date"},
        {"state": "complete", "version": "0", "patterns": "abc", "in": reports, "out": reports, "quarantined": 0},
    )


_LESION_COLUMNS: Final = [
    "id", "level", "certainty", "stabilised", "sins_low", "sins_high", "category", "missing", "settling", "deciding",
]  # fmt: skip


def _frame(lesions: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Return a table of lesions whose numbers are numbers and whose words are words, even of none."""
    return pd.DataFrame(lesions, columns=_LESION_COLUMNS, dtype=object).astype({"sins_low": int, "sins_high": int})


def _lesions(ids: Sequence[str], north: Sequence[bool]) -> list[tuple[Any, ...]]:
    settled = (4, 6, "stable", "", "", "")
    still = (4, 8, "stable|indeterminate", "pain", "pain", "pain")
    return [
        (name, "T8", "certain", False, *(settled if mine else still)) for name, mine in zip(ids, north, strict=True)
    ]


def _states(ids: Sequence[str], north: Sequence[bool], lesions: bool) -> list[tuple[Any, ...]]:
    states: list[tuple[Any, ...]] = []
    for name, mine in zip(ids, north, strict=True):
        if lesions:
            states.append((name, "T8", "category", "stated" if mine else "partial"))
            states.append((name, "T8", "pain", "stated" if mine else "missing"))
        states.append((name, None, "leptomeningeal", "missing" if lesions else "not_applicable"))
    return states


def made(
    given: Sample, *, wish: Wish | None = None, against: Sample | None = None, checks: Sequence[Check] = CHECKS
) -> Audit:
    """Return an audit of a sample by site and month, unless otherwise wished."""
    recalls = {"pain": Recall(0.8, 0.7, 0.9, 50)}
    return audit(given, checks, recalls, wish or Wish(("site",), "month"), against)
