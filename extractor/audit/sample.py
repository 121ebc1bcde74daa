"""What an audit counts: the reports, lesions and element states of a run, and how these are grouped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from extractor.archive.stored import kept_column

if TYPE_CHECKING:
    import pandas as pd

Period = Literal["month", "quarter", "year"]
#: How pandas calls a period.
_PERIODS: Final[dict[Period, str]] = {"month": "M", "quarter": "Q", "year": "Y"}
#: What stands for a cell that names no group, and for a date that is none.
UNNAMED: Final = "(none)"
UNDATED: Final = "(no date)"


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The tables of a run: a row a report, a lesion, and a state of an element."""

    name: str
    reports: pd.DataFrame
    lesions: pd.DataFrame
    states: pd.DataFrame
    #: Columns kept from the source, with what they are called in the tables.
    kept: Mapping[str, str] = field(default_factory=dict)
    manifest: Mapping[str, Any] = field(default_factory=dict)

    def column(self, name: str) -> pd.Series[Any]:
        """Return a kept column of the reports, empty cells named; ReportError, naming those there are."""
        column = kept_column(self.kept, name, self.name)
        return self.reports[column].fillna("").replace("", UNNAMED)

    def period(self, column: str, period: Period) -> pd.Series[Any]:
        """Return the period of each report by a column of dates; what is no date is named so."""
        import pandas as pd

        written = self.column(column).str.strip().str.replace(r"^(\d{8})\d{2,}.*", r"\1", regex=True)
        dates = pd.to_datetime(written, format="ISO8601", errors="coerce", utc=True).dt.tz_localize(None)
        return dates.dt.to_period(_PERIODS[period]).astype("string").fillna(UNDATED)

    def clusters(self, patient: str | None) -> pd.Series[Any]:
        """Return the number of what each report belongs to: itself, or, given a column of patients, its patient.

        A report whose patient is not named stands alone.
        """
        import pandas as pd

        alone = pd.Series(range(len(self.reports)), index=self.reports.index)
        if patient is None:
            return alone
        names = self.column(patient)
        first = alone.groupby(names).transform("first")
        return first.where(names != UNNAMED, alone)


def spread(values: pd.Series[Any], sample: Sample, table: pd.DataFrame) -> pd.Series[Any]:
    """Return a value of each report at every row of a table that is about it."""
    import pandas as pd

    ids = table["id"].astype("category")
    of_ids = values.set_axis(sample.reports["id"]).reindex(ids.cat.categories)
    return pd.Series(of_ids.array.take(ids.cat.codes), index=table.index)
