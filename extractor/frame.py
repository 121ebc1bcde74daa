"""Reports in a pandas data frame, read into tables that are data frames too."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractor.archive.cases import Roles, gather
from extractor.archive.cells import cell_reports
from extractor.archive.chunk import Plan, chunks, read_chunk
from extractor.archive.facts import Facts
from extractor.archive.parts import joined_rows, refused_rows
from extractor.archive.pool import join_outcomes
from extractor.archive.report import Refusal, Report, split
from extractor.archive.seen import refuse_repeats
from extractor.archive.sources.columns import named_column
from extractor.errors import ReportError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Frames:
    """What a frame of reports says: a row a report, a lesion, a piece of evidence, an element that may be asked for.

    What is not read is a row of `quarantine`. The columns are those of the tables that `sinsight batch` writes.
    """

    reports: pd.DataFrame
    lesions: pd.DataFrame
    evidence: pd.DataFrame
    audit: pd.DataFrame
    quarantine: pd.DataFrame


def read_frame(
    df: pd.DataFrame,
    *,
    text: str = "text",
    id: str | None = None,
    case: str | None = None,
    kind: str | None = None,
    date: str | None = None,
    patient: str | None = None,
    patterns: Path | None = None,
) -> Frames:
    """Read a report a row, in this process; `id` names the column of ids (None: the index).

    Rows with one value in the column `case` are documents of one case, of the kinds (mri, ct, request, note) and dates
    that two other columns may tell; a case of two patients is refused, a kind or date that cannot be read is warned of.
    Ids become strings; SINS is in points from 0 to 18, offsets in characters of the text. An empty or repeated id, a
    cell that is no text and a report that cannot be read are rows of `quarantine`, and the rest goes on. ReportError
    for a column that is not there, PatternError for a mistake in `patterns`, a folder of local patterns.
    """
    from extractor.patterns import load_patterns

    load_patterns(patterns)
    plan = Plan(patterns=patterns)
    roles = Roles(case, kind, date, patient)
    documents = refuse_repeats(_items(df, text, id, roles.columns))
    cases = gather(documents, roles, keep=(), facts=Facts(), size=None, note=warnings.warn)
    reports, refused = split(refuse_repeats(cases))
    outcome = join_outcomes(read_chunk(chunk, plan) for chunk in chunks(reports))
    return Frames(
        joined_rows("reports", outcome, plan).to_pandas(),
        joined_rows("lesions", outcome, plan).to_pandas(),
        joined_rows("evidence", outcome, plan).to_pandas(),
        joined_rows("audit", outcome, plan).to_pandas(),
        refused_rows((*refused, *outcome.refusals)).to_pandas(),
    )


def _items(df: pd.DataFrame, text: str, id: str | None, beside: Iterable[str]) -> Iterator[Report | Refusal]:
    ids = df.index.to_series() if id is None else _column(df, id, "id")
    kept = {name: _cells(_column(df, name, name)) for name in beside}
    return cell_reports(_cells(ids), _cells(_column(df, text, "text")), "frame:", kept)


def _column(df: pd.DataFrame, name: str, option: str) -> pd.Series[Any]:
    found = df[named_column([one for one in df.columns if isinstance(one, str)], name, option, "frame")]
    if found.ndim != 1:
        raise ReportError(f"frame: several columns are called {name!r}; give each its own name")
    return found


def _cells(series: pd.Series[Any]) -> list[object]:
    """Return the cells, None for those that are empty."""
    return [None if empty else cell for cell, empty in zip(series.tolist(), series.isna().tolist(), strict=True)]
