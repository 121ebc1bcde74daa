"""A run under review: its reports to search and to filter, and the record of one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, get_args

from extractor.archive.columns import BAR
from extractor.archive.stored import Stored, check_columns, open_run
from extractor.archive.texts import documents_of_row
from extractor.archive.told import split_cell
from extractor.case.facts import parse_fact
from extractor.errors import ReportError
from extractor.page.origin import Documents, Origin, from_sources
from extractor.page.tables import record_of_rows
from extractor.record import Record
from extractor.values import FIELDS
from extractor.worklist.overview import reasons_of
from extractor.worklist.reasons import QUARANTINE, Reason, load_reasons

if TYPE_CHECKING:
    import pandas as pd

Show = Literal["all", "urgent", "unstable", "indeterminate", "stable", "open", "conflict", "without"]
SHOWS: Final[tuple[Show, ...]] = get_args(Show)
_REPORTS: Final = ("id", "digest", "lesions", "worst_level", "sins_low", "sins_high", "category", "facts")
_CONFLICTS: Final = tuple(f"{name}_conflict" for name in FIELDS)


@dataclass(frozen=True, slots=True)
class Entry:
    """A report of the run as the list shows it; `reasons` put it on the worklist, the most urgent first."""

    number: int
    id: str
    digest: str
    lesions: int
    worst_level: str
    low: int
    high: int
    category: tuple[str, ...]
    conflict: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A run: a row a report in `reports`, the rows of quarantine, and documents by id where sources gave them."""

    stored: Stored
    reports: pd.DataFrame
    quarantine: Sequence[Mapping[str, str]]
    #: Where each report stands, by its id.
    places: Mapping[str, int]
    documents: Documents = field(default_factory=dict)
    patterns: Path | None = None
    #: What is to be said of the run as a whole: texts that are missing, other patterns.
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return what it is called."""
        return self.stored.name

    @property
    def digest(self) -> str:
        """Return the digest of the patterns by which a report shown is read: today's, or without texts the run's."""
        from extractor.patterns import load_patterns

        return load_patterns(self.patterns).digest if self.holds_texts else str(self.stored.manifest["patterns"])

    @property
    def holds_texts(self) -> bool:
        """Tell whether texts are known, so that reports are read again when they are opened."""
        return bool(self.stored.manifest.get("with_text") or self.documents)

    def __len__(self) -> int:
        return len(self.reports)

    def entry(self, number: int) -> Entry:
        """Return a report by its place in the run."""
        row = self.reports.iloc[number]
        return Entry(
            number,
            str(row["id"]),
            str(row["digest"]),
            int(row["lesions"]),
            str(row["worst_level"] or ""),
            int(row["sins_low"]),
            int(row["sins_high"]),
            split_cell(row["category"]),
            bool(row["conflict"]),
            row["reasons"],
        )

    def find(self, words: str = "", show: str = "all") -> list[int]:
        """Return the places of the reports whose id holds some words and that a filter, or a reason's code, shows."""
        frame = self.reports
        chosen = frame["id"].str.contains(words, case=False, regex=False) if words else frame["lesions"] >= 0
        if show in ("stable", "indeterminate", "unstable"):
            chosen &= frame["category"].str.split(BAR, regex=False).map(lambda names: show in names)
        elif show == "open":
            chosen &= frame["category"].str.contains(BAR, regex=False)
        elif show in ("conflict", "urgent"):
            chosen &= frame[show]
        elif show == "without":
            chosen &= frame["lesions"] == 0
        elif show in codes():
            chosen &= frame["reasons"].map(lambda reasons: any(one.code == show for one in reasons))
        return [int(number) for number in chosen.to_numpy().nonzero()[0]]

    def origin(self, number: int) -> Origin:
        """Return what a report was read from; without texts where they are not known, or not those of the run."""
        row = self.reports.iloc[number]
        facts = tuple(parse_fact(words) for words in split_cell(row["facts"] or None))
        if self.stored.manifest.get("with_text"):
            cells = self.stored.table("reports", (row["part"],), columns=("text", "told"), id=row["id"])
            documents = documents_of_row(cells.to_pylist()[0])
        else:
            documents = self.documents.get(row["id"], ())
        return Origin(documents, facts).checked(str(row["digest"]))

    def origin_of(self, report: str, digest: str) -> Origin:
        """Return what a report was read from, by its id; without texts where they are not those of a digest."""
        place = self.places.get(report)
        return Origin() if place is None else self.origin(place).checked(digest)

    def record(self, number: int, origin: Origin) -> Record:
        """Return the record of a report: read again from its texts, or as far as the tables tell."""
        from extractor.case.read import read_case

        row = self.reports.iloc[number]
        name, part = str(row["id"]), str(row["part"])
        if origin.documents:
            return read_case(origin.documents, facts=origin.facts, id=name, patterns=self.patterns)
        (report,) = self.stored.rows("reports", part, id=name)
        lesions, words = (list(self.stored.rows(table, part, id=name)) for table in ("lesions", "evidence"))
        return record_of_rows(report, lesions, words)


