"""Divide a report: sections by heading, units (paragraphs and list items), sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from extractor.patterns import Patterns

_OPENING: Final = re.compile(r"[ *#=\[(_>-]*(?:\d{1,2}[.)] +)?")
_CLOSING: Final = re.compile(
    r"[ *#=_]*(?: ?\([^)\n]{0,160}\))?[ *#=_]*(?:[:\])]+[*_=]*|-+(?= |\n|$)|\.?(?= *(?:\n|$))"
    r"|\.(?= +[a-z])| {3,}(?=\S))[ ]*"
)
_AFTER_STOP: Final = re.compile(r"(?<=[.?!;]) +(?=[a-z])")
_BULLET: Final = re.compile(
    r" *(?:[-*+>]+|#+(?= )|\(?\d{1,2}[.):](?!\d)|\d{1,2}\.\d{1,2}\.?(?= +[a-z])(?! ?(?:cm|mm|t|x|kg|ml)\b)|\d{1,2} {2,}(?=[cdtl]h?-?\d|s[1-5]\b)|\(?[a-h][.)](?= )|\([ivx]+\)|[ivx]+[.)](?= )|#\d+)[ ]*(?=[^ ])"
)
_TITLE: Final = re.compile(r"\b(?:mri?|ct|magnetic resonance|computed tomography|x-?ray|scan|exam(?:ination)?|study)\b")
_READS: Final = re.compile(
    r"\b(?:there (?:is|are)|(?:osteo)?(?:lytic|blastic)|signal|marrow|lesions?|enhanc|(?:again|previously) (?:seen|noted)|alignment"
    r"|vertebral bod|cord is|conus|compress(?:ed|es)|"
    r"(?:metasta\w+|deposits?|mets) (?:at|in|of|involving) [cdtl]h?-?\d|shows?|is seen|are seen|replaced|pedicles?"
    r"|(?:metasta\w+|deposits?|mets) (?:is|are) (?:present|shown|found|noted|demonstrated|identified|visible)"
    r"|no evidence|not seen|normal|infiltrat|collapse|hyperintens|hypointens|heights?|paravertebral|epidural|kyphosis|lordosis|listhesis|scoliosis|\d+(?:\.\d+)? ?[cm]m)\b"
    r"|^\W*(?:level|vertebra)\b[^\n]*\||\n *\|? *[cdtl]h?-?\d{1,2} *\|"
)
_METS_AT: Final = re.compile(r"\b(?:metasta\w+|deposits?|mets) [cdtl]h?-?\d")
#: "Metastases per vertebra (type L = lytic):" stands above a table or list.
_HEADS_LIST: Final = re.compile(
    r"\W*(?:(?!known\b|history\b|previous)[\w-]+ ){0,3}(?:metasta(?:ses|tic \w+)|deposits|lesions|vertebrae)\b[^\n]{0,120}\s*"
)
#: A title says what was examined, and claims nothing.
_CLAIM: Final = re.compile(r"metasta|deposit|lytic|sclerotic|fracture|tumou?r|destr|mets? (?:at|in)|^\W*no\b")
_SENTENCE: Final = re.compile(r"[^.:]{3,100}\.(?= )")
#: "1. L1: ..." below a history that no blank line ends.
_ITEM_OF_LEVEL: Final = re.compile(
    r"(?:\(?\d{1,2}[.):] ?|[-*>+] ?)?(?:[cdtl]h?[ -]?\d{1,2}|s[1-5]|sacrum)\b[^\n]{0,12}?[:.,-]"
)
#: "Marrow: metastases at T1 and T8" below "Contrast: not given".
_LINE_OF_FINDING: Final = re.compile(
    r"(?:marrow|bones?|osseous|vertebra\w*|alignment|(?:spinal )?(?:cord|canal)|heights?|extent|levels?|posterior elements"
    r"|epidural|metasta\w+|lesions?)\b[^\n:]{0,25}:"
)
#: What a referrer writes, and no reader of images.
_TOLD: Final = re.compile(
    r"\b(?:pain|weakness|known|history|h/o|s/p|status post|patient|complain\w*|diagnosed|prior|previous\w*|he|she"
    r"|underwent|query|please|since|numbness|sequences?|axial|sagittal|weighted|contrast|performed|sphincters?|power|sensation"
    r"|bladder|bowels?|reflexes|gait|neurolog\w+|continent|afebrile|asymptomatic)\b|^\W*\?"
)
_ABBREVIATION: Final = re.compile(
    r"(?:\b(?:approx|e\.g|i\.e|vs|dr|mr|mrs|ms|prof|fig|post|sup|inf|ant|lat|vert|resp|max|min|incl|ca|cf|st|i\.v|c|s|"
    r"elem|bil|bilat|circ|susp|poss|prob|mod|sl|lt|rt|subtot|ext|comp|path|assoc|horiz|diam|w|dg|z\.b|bzw"
    r"|n|gr|abn|prev)|(?:^|[ (])\d{1,2})\.$"
)
#: "D10 vertebra: ..." starts a line of its own, however long the line above.
_OPENS_ITEM: Final = re.compile(
    r"(?:[\w/&.-]+ ){0,3}[\w/&.-]+ *[:|](?= |$)"
    r"|(?:[cdtl]h?[ -]?\d{1,2}|s[1-5])(?:[-/](?:[cdtls]h?)?\d{1,2})?"
    r"(?:(?: vertebra\w*| body| level| lesion| dis[ck])+ ?(?:[:|]|- )| - |\. (?=[a-z]))"
)
#: "Cord: normal signal." ends a line of its own, however long.
_LABELLED: Final = re.compile(r" *(?:[a-z/&-]+ ){0,3}[a-z/&-]+: ")
_DANGLING: Final = re.compile(
    r"(?:,|\b(?:a|an|the|of|at|in|on|to|for|from|with|and|or|by|is|are|was|has|have|than|which|that|as|into|behind|below"
    r"|above|between|no|without|this|its|both|when|whenever|while|where|if|because|epidural|thecal|dural|para-?vertebral"
    r"|pre-?vertebral|paraspinal|vertebral|metastatic|malignant|diffuse|leuka?emic|myelomatous|[cdtls]-?)) *$"
)
#: "Epidural      T2: circumferential tumour" in a report set in two columns.
_BESIDE_LABEL: Final = re.compile(r"[a-z][\w/&.-]*(?: [\w/&.-]+){0,2} {2,}(?=\S)")
_STOP: Final = re.compile(r"[.!?]+[\")\]]*(?= |\n|$)")
_LONGEST: Final = 1200

RECORD_SECTIONS: Final = frozenset({"findings", "impression", "addendum"})


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the report under one heading; `body` is where the text after the heading starts."""

    kind: str
    start: int
    body: int
    end: int


