"""One record as rows of the tables: plain dicts, a key a column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from extractor.archive.columns import BAR, Table, kept_names
from extractor.archive.evidence import evidence_rows
from extractor.archive.report import Refusal, Report, text_digest
from extractor.audit.elements import element_states
from extractor.case.precedence import load_precedence
from extractor.record import Change, Contradiction, FieldValue, Findings, Lesion, Record, StatedSins, Treatment
from extractor.values import REGIONS, Region

Row = dict[str, Any]


def report_row(report: Report, record: Record) -> Row:
    """Return the row of a report."""
    from extractor.reading.reader import mentions_spine

    worst = record.summary
    return {
        "id": record.id,
        "place": report.place,
        "digest": text_digest(report.text),
        "characters": len(report.text),
        "spine": bool(record.lesions) or mentions_spine(report.text),
        "lesions": len(record.lesions),
        "worst_level": worst.worst_level if worst else None,
        "sins_low": worst.low if worst else None,
        "sins_high": worst.high if worst else None,
        "category": _cell(worst.category) if worst else None,
        **_findings(record.findings),
        **_documents(record),
        "facts": _cell(fact.words for fact in report.facts),
        "engine": f"{record.engine.name} {record.engine.version}",
        "patterns": record.engine.patterns,
        **_kept(report, "reports"),
    }


def lesion_rows(report: Report, record: Record) -> Iterator[Row]:
    """Yield a row a lesion."""
    for lesion in record.lesions:
        yield {"id": record.id, **_lesion(lesion), **_kept(report, "lesions")}


def words_rows(record: Record) -> Iterator[Row]:
    """Yield a row for each piece of evidence."""
    for row in evidence_rows(record):
        said = row.evidence
        yield {
            "id": record.id,
            "document": record.documents[said.document].id,
            "level": row.level,
            "field": row.field,
            "grades": _cell(row.grades),
            "start": said.start,
            "end": said.end,
            "text": said.text,
            "section": said.section,
            "rule": said.rule,
            "via": said.via,
            "denied": said.denied,
            "hedged": said.hedged,
        }


def audit_rows(record: Record) -> Iterator[Row]:
    """Yield a row for each element that a report may be asked for."""
    for one in element_states(record):
        yield {"id": record.id, "level": one.level, "element": one.element, "state": one.state}


def refusal_row(refusal: Refusal) -> Row:
    """Return the row of what was put aside."""
    return {
        "id": refusal.id,
        "place": refusal.place,
        "stage": refusal.stage,
        "error": refusal.error,
        "digest": refusal.digest,
        "message": refusal.message,
    }


def _lesion(lesion: Lesion) -> Row:
    row: Row = {"level": lesion.level, "certainty": lesion.certainty, "stabilised": lesion.stabilised}
    for name, value in lesion.fields.items():
        row |= {name: _value(value), f"{name}_status": value.status, f"{name}_conflict": value.conflict}
    sins = lesion.sins
    for name, (low, high) in sins.points.items():
        row |= {f"{name}_low": low, f"{name}_high": high}
    return row | {
        "sins_low": sins.low,
        "sins_high": sins.high,
        "category": _cell(sins.category),
        "missing": _cell(sins.missing),
        "partial": _cell(sins.partial),
        "deciding": _cell(sins.deciding),
        "settling": _cell(sins.settling),
    }


def _findings(findings: Findings) -> Row:
    row: Row = {"pain": _value(findings.pain)}
    row |= {name: _value(value) for name, value in findings.symptoms.items()}
    row |= {"leptomeningeal": _value(findings.leptomeningeal), "intramedullary": _value(findings.intramedullary)}
    row |= {"tomita": _cell(map(str, findings.tomita.grades)), "diffuse": _cell(findings.diffuse.regions)}
    row["compartments"] = _cell(findings.compartments)
    for name in ("epidural", "cord_compression", "cord_signal"):
        found = getattr(findings, name)
        row[name] = None if found.status == "missing" else _cell(found.grades)
        row[f"{name}_levels"] = _cell(found.levels)
    row["other_fractures"] = _cell(f"{one.level}:{one.cause}" for one in findings.other_fractures)
    row["treatment"] = _cell(_treatment(one) for one in findings.treatment)
    row["stated_sins"] = _cell(_stated(one) for one in findings.stated_sins)
    row["changes"] = _cell(dict.fromkeys(said for one in findings.changes for said in _change(one)))
    return row


def regions_covered(record: Record) -> tuple[Region, ...]:
    """Return the regions the images of a record cover; none where one does not say, as it may cover the whole spine."""
    images = [one for one in record.documents if one.kind in load_precedence().images]
    covered = {region for one in images for region in one.regions}
    return tuple(region for region in REGIONS if region in covered) if all(one.regions for one in images) else ()


def newest_date(record: Record) -> str | None:
    """Return the date of the newest document (ISO 8601); None where none has one."""
    return max((one.date for one in record.documents if one.date), default=None)


def _documents(record: Record) -> Row:
    return {
        "documents": len(record.documents),
        "exam_kinds": _cell(dict.fromkeys(one.kind for one in record.documents)),
        "exam_date": newest_date(record),
        "exam_regions": _cell(regions_covered(record)),
        "contradictions": _cell(_contradiction(one, record) for one in record.contradictions),
    }


def _contradiction(one: Contradiction, record: Record) -> str:
    kept = "" if one.kept is None else record.documents[one.kept].kind
    return f"{one.level or ''}:{one.field}:{kept}:{one.rule}"


def _treatment(treatment: Treatment) -> str:
    if not treatment.levels:
        return treatment.kind
    return f"{treatment.kind}:{'-'.join(dict.fromkeys((treatment.levels[0], treatment.levels[-1])))}"


def _change(change: Change) -> Iterator[str]:
    for place in change.levels or change.regions or ("all",):
        yield f"{place}:{change.kind}"


def _stated(stated: StatedSins) -> str:
    total = "" if stated.total is None else str(stated.total)
    return f"{stated.level or ''}:{total}:{stated.category or ''}"


def _kept(report: Report, table: Table) -> Row:
    return dict(zip(kept_names(table, tuple(report.kept)), report.kept.values(), strict=True))


def _value(value: FieldValue) -> str | None:
    """Return the grades of a field; nothing where the report is silent and every grade is possible."""
    return None if value.status == "missing" else _cell(value.grades)


def _cell(values: Iterable[str]) -> str | None:
    return BAR.join(values) or None
