"""An audit as a whole: every table, what was counted and how, and what to bear in mind when reading it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from extractor.audit.checks import Check, checks_digest
from extractor.audit.compare import compare
from extractor.audit.completeness import COLUMNS, PERIOD, SMALL, Grouping, completeness
from extractor.audit.figures import deciding, incomplete, levels, open_lesions, ranges, settled
from extractor.audit.recall import Recall
from extractor.audit.sample import UNDATED, UNNAMED, Period, Sample

if TYPE_CHECKING:
    import pandas as pd

#: How the figures are made; each stands beside its sources.
METHOD: Final[dict[str, str]] = {
    "share": "Units that state an element, among those it applies to; partly stated or contradictory is not stated.",
    "unit": "Each figure names its unit: a lesion, a fracture that is no lesion, or a report.",
    "missing": "Missing is what was not found. The program reads fewer statements than there are (columns recall and "
    "recall_low, by `sinsight evaluate`); share_if_read is the share if all that it does not read were stated.",
    "interval": "low and high: 95 %, Wilson (J Am Stat Assoc 1927;22:209), as if units were independent.",
    "cluster": "robust_low and robust_high: 95 %, allowing for lesions that share a report, or reports that share a "
    "patient: ratio estimate, variance by linearisation over clusters (Cochran, Sampling Techniques, 6.4), t; "
    "empty where no units share a cluster, and where all or none state the element.",
    "funnel": "Limits around the share of all within which 95 and 99.8 % of groups of a size lie if none differs "
    "(Spiegelhalter, Stat Med 2005;24:1185), widened by the design effect within groups where units share clusters.",
    "difference": "The first archive less the second: 95 %, Newcombe's method 10 (Stat Med 1998;17:873); robust alike.",
    "small": f"Fewer than {SMALL} applicable units: too few to judge.",
    "stabilised": "Inside a stabilised span SINS is not validated: its components are not asked for there.",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What to cut an archive by: kept columns, a period of the column of dates, a column of patients."""

    by: tuple[str, ...] = ()
    period: Period | None = None
    date: str = "date"
    patient: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns that must have been kept."""
        wanted = (*self.by, *([self.date] if self.period else []), *([self.patient] if self.patient else []))
        return tuple(dict.fromkeys(wanted))


@dataclass(frozen=True, slots=True, eq=False)
class Audit:
    """The tables of an audit by name, what it is about, and what to bear in mind, a sentence each."""

    tables: Mapping[str, pd.DataFrame]
    about: Mapping[str, Any]
    notes: tuple[str, ...]


def audit(
    sample: Sample, checks: Sequence[Check], recalls: Mapping[str, Recall], wish: Wish, against: Sample | None = None
) -> Audit:
    """Audit a sample, and compare it with another; ReportError for a column that was not kept."""
    groupings = [Grouping(name, sample.column(name)) for name in wish.by]
    if wish.period:
        groupings.append(Grouping(PERIOD, sample.period(wish.date, wish.period)))
    tables = {
        "completeness": completeness(sample, checks, groupings, recalls=recalls, patient=wish.patient),
        "deciding": deciding(sample),
        "ranges": ranges(sample),
        "open_lesions": open_lesions(sample),
        "incomplete": incomplete(sample, checks),
        "levels": levels(sample),
    }
    if against is not None:
        tables["compare"] = compare(sample, against, checks, patient=wish.patient)
    notes = (*_notes(sample, groupings), *(_against_notes(sample, against) if against else ()))
    return Audit(tables, _about(sample, checks, wish, against), notes)


def _about(sample: Sample, checks: Sequence[Check], wish: Wish, against: Sample | None) -> dict[str, Any]:
    return {
        "counted": _counted(sample),
        **({"against": _counted(against)} if against else {}),
        "checks_digest": checks_digest(tuple(checks)),
        "checks": [{"code": one.code, "element": one.element, "unit": one.unit, "title": one.title} for one in checks],
        "wish": asdict(wish),
        "method": METHOD,
        "columns": COLUMNS,
    }


def _counted(sample: Sample) -> dict[str, Any]:
    kept = ("version", "patterns", "state", "in", "out", "quarantined", "sample")
    return {
        "run": sample.name,
        **{key: sample.manifest[key] for key in kept if key in sample.manifest},
        "reports": len(sample.reports),
        "lesions": len(sample.lesions),
        "category": dict(settled(sample)),
    }


def _notes(sample: Sample, groupings: Sequence[Grouping]) -> Iterator[str]:
    """Yield what makes the figures of a sample mean less than they seem to."""
    manifest = sample.manifest
    if manifest.get("state") != "complete":
        yield f"{sample.name}: the run was cut off; the figures are of the {len(sample.reports)} reports it has written"
    if manifest.get("quarantined"):
        yield f"{sample.name}: {manifest['quarantined']} of {manifest['in']} reports are in quarantine, and not counted"
    if manifest.get("sample"):
        yield f"{sample.name}: a sample of {manifest['sample']} reports"
    if not len(sample.lesions):
        yield f"{sample.name}: no lesion in {len(sample.reports)} reports; nothing can be said of SINS"
    for grouping in groupings:
        sizes = grouping.groups.value_counts()
        if len(sample.reports) and set(sizes.index) == {UNNAMED}:
            yield f"{grouping.name}: no report names one; is the column kept, and filled?"
        if single := int((sizes == 1).sum()):
            groups = "group" if len(sizes) == 1 else "groups"
            yield f"{grouping.name}: {single} of {len(sizes)} {groups} hold one report; nothing can be said of these"
        if undated := int(sizes.get(UNDATED, 0)):
            yield f"{grouping.name}: {undated} of {len(sample.reports)} reports have no date such as 2024-01-31"


def _against_notes(sample: Sample, against: Sample) -> Iterator[str]:
    yield from _notes(against, ())
    if any(sample.manifest.get(key) != against.manifest.get(key) for key in ("patterns", "version")):
        yield f"{against.name}: was read by other patterns or another version; a difference may be the program's"