@dataclass(frozen=True, slots=True)
class Unit:
    """A paragraph or list item: the smallest stretch that has one level under discussion."""

    start: int
    end: int
    section: Section
    item: bool = False


def find_sections(folded: str, patterns: Patterns) -> list[Section]:
    """Cut the report at its headings; text before the first heading is told apart by its look."""
    heads = _with_early_diagnosis(_headings(folded, patterns), folded)
    sections: list[Section] = []
    first = heads[0][1] if heads else len(folded)
    if folded[:first].strip():
        later = {kind for kind, _, _ in heads}
        sections.extend(_unheaded(folded, first, needs_record="findings" not in later))
    for number, (kind, start, body) in enumerate(heads):
        end = heads[number + 1][1] if number + 1 < len(heads) else len(folded)
        sections.append(Section(kind, start, body, end))
    sections = [_as_findings(section, sections, folded) for section in sections]
    headed = any(section.kind == "findings" for section in sections)
    return [piece for section in sections for piece in _split_history(folded, section, headed=headed)]


def _as_findings(section: Section, sections: list[Section], folded: str) -> Section:
    """Take a second "Background:" and a "Protocol:" that names tumour as findings."""
    words = folded[section.body : section.end][:200]
    earlier = any(one.kind == section.kind and one.start < section.start for one in sections)
    background = section.kind == "history" and earlier and "background" in folded[section.start : section.body]
    reads = section.kind == "technique" and _CLAIM.search(words) and not _TOLD.search(words)
    return replace(section, kind="findings") if background or reads else section


