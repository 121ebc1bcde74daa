"""Fold a report to plain lower-case text of the same length, so that offsets stay those of the original."""

from __future__ import annotations

from typing import Final

from extractor.reading.forms import ticked, unbracketed, with_bars, with_colons, without_leaders
from extractor.reading.slips import mended

_DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u00ad"
_BLANKS: Final = (
    "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u202f\u205f\u3000\ufeff"
)
_LINE_ENDS: Final = str.maketrans(dict.fromkeys("\r\u000b\u000c\u0085\u2028\u2029", "\n"))
_TABLE: Final = str.maketrans(
    {
        **dict.fromkeys(_DASHES, "-"),
        **dict.fromkeys(_BLANKS, " "),
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc`\u00b4", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033", '"'),
        "\u00d7": "x",
        "\u2264": "<",
        "\u2265": ">",
        "\u223c": "~",
        "\u2248": "~",
        "\uff1a": ":",
        "\uff0c": ",",
        "\u2022": "*",
        "\u00b7": "*",
        "\u25cf": "*",
        "\u25aa": "*",
        "\u2023": "*",
    }
)


def plain(text: str) -> str:
    """Return text with plain dashes, quotes, blanks and line ends, boxes and bars set, as long as before."""
    lines = text.replace("\r\n", " \n").translate(_LINE_ENDS)
    return unbracketed(ticked(without_leaders(with_colons(with_bars(lines).translate(_TABLE)))))


def fold(text: str) -> str:
    """Return plain text in lower case, slips mended; `len(fold(t)) == len(t)`."""
    return fold_plain(plain(text))


def fold_plain(text: str) -> str:
    """Return what is plain already in lower case, slips mended."""
    return mended(lower_case(text))


def lower_case(text: str) -> str:
    """Return a text in lower case, but for what would be longer then."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
