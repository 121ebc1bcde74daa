"""Reports that lie inside a message or a resource as data of a kind: plain text, RTF or HTML, often as Base64."""

from __future__ import annotations

import base64
import binascii
import re
from html.parser import HTMLParser
from typing import Final

from extractor.archive.sources.text import plain_rtf
from extractor.errors import ReportError
from extractor.textfile import decode_report

_BLOCKS: Final = frozenset(
    {
        "p",
        "div",
        "br",
        "li",
        "tr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "ul",
        "ol",
        "pre",
        "section",
        "article",
        "hr",
    }
)
_HIDDEN: Final = frozenset({"script", "style", "head", "title"})
_CHARSET: Final = re.compile(r"charset=\"?([\w.-]+)", re.IGNORECASE)


def decode_attachment(data: str, kind: str, encoding: str, place: str) -> str:
    """Return the text of attached data; `kind` is its MIME type, `encoding` `base64` or how it stands as text.

    ReportError, naming `place`, for a kind that is no text.
    """
    content = _unpacked(data, place) if encoding == "base64" else data.encode()
    if "rtf" in kind or content.lstrip().startswith(b"{\\rtf"):
        return plain_rtf(content, place)
    if content.startswith(b"%PDF") or "pdf" in kind:
        raise ReportError(f"{place}: the report is a PDF; export it as text")
    if "html" in kind or "xml" in kind:
        return plain_html(_decoded(content, kind, place))
    if kind and not any(word in kind for word in ("text", "plain", "txt", "tx", "ft", "octet", "application/")):
        raise ReportError(f"{place}: the report is of a kind that is not read; export it as text")
    return _decoded(content, kind, place)


def plain_html(text: str) -> str:
    """Return the words of HTML, a line a block."""
    words = _Words()
    words.feed(text)
    words.close()
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in "".join(words.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Words(HTMLParser):
    """Collects the words of HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in _HIDDEN
        self.parts.append("\n" if tag in _BLOCKS else " " if tag in {"td", "th"} else "")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _HIDDEN and self._hidden > 0
        self.parts.append("\n" if tag in _BLOCKS else "")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def _unpacked(data: str, place: str) -> bytes:
    try:
        return base64.b64decode(re.sub(r"\s", "", data), validate=True)
    except (binascii.Error, ValueError):
        raise ReportError(f"{place}: broken Base64; export the report again") from None


def _decoded(content: bytes, kind: str, place: str) -> str:
    named = _CHARSET.search(kind)
    return decode_report(content, name=place, encoding=named[1] if named else "utf-8")