def _with_early_diagnosis(heads: list[tuple[str, int, int]], folded: str) -> list[tuple[str, int, int]]:
    """Take "Diagnosis:" before the findings as history: it is the referrer's."""
    last = max((at for at, (kind, _, _) in enumerate(heads) if kind == "findings"), default=0)
    return [
        ("history", start, body) if at < last and "diagnos" in folded[start:body] else (kind, start, body)
        for at, (kind, start, body) in enumerate(heads)
    ]


def _headings(folded: str, patterns: Patterns) -> list[tuple[str, int, int]]:
    """Return (kind, start, body) of every heading in order."""
    rules = patterns.of("section")
    found: list[tuple[str, int, int]] = []
    starts = [(match.start(), True) for match in re.finditer(r"^(?=.*\S)", folded, re.MULTILINE)]
    starts += [(match.end(), False) for match in _AFTER_STOP.finditer(folded)]
    for start, at_line in sorted(starts):
        opening = _OPENING.match(folded, start)
        at = opening.end() if opening and at_line else start
        best: tuple[int, str] | None = None
        for rule in rules:
            for regex in rule.regexes:
                match = regex.match(folded, at)
                closing = _CLOSING.match(folded, match.end()) if match else None
                if not match or not closing or (not at_line and ":" not in closing[0]):
                    continue
                if ":" not in closing[0] and _goes_on(folded, start):
                    continue
                runs_on = closing[0].startswith(".") and closing[0].strip() != closing[0]
                if runs_on and len(match[0].split()) > 2:
                    continue
                if best is None or closing.end() > best[0]:
                    best = (closing.end(), rule.grades[0])
        if best and (not found or start >= found[-1][2]):
            found.append((best[1], start, best[0]))
    return found


def _goes_on(folded: str, start: int) -> bool:
    """Tell whether a line is the rest of the sentence above ("... the numbering of this" / "examination.")."""
    above = folded[folded.rfind("\n", 0, max(0, start - 1)) + 1 : max(0, start - 1)].strip()
    return len(above) > 30 and not above.endswith((".", ":", ";", "!", "?", "*", "=", "-", "|"))


def _unheaded(folded: str, end: int, *, needs_record: bool) -> Iterator[Section]:
    """Yield the sections of text without a heading: a title, history-like paragraphs, then findings.

    `needs_record`: nothing later in the report is findings, so that some of this text must be.
    """
    blocks = [(match.start(), match.end()) for match in re.finditer(r"\S(?:.|\n(?! *\n))*", folded[:end])]
    title = _title_end(folded, *blocks[0])
    if title:
        yield Section("exam", blocks[0][0], blocks[0][0], title)
        blocks[0] = (title, blocks[0][1])
    blocks = [(begin, stop) for begin, stop in blocks if folded[begin:stop].strip()]
    reads = [_is_read(folded[begin:stop]) for begin, stop in blocks]
    first = reads.index(True) if True in reads else 0 if needs_record else len(blocks)
    if 0 < first < len(blocks) and _HEADS_LIST.fullmatch(folded, *blocks[first - 1]):
        first -= 1  # "Metastases:" above a table
    for number, (begin, stop) in enumerate(blocks):
        yield Section("findings" if number >= first else "history", begin, begin, stop)


