"""What holds for every record: offsets that reproduce the text, the same bytes again, no text that breaks it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor import read
from extractor.errors import ReportError
from extractor.record import Record
from extractor.resources import corpus_dir
from extractor.scoring.sins import score_sins
from extractor.values import CATEGORIES, COMPONENTS, GRADES, Evidence, status_of

REPORTS = [
    json.loads(line)
    for path in sorted((corpus_dir() / "reports").glob("*.jsonl"))
    for line in path.read_text(encoding="utf-8").splitlines()
]
WORDS = [
    "metastasis",
    "T8",
    "L2",
    "T1",
    "no",
    "collapse,",
    ".",
    ";",
    ":",
    "(",
    ")",
    "50%",
    "epidural",
    "lytic",
    "cord",
    "and",
    "of",
    "the",
    "-",
    "\n",
    "|",
    "pedicle",
    "both",
    "signal",
    "normal",
]


def evidence_in(value: Any) -> Iterator[Evidence]:
    """Yield every piece of evidence, wherever it stands in a record."""
    if isinstance(value, Evidence):
        yield value
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from evidence_in(getattr(value, field.name))
    elif isinstance(value, dict):
        for one in value.values():
            yield from evidence_in(one)
    elif isinstance(value, tuple | list):
        for one in value:
            yield from evidence_in(one)


def check(text: str, record: Record) -> None:
    for one in evidence_in(record):
        assert text[one.start : one.end] == one.text
        assert one.text.strip()
    for lesion in record.lesions:
        assert lesion.evidence
        for field, value in lesion.fields.items():
            assert set(value.grades) <= set(GRADES[field])
            assert value.status == status_of(field, value.grades)
            assert value.evidence or value.status == "missing" or field == "location"
        assert lesion.sins == score_sins({name: lesion.fields[name].grades for name in COMPONENTS})
        assert set(lesion.sins.category) <= set(CATEGORIES)


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report["id"])
def test_records_of_the_corpus_hold_together(report: dict[str, Any]) -> None:
    check(report["text"], read(report["text"]))


def test_the_same_text_gives_the_same_bytes() -> None:
    for report in REPORTS[:20]:
        assert read(report["text"]).to_json() == read(report["text"]).to_json()


@settings(max_examples=150)
@given(st.lists(st.sampled_from(WORDS), max_size=60))
def test_any_order_of_words_can_be_read(words: list[str]) -> None:
    text = "FINDINGS: " + " ".join(words)
    check(text, read(text))


@settings(max_examples=150)
@given(st.text(min_size=1, max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        record = read(text)
    except ReportError:
        return
    check(text, record)


@pytest.mark.parametrize("text", ["", " \n\t", "\x00\x01binary"], ids=["empty", "blank", "binary"])
def test_what_is_no_report(text: str) -> None:
    with pytest.raises(ReportError):
        read(text)


def test_a_record_as_plain_values_is_that_of_dataclasses() -> None:
    record = read("MRI SPINE. Lytic metastasis of T7 with 30 % loss of height. Fusion T5-T9. SINS 12.")
    assert record.to_dict() == {"schema": 1, **dataclasses.asdict(record)}
    assert next(iter(record.to_dict())) == "schema"
