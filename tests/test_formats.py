"""Formats of a run, each parsed by its own tool and compared with the record it was made of."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import extractor
from extractor.archive.evidence import EvidenceRow, evidence_rows
from extractor.archive.formats.known import FORMATS
from extractor.archive.report import Report
from extractor.record import Record

DAY = "2024-02-29"
FULL = """\
MRI WHOLE SPINE. HISTORY: Mechanical back pain.
FINDINGS: Lytic metastasis of T8 with 60 % loss of height, both pedicles are replaced. No epidural disease.
Probable metastasis of L3, possibly lytic. Osteoporotic fracture of L5. Radiotherapy to T5, T6 and T7. SINS 13 at T8.
"""
HOSTILE = {
    "plain": FULL,
    "=1+1": '="🦴" Lytic metastasis of T7 🦴 with 60 % loss\r\nof height, "both\tpedicles"\r\nreplaced.',
    "../x": "FINDINGS: Lytic\nmetastasis of T4; epidural disease at T4,\n\n  'T5'\u2028and T6.",
    "Case": "Lytic metastasis of T1.",
    "case": "Sclerotic metastasis of T1.",
    'a;b=c%3B"🦴': "No spinal metastasis. The cord is normal in signal.",
    "42": "Lytic metastasis of C2.",
    "007": "Lytic metastasis of C2.",
}


@cache
def reports() -> tuple[Report, ...]:
    return tuple(Report(name, text, f"a.csv:{name}") for name, text in HOSTILE.items())


@cache
def records() -> dict[str, Record]:
    return {report.id: extractor.read(report.text, id=report.id) for report in reports()}


def written(name: str) -> bytes:
    """Return the bytes of a part that holds the hostile reports."""
    made = FORMATS[name]
    return made.join([made.piece(report, records()[report.id], DAY) for report in reports()])


def rows(name: str) -> list[EvidenceRow]:
    return list(evidence_rows(records()[name]))


def span(row: EvidenceRow) -> dict[str, Any]:
    said = row.evidence
    return {
        "start": said.start, "end": said.end, "label": row.field, "level": row.level, "grades": list(row.grades),
        "denied": said.denied, "hedged": said.hedged, "rule": said.rule,
    }  # fmt: skip


def test_prodigy_tasks_hold_texts_and_spans() -> None:
    tasks = [json.loads(line) for line in written("prodigy").decode().split("\n")[:-1]]
    assert tasks == [
        {"text": report.text, "spans": [span(row) for row in rows(report.id)], "meta": {"id": report.id}}
        for report in reports()
    ]
    full = tasks[0]
    assert [FULL[one["start"] : one["end"]] for one in full["spans"]] == [row.evidence.text for row in rows("plain")]


def test_a_docbin_gives_texts_whole_tokens_and_exact_spans(tmp_path: Path) -> None:
    import spacy
    from spacy.tokens import DocBin

    path = tmp_path / "part.spacy"
    path.write_bytes(written("docbin"))
    nlp = spacy.blank("en")
    docs = list(DocBin().from_disk(path).get_docs(nlp.vocab))
    assert [(doc.text, doc.user_data["id"]) for doc in docs] == [(one.text, one.id) for one in reports()]
    for doc in docs:
        exact = json.loads(json.dumps(doc.user_data["spans"]))
        assert exact == [span(row) for row in rows(doc.user_data["id"])]
        wide = [(found.label_, found.text) for found in doc.spans["sc"]]
        assert wide == [
            (one["label"], doc.char_span(one["start"], one["end"], alignment_mode="expand").text) for one in exact
        ]
        assert all(doc.text[one["start"] : one["end"]].strip() in text for one, (_, text) in zip(exact, wide, strict=True))


def test_a_docbin_trains_a_span_categorizer() -> None:
    import spacy
    from spacy.tokens import DocBin
    from spacy.training import Example

    nlp = spacy.blank("en")
    docs = DocBin().from_bytes(written("docbin")).get_docs(nlp.vocab)
    examples = [Example(nlp.make_doc(doc.text), doc) for doc in docs]
    nlp.add_pipe("spancat")
    nlp.initialize(lambda: examples)
    assert set(nlp.get_pipe("spancat").labels) == {row.field for name in HOSTILE for row in rows(name)}
    assert nlp.update(examples)["spancat"] > 0