def _is_read(words: str) -> bool:
    """Tell whether a paragraph without a heading reads images ("Sclerotic mets C4 and T2, no change.")."""
    return bool(_READS.search(words) or (_METS_AT.search(words) and not _TOLD.search(words)))


def _title_end(folded: str, begin: int, stop: int) -> int | None:
    """Return where a title ends that opens a text ("MRI spine." or a line of its own); None if there is none."""
    line = folded[begin:stop].split("\n", 1)[0]
    sentence = _SENTENCE.match(line)
    for words in (line, sentence[0] if sentence else ""):
        if (
            words
            and len(words) < 120
            and _TITLE.search(words)
            and not _READS.search(words)
            and not _CLAIM.search(words)
        ):
            return begin + len(words)
    return None


def _split_history(folded: str, section: Section, *, headed: bool) -> Iterator[Section]:
    """End a history, comparison or technique section where images are read: below a blank line or at an item.

    In a report without a heading for its findings (`headed` false) a new line of running text is enough.
    """
    if section.kind not in {"history", "comparison", "technique", "exam"}:
        yield section
        return
    for gap in re.finditer(r"\n(?P<blank> *\n)?\s*", folded[section.body : section.end]):
        at = section.body + gap.end()
        paragraph = folded[at : section.end].split("\n\n", 1)[0]
        if _HEADS_LIST.fullmatch(paragraph):
            paragraph = "\n".join(folded[at : section.end].split("\n\n", 2)[:2])
        item = _ITEM_OF_LEVEL.match(paragraph) or _LINE_OF_FINDING.match(paragraph)
        fresh = not headed and folded[: section.body + gap.start()].rstrip().endswith((".", "?", "!"))
        reads_on = fresh and not _TOLD.search(re.split(r"[.\n]", paragraph, maxsplit=1)[0])
        if not gap["blank"] and not item and not reads_on:
            continue
        reads = _READS.search(paragraph) or (item and _CLAIM.search(paragraph))
        if folded[section.body : at].strip() and reads and not paragraph.strip().startswith("?"):
            yield Section(section.kind, section.start, section.body, at)
            yield Section("findings", at, at, section.end)
            return
    at = None if headed else _reads_from(folded, section)
    if at is None:
        yield section
    else:
        yield Section(section.kind, section.start, section.body, at)
        yield Section("findings", at, at, section.end)


def _reads_from(folded: str, section: Section) -> int | None:
    """Return where in a paragraph of running text a history ends and images are read, from its second sentence on."""
    for stop in re.finditer(r"[.?!] +(?=\S)", folded[section.body : section.end]):
        at = section.body + stop.end()
        sentence = re.split(r"[.?!](?: |\n|$)", folded[at : section.end], maxsplit=1)[0]
        if _READS.search(sentence) and not _TOLD.search(sentence):
            return at
    return None


def find_units(folded: str, text: str, section: Section) -> list[Unit]:
    """Cut a section into paragraphs and list items, joining hard-wrapped lines."""
    units: list[Unit] = []
    for block in re.finditer(r"\S(?:[^\n]|\n(?! *(?:\n|$)))*", folded[section.body : section.end]):
        units.extend(_block_units(folded, text, section, section.body + block.start(), section.body + block.end()))
    return units


def _block_units(folded: str, text: str, section: Section, start: int, end: int) -> Iterator[Unit]:
    lines = _lines(folded, start, end)
    full = [(folded.rfind("\n", 0, begin) + 1, stop) for begin, stop in lines]
    width = max(stop - begin for begin, stop in full)
    column = _right_column(folded, full)
    begin, item = lines[0][0], False
    for number, (line_start, line_end) in enumerate(lines):
        bullet = _BULLET.match(folded, line_start, line_end)
        joined = (
            number > 0
            and not bullet
            and (
                line_start - full[number][0] == column
                or _is_wrapped(folded, full[number - 1], (line_start, line_end), width)
                or _runs_on(folded, text, full[number - 1], line_start)
                or (not _OPENS_ITEM.match(folded, line_start) and _is_open(folded, full[number - 1]))
            )
        )
        if number > 0 and not joined:
            yield Unit(begin, lines[number - 1][1], section, item=item)
        if not joined:
            begin, item = (bullet.end(), True) if bullet else (line_start, False)
    yield Unit(begin, lines[-1][1], section, item=item)


