"""Fold a report to plain lower-case text of the same length, so that offsets stay those of the original."""

from __future__ import annotations

import re
from typing import Final

_DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u00ad"
_BLANKS: Final = (
    "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u202f\u205f\u3000\ufeff"
)
_TABLE: Final = str.maketrans(
    {
        **dict.fromkeys(_DASHES, "-"),
        **dict.fromkeys(_BLANKS, " "),
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc`\u00b4", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033", '"'),
        **dict.fromkeys("\r\u000b\u000c\u0085\u2028\u2029", "\n"),
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
    return _unbracketed(_ticked(_with_bars(text.replace("\r\n", " \n")).translate(_TABLE)))


def _with_bars(text: str) -> str:
    """Set bars for the tabs of lines that hold three or more cells, and for the semicolons of a table."""
    if "\t" not in text and ";" not in text:
        return text
    lines = text.split("\n")
    rows = [line.count(";") for line in lines]
    return "\n".join(
        line.replace("\t", "|")
        if sum(bool(cell.strip()) for cell in line.split("\t")) > 2
        else line.replace(";", "|")
        if rows[at] > 2 and rows[at] in rows[max(0, at - 1) : at] + rows[at + 1 : at + 2]
        else line
        for at, line in enumerate(lines)
    )


#: "[x] yes  [ ] no": the box, and the words up to the next.
_BOX: Final = re.compile(r"(?P<box>\[[ xX]\]|\([ xX]\)|[\u2610\u2611\u2612])(?P<words>[^\n\[(\u2610\u2611\u2612]*)")


def _ticked(text: str) -> str:
    """Blank the options of a form that are not ticked ("Epidural tumour [x] yes [ ] no")."""
    return "\n".join(_BOX.sub(_option, line) if len(_BOX.findall(line)) > 1 else line for line in text.split("\n"))


def _option(match: re.Match[str]) -> str:
    box, words = match["box"], match["words"]
    if re.search(r"[xX\u2611\u2612]", box):
        labelled = _BOX.split(match.string, maxsplit=1)[0].rstrip().endswith(":")
        return ("" if labelled else ":").ljust(len(box)) + words
    kept = re.search(r" {3,}\S.*", words)  # what follows the last option
    return " " * (len(box) + len(words) - len(kept[0])) + kept[0] if kept else " " * (len(box) + len(words))


_LABEL_IN_BRACKETS: Final = re.compile(r"^([ *#-]*)\[([^\[\]\n]{3,60})\](?=[ ]*\S)", re.MULTILINE)


def _unbracketed(text: str) -> str:
    """Read "[Cord signal] normal" as a label, and drop the square brackets of macros."""
    return _LABEL_IN_BRACKETS.sub(r"\1 \2:", text).replace("[", " ").replace("]", " ") if "[" in text else text


def fold(text: str) -> str:
    """Return plain text in lower case; `len(fold(t)) == len(t)`."""
    even = plain(text)
    lowered = even.lower()
    if len(lowered) == len(even):
        return lowered
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in even)