def codes() -> dict[str, str]:
    """Return the reasons by which reports can be shown: title by code."""
    return {one.code: one.title for one in load_reasons() if one.field != QUARANTINE}


def load_run(folder: Path, sources: Sequence[str], patterns: Path | None) -> Run:
    """Return a run, with texts from its sources where these are given; ReportError for what is no run."""
    stored = open_run(folder)
    if not stored.parts:
        raise ReportError(f"{stored.name}: a run without reports; read the archive first, with `sinsight batch -o`")
    check_columns(stored, ("facts",))
    reports = _reports(stored)
    if reports["id"].duplicated().any():
        raise stored.twice()
    digests = dict(zip(reports["id"], reports["digest"], strict=True))
    documents = from_sources(sources, stored.manifest, digests) if sources else {}
    places = {name: place for place, name in enumerate(reports["id"])}
    run = Run(stored, reports, _quarantine(stored), places, documents, patterns)
    return replace(run, notes=tuple(_notes(run, from_source=bool(sources))))


def _notes(run: Run, *, from_source: bool) -> Iterator[str]:
    manifest = run.stored.manifest
    if manifest.get("state") != "complete":
        yield f"The run was cut off; the list is of the {len(run):,} reports it has written."
    if not run.holds_texts:
        remedy = "give --source with what the run was made of, or make it with `sinsight batch --with-text`"
        yield f"The run holds no texts, so only the quoted words are shown; {remedy}."
    elif run.digest != manifest["patterns"]:
        remedy = "give --patterns as then, or read the archive again"
        yield f"Reports are read by other patterns than the run was, so they may differ from its list; {remedy}."
    if from_source and (missing := len(run) - len(run.documents)):
        said = "has no text in the source, or another one" if missing == 1 else "have no text in the source, or another"
        yield f"{missing} of {len(run)} reports {said}: of these the quoted words are shown."


def _reports(run: Stored) -> pd.DataFrame:
    """Return the columns that lists need, a row a report in the order of the run."""
    import pandas as pd

    frames = [run.table("reports", (part,), columns=_REPORTS).to_pandas().assign(part=part) for part in run.parts]
    frame: pd.DataFrame = pd.concat(frames, ignore_index=True)
    lesions = run.table("lesions", columns=("id", *_CONFLICTS)).to_pandas()
    listed = reasons_of(run)
    reasons = [listed.get(name, ()) for name in frame["id"]]
    frame["conflict"] = frame["id"].isin(lesions["id"][lesions[[*_CONFLICTS]].fillna(False).any(axis=1)])
    frame["reasons"] = pd.Series(reasons, dtype=object)
    frame["urgent"] = [any(one.urgent for one in found) for found in reasons]
    for name in ("category", "worst_level", "facts"):
        frame[name] = frame[name].astype(object).fillna("")
    return frame.fillna({"sins_low": -1, "sins_high": -1})


def _quarantine(run: Stored) -> list[dict[str, str]]:
    rows = run.table("quarantine", columns=("id", "place", "stage", "message")).to_pylist()
    return [{name: row[name] or "" for name in row} for row in rows]
