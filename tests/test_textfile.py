"""Bytes become a report's text, or one line says why not."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from extractor.errors import ReportError
from extractor.jsonl import MAX_LINE_BYTES, Report, read_reports
from extractor.textfile import MAX_BYTES, MAX_CHARACTERS, decode_report, printable, read_report_file

SECRET = "Jane Roe"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        pytest.param("T7: größer\r\n".encode(), "T7: größer\r\n", id="utf-8, line ends kept"),
        pytest.param(b"\xef\xbb\xbfT7", "T7", id="utf-8 with mark"),
        pytest.param("T7 ≥ 50 %".encode("utf-16"), "T7 ≥ 50 %", id="utf-16 with mark"),
        pytest.param(b"a\tb\x0bc\x0cd", "a\tb\x0bc\x0cd", id="white space of old systems"),
        pytest.param(b"x" * MAX_CHARACTERS, "x" * MAX_CHARACTERS, id="longest"),
    ],
)
def test_bytes_become_text(data: bytes, text: str) -> None:
    assert decode_report(data, name="r.txt") == text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "r.txt: empty; give the text of a report", id="empty"),
        pytest.param(b" \n\t", "r.txt: empty; give the text of a report", id="blank"),
        pytest.param(
            b"T7\0" + SECRET.encode(),
            "r.txt: not plain text; export the report as UTF-8 text (a NUL byte at position 2)",
            id="binary",
        ),
        pytest.param(
            b"T7\x1b[31m",
            "r.txt: not plain text; export the report as UTF-8 text (control character U+001B at position 2)",
            id="escape",
        ),
        pytest.param(
            f"{SECRET} größer".encode("cp1252"),
            "r.txt: not utf-8 text (byte 11); name its encoding, as in --encoding cp1252",
            id="wrong encoding",
        ),
        pytest.param(
            b"x" * (MAX_CHARACTERS + 1),
            "r.txt: longer than 1,000,000 characters; give one report at a time",
            id="too many characters",
        ),
        pytest.param(
            b"x" * (MAX_BYTES + 1),
            "r.txt: longer than 1,000,000 characters; give one report at a time",
            id="too many bytes",
        ),
    ],
)
def test_what_is_no_report_is_said_in_one_line(data: bytes, message: str) -> None:
    with pytest.raises(ReportError) as caught:
        decode_report(data, name="r.txt")
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("encoding", "message"),
    [
        ("cp1252", None),
        ("latin-1", None),
        ("ascii", "r: not ascii text (byte 2); name its encoding, as in --encoding cp1252"),
        ("no-such", "r: no encoding is called 'no-such'; try utf-8 or cp1252"),
        ("hex", "r: no encoding is called 'hex'; try utf-8 or cp1252"),
    ],
)
def test_an_encoding_can_be_named(encoding: str, message: str | None) -> None:
    data = "größer".encode("cp1252")
    if message is None:
        assert decode_report(data, name="r", encoding=encoding) == "größer"
    else:
        with pytest.raises(ReportError) as caught:
            decode_report(data, name="r", encoding=encoding)
        assert str(caught.value) == message


def test_a_file_keeps_its_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "r.txt"
    path.write_bytes(b"T7\r\nT8\rT9\n")
    assert read_report_file(path) == "T7\r\nT8\rT9\n"


@pytest.mark.parametrize(("name", "problem"), [("none.txt", "no such file; check the path"), ("", "a folder; ")])
def test_a_path_without_a_report(tmp_path: Path, name: str, problem: str) -> None:
    with pytest.raises(ReportError) as caught:
        read_report_file(tmp_path / name)
    assert str(caught.value).startswith(f"{tmp_path / name}: {problem}")


def test_names_can_be_printed() -> None:
    assert printable("a\udcffb\x1b\n.txt") == "a\ufffdb\ufffd\ufffd.txt"


def lines(data: bytes) -> list[Report | str]:
    """Return the reports of JSON lines, and the messages of bad ones."""
    found = read_reports(io.BytesIO(data), name="a.jsonl")
    return [str(item) if isinstance(item, ReportError) else item for item in found]


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
        (b'{"id": " ", "text": "x"}', "`id` is empty or holds characters that cannot be printed; give a plain one"),
        (
            b'{"id": "\\ud800", "text": "x"}',
            "`id` is empty or holds characters that cannot be printed; give a plain one",
        ),
        (b'{"id": "a"}', f"no `text`; {_SHAPE}"),
        (b'{"id": "a", "text": ["Jane Roe"]}', "`text` is not text; put the report in quotes"),
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


def test_an_id_that_comes_again_is_named_with_both_lines() -> None:
    assert lines(b'{"id": "a", "text": "T7"}\n{"id": "a", "text": "T8"}\n{"id": "b", "text": "T8"}') == [
        Report("a", "T7", "a.jsonl:1"),
        "a.jsonl:2: id 'a' already stands on line 1; give each report its own",
        Report("b", "T8", "a.jsonl:3"),
    ]
