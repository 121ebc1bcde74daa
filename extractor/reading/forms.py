"""Read what forms put into a report: tick boxes, bracketed labels, cells set apart by tabs or semicolons."""

from __future__ import annotations

import re
from typing import Final

#: "Height: T7 kept; T9 lost; ...": no row of a table.
_LABELLED: Final = re.compile(r"[^;:|]{2,40}:\s")


def with_bars(text: str) -> str:
    """Set bars for the tabs of lines that hold three or more cells, and for the semicolons of a table."""
    tabs = "\t" in text and re.search(r"\S[^\S\t\n]\S", text) is not None  # else tabs do for the blanks
    if not tabs and ";" not in text:
        return text
    lines = text.split("\n")
    rows = [0 if _LABELLED.match(line) else line.count(";") for line in lines]
    return "\n".join(
        line.replace("\t", "|")
        if tabs and sum(bool(cell.strip()) for cell in line.split("\t")) > 2
        else line.replace(";", "|")
        if rows[at] > 2 and rows[at] in rows[max(0, at - 1) : at] + rows[at + 1 : at + 2]
        else line
        for at, line in enumerate(lines)
    )


#: "Pain ......... mechanical ......... 3": the dots lead from a label to its answer, and on to its points.
_LEADER: Final = re.compile(r"(?<=[\w)%:]) ?(?:\.{4,}|(?: ?\u2026){2,}|(?:\. ){4,}|_{4,})(?= *[^\s._])")


def without_leaders(text: str) -> str:
    """Set a colon for the first row of dots of a line, and semicolons for those that follow."""
    if "...." not in text and "____" not in text and ". . ." not in text and "\u2026" not in text:
        return text
    return "\n".join(_led(line) for line in text.split("\n"))


def _led(line: str) -> str:
    sign = ":"
    for leader in _LEADER.finditer(line):
        before = line[: leader.start()]
        line = before + ("" if before.endswith(":") else sign).ljust(len(leader[0])) + line[leader.end() :]
        sign = ";"
    return line


#: "Epidural      T2: circumferential tumour", one gap in the line.
_LABEL_BESIDE: Final = re.compile(
    r"^ *(?:(?:spinal )?(?:cord|canal)|marrow|bones?|vertebrae|alignment|heights?|epidural(?: space)?|pedicles"
    r"|posterior elements"
    r"|para-?(?:spinal|vertebral)(?: (?:soft )?tissues?)?|soft tissues|foramina|roots|meninges|impression|conclusion)"
    r"(?P<gap> {3,})(?=[^\s:])(?!.* {3,}\S)",
    re.MULTILINE | re.IGNORECASE,
)


#: "Collapse = 60 %": the only such sign of its line.
_EQUATION: Final = re.compile(r"^( *[^\W\d][\w /()-]{2,40}?) ?=(?= ?\S)(?!.*=)", re.MULTILINE)


#: Words that open a question which is no label.
ASKING: Final = "is|are|was|were|do|does|did|has|have|any|can|could|what|where|how"
_INTERROGATIVE: Final = rf" *(?:{ASKING}|which(?! (?:vertebra|level|bone))|if|anything)\b"
_A_LEVEL: Final = r"(?:[cdtl]h?-?\d{1,2}|s[1-5]|sacrum)"
#: "Cord signal change? No", the question and its answer on one line.
_ASKED: Final = re.compile(
    rf"^(?!{_INTERROGATIVE})( *[^\W\d][\w ,/()-]{{2,45}}?) ?\?(?= +[^\s?])(?!.*\?)", re.MULTILINE | re.IGNORECASE
)


#: "Q5. Epidural tumour?" over "A5. Only at T10.", "5) Epidural tumour?" over "Only at T10.".
_ASKED_ABOVE: Final = re.compile(
    r"^ *+(?:q(?:uestion)? ?\d*[.:) ]|\d{1,2}[.)])? *+(?P<asked>[^\W\d][^\n?:]{2,80}\?"
    r"(?: *(?:if|and if|where|which|at)\b[^?\n:]{0,40}\?)?) *\n"
    r" *+(?:(?:a|ans|answer|reply) ?\d*[.:)]|\d{1,2}[.)](?!\d)|-{1,2}>?|>)? *+(?=[^\s?])(?![^\n]*\?)",
    re.MULTILINE | re.IGNORECASE,
)


#: "Are there metastases? If so, where? Yes. T4 and L1."; whether one or both pedicles, the answer would leave open.
_SAID_WHERE: Final = re.compile(
    r"(?:^|(?<=[.!;] ))(?P<asked> *(?:is|are|was|were|has|have|do|does|any)\b(?![^?\n]*\bpedicles\b)[^?\n:]{3,80})\?"
    r"(?P<rest>(?: *(?:if|and if|where|which|at)\b[^?\n:]{0,40}\?)? *yes[.,;:]? *)"
    rf"(?=(?:at |in )?{_A_LEVEL}\b)",
    re.MULTILINE | re.IGNORECASE,
)
_OF_THEM: Final = re.compile(r"\bof (?:them|these|those)\b", re.IGNORECASE)


