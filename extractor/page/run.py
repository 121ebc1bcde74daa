"""A run under review: its reports to search and to filter, and the record and text of one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from extractor.archive.columns import BAR
from extractor.archive.manifest import load_manifest
from extractor.archive.report import Report, text_digest
from extractor.archive.told import split_cell
from extractor.errors import ReportError
from extractor.page.tables import record_of_rows
from extractor.record import Record
from extractor.textfile import printable
from extractor.values import FIELDS

if TYPE_CHECKING:
    import pandas as pd

Show = Literal["all", "stable", "indeterminate", "unstable", "open", "conflict", "urgent", "without"]
SHOWS: Final[tuple[Show, ...]] = get_args(Show)
_REPORTS: Final = [
    "id",
    "digest",
    "lesions",
    "worst_level",
    "sins_low",
    "sins_high",
    "category",
    "cord_compression",
    "cord_signal",
    "documents",
]
_LESIONS: Final = ["id", "escc", *(f"{name}_conflict" for name in FIELDS)]


@dataclass(frozen=True, slots=True)
class Entry:
    """A report of the run as the list shows it."""

    number: int
    id: str
    digest: str
    lesions: int
    worst_level: str
    low: int
    high: int
    category: tuple[str, ...]
    conflict: bool
    urgent: bool


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A run: a row a report in `reports`, the rows of quarantine, and texts by id where sources gave them."""

    name: str
    folder: Path
    manifest: Mapping[str, Any]
    reports: pd.DataFrame
    quarantine: Sequence[Mapping[str, str]]
    texts: Mapping[str, str] = field(default_factory=dict)
    patterns: Path | None = None
    #: What is to be said of the run as a whole: texts that are missing, other patterns.
    notes: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Return the digest of the patterns by which a report shown is read: today's, or without texts the run's."""
        from extractor.patterns import load_patterns

        return load_patterns(self.patterns).digest if self.holds_texts else str(self.manifest["patterns"])

    @property
    def holds_texts(self) -> bool:
        """Tell whether texts are known, so that reports are read again when they are opened."""
        return bool(self.manifest.get("with_text") or self.texts)

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
            bool(row["urgent"]),
        )

    def find(self, words: str = "", show: str = "all") -> list[int]:
        """Return the places of the reports whose id holds some words and that a filter shows."""
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
        return [int(number) for number in chosen.to_numpy().nonzero()[0]]

    def text(self, number: int) -> str | None:
        """Return the text of a report, None where it is not known, or it is a case of several documents."""
        entry = self.entry(number)
        if self.reports["documents"].iloc[number] > 1:
            return None  # the words of a case are those of several texts
        if self.manifest.get("with_text"):
            found = self._rows("reports", number, ["text"])[0]["text"]
        else:
            found = self.texts.get(entry.id)
        return found if found is not None and text_digest(found) == entry.digest else None

    def text_of(self, report: str, digest: str) -> str | None:
        """Return a text by id and digest, None where it is not known."""
        places = self.reports.index[self.reports["id"] == report]
        text = self.text(int(places[0])) if len(places) else None
        return text if text is not None and text_digest(text) == digest else None

    def record(self, number: int, text: str | None) -> Record:
        """Return the record of a report: read again from its text, or as far as the tables tell."""
        from extractor.case.read import read

        name = self.entry(number).id
        if text is not None:
            return read(text, id=name, patterns=self.patterns)
        report = self._rows("reports", number)[0]
        return record_of_rows(report, self._rows("lesions", number), self._rows("evidence", number))

    def _rows(self, table: str, number: int, columns: list[str] | None = None) -> list[dict[str, Any]]:
        import pyarrow.parquet as pq

        row = self.reports.iloc[number]
        path = self.folder / table / str(row["part"])
        found: list[dict[str, Any]] = pq.read_table(
            path, columns=columns, filters=[("id", "==", row["id"])]
        ).to_pylist()
        return found


def load_run(folder: Path, sources: Sequence[str], patterns: Path | None) -> Run:
    """Return a run, with texts from its sources where these are given; ReportError for what is no run."""
    manifest = load_manifest(folder)
    name = printable(str(folder))
    if manifest is None:
        raise ReportError(f"{name}: no run; give a folder that `sinsight batch -o` wrote")
    parts = sorted(path.name for path in (folder / "reports").glob("part-*.parquet"))
    if not parts:
        raise ReportError(f"{name}: a run without reports; read the archive first, with `sinsight batch -o`")
    reports = _reports(folder, parts)
    if reports["id"].duplicated().any():
        raise ReportError(f"{name}: holds reports twice, as its source was changed; give `sinsight batch` again")
    texts = _texts(sources, manifest, dict(zip(reports["id"], reports["digest"], strict=True))) if sources else {}
    run = Run(name, folder, manifest, reports, _quarantine(folder), texts, patterns)
    return Run(name, folder, manifest, reports, run.quarantine, texts, patterns, tuple(_notes(run, bool(sources))))


def _notes(run: Run, from_source: bool) -> list[str]:
    notes = []
    if not run.holds_texts:
        remedy = "give --source with what the run was made of, or make it with `sinsight batch --with-text`"
        notes.append(f"The run holds no texts, so only the quoted words are shown; {remedy}.")
    elif run.digest != run.manifest["patterns"]:
        remedy = "give --patterns as then, or read the archive again"
        notes.append(
            f"Reports are read by other patterns than the run was, so they may differ from its list; {remedy}."
        )
    if from_source and (missing := len(run) - len(run.texts)):
        said = "has no text in the source, or another one" if missing == 1 else "have no text in the source, or another"
        notes.append(f"{missing} of {len(run)} reports {said}: of these the quoted words are shown.")
    return notes


def _reports(folder: Path, parts: Sequence[str]) -> pd.DataFrame:
    """Return the columns that lists need, a row a report in the order of the run."""
    import pandas as pd
    import pyarrow.parquet as pq

    frames = []
    for part in parts:
        reports = pq.read_table(folder / "reports" / part, columns=_REPORTS).to_pandas()
        lesions = pq.read_table(folder / "lesions" / part, columns=_LESIONS).to_pandas()
        conflicts = lesions[[name for name in _LESIONS if name.endswith("_conflict")]].fillna(False).any(axis=1)
        grave = lesions["escc"].isin(["2", "3", f"2{BAR}3"])
        reports["part"] = part
        reports["conflict"] = reports["id"].isin(lesions["id"][conflicts])
        reports["urgent"] = (
            (reports["cord_compression"] == "present")
            | (reports["cord_signal"] == "abnormal")
            | (reports["category"] == "unstable")
            | reports["id"].isin(lesions["id"][grave])
        )
        frames.append(reports.drop(columns=["cord_compression", "cord_signal"]))
    frame: pd.DataFrame = pd.concat(frames, ignore_index=True)
    frame["category"] = frame["category"].fillna("")
    frame["worst_level"] = frame["worst_level"].fillna("")
    return frame.fillna({"sins_low": -1, "sins_high": -1})


def _quarantine(folder: Path) -> list[dict[str, str]]:
    import pyarrow.parquet as pq

    paths = sorted((folder / "quarantine").glob("part-*.parquet"))
    tables = (pq.read_table(path, columns=["id", "place", "stage", "message"]) for path in paths)
    return [{name: row[name] or "" for name in row} for table in tables for row in table.to_pylist()]


def _texts(sources: Sequence[str], manifest: Mapping[str, Any], digests: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of the sources that are those the run has read."""
    from extractor.archive.sources import Selection, find_files, read_sources

    selection = Selection(
        manifest.get("id_column"), manifest.get("text_column"), encoding=manifest.get("encoding") or "utf-8"
    )
    return {
        item.id: item.text
        for item in read_sources(find_files(list(sources)), selection)
        if isinstance(item, Report) and digests.get(item.id) == text_digest(item.text)
    }
