"""Bytes become a report's text, or one line says why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractor.errors import ReportError
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