def _right_column(folded: str, lines: list[tuple[int, int]]) -> int:
    """Return where the text stands beside labels in a column of their own; -1 for a block set otherwise."""
    places = [match.end() for start, end in lines if (match := _BESIDE_LABEL.match(folded[start:end]))]
    under = [len(words) - len(words.lstrip()) for start, end in lines if (words := folded[start:end]).startswith("   ")]
    column = max(set(places), key=places.count, default=-1)
    return column if places.count(column) > 2 and column in under else -1


def _lines(folded: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return (start, end) of the lines that hold text."""
    return [
        (start + match.start(), start + match.end()) for match in re.finditer(r"\S(?:[^\n]*\S)?", folded[start:end])
    ]


def _is_wrapped(folded: str, above: tuple[int, int], line: tuple[int, int], width: int) -> bool:
    """Return whether a line only continues the one above: its first word would not have fitted there."""
    last = folded[above[0] : above[1]].rstrip()
    first_word = folded[line[0] : line[1]].split(None, 1)[0]
    if _OPENS_ITEM.match(folded, line[0], line[1]) or "|" in last:
        return False
    too_long = width >= 38 and len(last) + 1 + len(first_word) > width - 3
    if last.endswith(".") and _LABELLED.match(folded, above[0]):
        return False
    return too_long and not (last.endswith((".", ":")) and len(last) < width * 0.8)


def _is_open(folded: str, above: tuple[int, int]) -> bool:
    """Tell whether a line ends in a word that cannot end one ("... KYPHOSIS AT", "the C" before "7 body")."""
    return bool(_DANGLING.search(folded, *above))


def _runs_on(folded: str, text: str, above: tuple[int, int], start: int) -> bool:
    """Return whether a line starts in small letters after one that does not end, in a text that uses capitals."""
    last = folded[above[0] : above[1]].rstrip()
    return (
        text[start].islower() and text != text.lower() and not last.endswith((".", ":", ";", "|")) and "|" not in last
    )


def find_sentences(folded: str, text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return (start, end) of the sentences of a unit; a very long one is cut at a comma or blank."""
    openings = [one[1] for one in re.finditer(r"[.?!] +([A-Za-z])", text[start:end])]
    small = sum(one.islower() for one in openings)
    lower_case = (small > 2 and small * 5 >= len(openings) * 4) or not re.search(r"[A-Z]", text[start:end])
    pieces: list[tuple[int, int]] = []
    begin = start
    for stop in _STOP.finditer(folded, start, end):
        following = text[stop.end() : end].lstrip()
        if _ABBREVIATION.search(folded[max(begin, stop.start() - 12) : stop.start() + 1]) and stop[0] == ".":
            if not (following[:1].isupper() and re.search(r"\d\.$", folded[begin : stop.start() + 1])):
                continue
            if stop.start() - begin < 3:
                continue
        if (following[:1].islower() and not lower_case) or following[:1] in (",", ";"):
            continue
        pieces.append((begin, stop.end()))
        begin = stop.end()
    pieces.append((begin, end))
    return [part for piece in pieces for part in _bounded(folded, *_trimmed(folded, *piece))]


def _trimmed(folded: str, start: int, end: int) -> tuple[int, int]:
    piece = folded[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))


def _bounded(folded: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > _LONGEST:
        cut = max(folded.rfind(mark, start, start + _LONGEST) for mark in (", ", "; ", " ", "\n"))
        cut = cut + 1 if cut > start else start + _LONGEST
        yield start, cut
        start = cut
    if end > start:
        yield start, end