def _beside(match: re.Match[str]) -> str:
    asked = match["asked"]
    if not re.match(_INTERROGATIVE, asked, re.IGNORECASE):
        asked = asked.replace("?", ":")
    at = match.start()
    return (" " * (match.start("asked") - at) + asked).ljust(match.end() - at)


def _said_where(match: re.Match[str]) -> str:
    asked = _OF_THEM.sub(lambda them: " " * len(them[0]), match["asked"])  # the answer says which
    return asked + ":" + " " * len(match["rest"])


def with_colons(text: str) -> str:
    """Set a colon behind the labels of a report set in two columns, and for "=" or "?", where at least three do so.

    The answers of a list of questions are set beside them.
    """
    if text.count("?") > 2 and len(_ASKED_ABOVE.findall(text)) > 2:
        text = _ASKED_ABOVE.sub(_beside, text)
    if "?" in text:
        text = _SAID_WHERE.sub(_said_where, text)
    for sign, label in (("=", _EQUATION), ("?", _ASKED)):
        if text.count(sign) > 2 and len(lines := list(label.finditer(text))) > 2:
            for one in lines:
                text = text[: one.end() - 1] + ":" + text[one.end() :]
    found = list(_LABEL_BESIDE.finditer(text)) if "   " in text else []
    column = [match.end() - match.start() for match in found]
    for match, at in zip(found, column, strict=True):
        if column.count(at) > 2:
            text = text[: match.start("gap")] + ":" + text[match.start("gap") + 1 :]
    return text


#: "[x] yes  [ ] no": the box, and the words up to the next.
_BOX: Final = re.compile(r"(?P<box>\[[ xX]\]|\([ xX]\)|[\u2610\u2611\u2612])(?P<words>[^\n\[(\u2610\u2611\u2612]*)")

_BOXES: Final = ("[ ]", "[x]", "[X]", "( )", "(x)", "(X)", "\u2610", "\u2611", "\u2612")


#: "posterolateral       not assessed" among lines of boxes: the words of a label, then the column of the answers.
_UNBOXED: Final = re.compile(r"( *[^\W\d][^\n:]{2,40}?) {2,}(?=\S)")


def ticked(text: str) -> str:
    """Blank the options of a form that are not ticked ("Epidural tumour [x] yes [ ] no"): the others answer a label."""
    if not any(box in text for box in _BOXES):
        return text
    lines = text.split("\n")
    boxes = [found[0].start() if len(found := list(_BOX.finditer(line))) > 1 else -1 for line in lines]
    for at, first in enumerate(boxes):
        beside = _UNBOXED.match(lines[at])
        if first >= 0:
            lines[at] = _labelled(lines[at][:first]) + _BOX.sub(_option, lines[at][first:])
        elif beside and beside.end() in boxes[max(0, at - 1) : at + 2]:
            lines[at] = _labelled(beside[0]) + lines[at][beside.end() :]
    return "\n".join(lines)


#: "Tumour in canal    T4 [ ] yes [x] no": a row of a matter that has a row for each level.
_LEVEL_BEHIND: Final = re.compile(rf"(?<=[^\W\d])(?P<gap> {{2,}})(?P<level>{_A_LEVEL} *)$", re.IGNORECASE)


def _labelled(label: str) -> str:
    """Return a label with a colon set behind its words, where there is room for one and none yet."""
    label = _LEVEL_BEHIND.sub(lambda match: ":" + match["gap"][1:] + match["level"], label)
    words = label.rstrip()
    room = len(label) - len(words)
    return words + ":" + " " * (room - 1) if room and words.strip() and words[-1] not in ":?" else label


def _option(match: re.Match[str]) -> str:
    box, words = match["box"], match["words"]
    if re.search(r"[xX\u2611\u2612]", box):
        return " " * len(box) + words
    kept = re.search(r" {3,}\S.*", words)  # what follows the last option
    return " " * (len(box) + len(words) - len(kept[0])) + kept[0] if kept else " " * (len(box) + len(words))


_LABEL_IN_BRACKETS: Final = re.compile(r"^([ *#-]*)\[([^\[\]\n]{3,60})\](?=[ ]*\S)", re.MULTILINE)


def unbracketed(text: str) -> str:
    """Read "[Cord signal] normal" as a label, and drop the square brackets of macros."""
    return _LABEL_IN_BRACKETS.sub(r"\1 \2:", text).replace("[", " ").replace("]", " ") if "[" in text else text
