"""JSON lines: each good line is a report, and each bad one is named by its place."""

from __future__ import annotations

import io

import pytest

from extractor.archive.report import Report
from extractor.archive.sources.lines import MAX_LINE_BYTES, read_lines
from extractor.archive.sources.opening import Source
from extractor.archive.sources.selection import Selection


def lines(data: bytes) -> list[Report | str]:
    """Return the reports of JSON lines, and the messages of bad ones."""
    source = Source("a.jsonl", io.BufferedReader(io.BytesIO(data)))
    return [item if isinstance(item, Report) else item.message for item in read_lines(source, Selection())]


def test_json_lines_become_reports() -> None:
    data = '\ufeff{"id": "00123", "text": "T7 größer"}\r\n\n {"text": "L1", "id": "b", "site": 4}'.encode()
    assert lines(data) == [Report("00123", "T7 größer", "a.jsonl:1"), Report("b", "L1", "a.jsonl:3")]


_SHAPE = 'give lines such as {"id": "r-1", "text": "…"}'


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"Jane Roe, T7", f"not JSON (column 1); {_SHAPE}"),
        (b'{"id": "a", "text": "Jane Roe', f"not JSON (column 30); {_SHAPE}"),
        (b"[" * 100_000, f"not JSON; {_SHAPE}"),
        (b'["a", "Jane Roe"]', f"not a JSON object; {_SHAPE}"),
        (b'{"text": "Jane Roe"}', f"no `id`; {_SHAPE}"),
        (b'{"id": 7, "text": "Jane Roe"}', "`id` is not text; put it in quotes"),
        (b'{"id": null, "text": "Jane Roe"}', "`id` is not text; put it in quotes"),
        (b'{"id": " ", "text": "x"}', "the id is empty or holds characters that cannot be printed; give a plain one"),
        (
            b'{"id": "\\ud800", "text": "x"}',
            "the id is empty or holds characters that cannot be printed; give a plain one",
        ),
        (b'{"id": "a"}', f"no `text`; {_SHAPE}"),
        (b'{"id": "a", "text": ["Jane Roe"]}', "`text` is not text; put it in quotes"),
        (b'{"id": "a", "text": ""}', "empty; give the text of a report"),
        (
            b'{"id": "a", "text": "\\ud800"}',
            "not plain text; export the report as UTF-8 text (control character U+D800 at position 0)",
        ),
        (b'{"id": "a", "text": "gr\xf6\xdfer"}', "not UTF-8 (byte 23); convert the file to UTF-8"),
        (b"x" * (MAX_LINE_BYTES + 5), "longer than 12,000,000 bytes; give one report a line"),
    ],
    ids=lambda value: value[:30] if isinstance(value, bytes) else None,
)
def test_a_bad_line_is_named_and_the_next_is_read(line: bytes, problem: str) -> None:
    assert lines(line + b'\n{"id": "next", "text": "T7"}') == [
        f"a.jsonl:1: {problem}",
        Report("next", "T7", "a.jsonl:2"),
    ]
