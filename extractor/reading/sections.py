"""Cut a report into sections: by its headings, and where it has none by what the words look like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from extractor.patterns import Patterns, Rule
from extractor.reading.finder import Finder, finder_of

_OPENING: Final = re.compile(r"[ *#=\[(_>-]*(?:\d{1,2}[.)] +)?")
_CLOSING: Final = re.compile(
    r"[ *#=_]*(?: ?\([^)\n]{0,160}\))?[ *#=_]*(?:[:\])]+[*_=]*|-+(?= |\n|$)|\.?(?= *(?:\n|$))"
    r"|\.(?= +[a-z])| {3,}(?=\S))[ ]*"
)
_LINE: Final = re.compile(r"[^\n]+")
_AFTER_STOP: Final = re.compile(r"[.?!;] +(?=[a-z])")
_TITLE: Final = re.compile(r"\b(?:mri?|ct|magnetic resonance|computed tomography|x-?ray|scan|exam(?:ination)?|study)\b")
_READS: Final = re.compile(
    r"\b(?:there (?:is|are)|(?:osteo)?(?:lytic|blastic)|signal|marrow|lesions?|enhanc|(?:again"
    r"|previously) (?:seen|noted)|alignment"
    r"|vertebral bod|cord is|conus|compress(?:ed|es)|"
    r"(?:metasta\w+|deposits?|mets) (?:at|in|of|involving) [cdtl]h?-?\d|shows?|is seen|are seen|replaced|pedicles?"
    r"|(?:metasta\w+|deposits?|mets) (?:is|are) (?:present|shown|found|noted|demonstrated|identified|visible)"
    r"|no evidence|not seen|normal|infiltrat|collapse|hyperintens|hypointens|heights?|paravertebral|epidural"
    r"|kyphosis|lordosis|listhesis|scoliosis|\d+(?:\.\d+)? ?[cm]m)\b"
    r"|^\W*(?:level|vertebra)\b[^\n]*\||\n *\|? *[cdtl]h?-?\d{1,2} *\|"
)
_METS_AT: Final = re.compile(
    r"\b(?:metasta\w+|deposits?|mets|lesions):? [cdtl]h?-?\d|\b(?:[cdtl]h?-?\d{1,2}|s[1-5]) (?:metasta|deposit|mets?\b)"
)
#: "Metastases per vertebra (type L = lytic):" stands above a table or list.
_HEADS_LIST: Final = re.compile(
    r"\W*(?:(?!known\b|history\b|previous)[\w-]+ ){0,3}(?:metasta(?:ses|tic \w+)|deposits|lesions"
    r"|vertebrae)\b[^\n]{0,120}\s*"
)
#: A title says what was examined, and claims nothing.
_CLAIM: Final = re.compile(r"metasta|deposit|lytic|lysis|sclerotic|fracture|tumou?r|destr|mets? (?:at|in)|^\W*no\b")
_SENTENCE: Final = re.compile(r"[^.:]{3,100}\.(?= )")
#: "1. L1: ..." below a history that no blank line ends.
_ITEM_OF_LEVEL: Final = re.compile(
    r"(?:\(?\d{1,2}[.):] ?|[-*>+] ?)?(?:[cdtl]h?[ -]?\d{1,2}|s[1-5]|sacrum|atlas|axis|dens"
    r"|odontoid(?: process)?)\b[^\n]{0,12}?[:.,-]"
)
#: "Marrow: metastases at T1 and T8" below "Contrast: not given".
_LINE_OF_FINDING: Final = re.compile(
    r"(?:marrow|bones?|osseous|vertebra\w*|alignment|(?:spinal )?(?:cord|canal)|heights?|extent|levels?"
    r"|posterior elements"
    r"|epidural|metasta\w+|lesions?|deposits?|which (?:vertebra\w*|levels?|bones?))\b[^\n:]{0,25}:"
)
#: What a referrer writes, and no reader of images.
_TOLD: Final = re.compile(
    r"\b(?:pain|weakness|known|history|h/o|s/p|status post|patient|complain\w*|diagnosed|prior|previous\w*|he|she"
    r"|underwent|query|please|since|numbness|sequences?|axial|sagittal|weighted|contrast|performed|sphincters?|power|sensation"
    r"|bladder|bowels?|reflexes|gait|neurolog\w+|continent|afebrile|asymptomatic)\b|^\W*\?"
)


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the report under one heading; `body` is where the text after the heading starts."""

    kind: str
    start: int
    body: int
    end: int


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


@lru_cache(8)
def _finder(patterns: Patterns) -> Finder[Rule]:
    return finder_of(patterns.of("section"))


def _headings(folded: str, patterns: Patterns) -> list[tuple[str, int, int]]:
    """Return (kind, start, body) of every heading in order."""
    finder = _finder(patterns)
    found: list[tuple[str, int, int]] = []
    for start, at_line in _places(folded):
        opening = _OPENING.match(folded, start)
        at = opening.end() if opening and at_line else start
        best: tuple[int, str] | None = None
        for rule, regex in finder.opening(folded, at):
            match = regex.match(folded, at)
            closing = _CLOSING.match(folded, match.end()) if match else None
            if not match or not closing or (not at_line and ":" not in closing[0]):
                continue
            if ":" not in closing[0] and _goes_on(folded, start):
                continue
            runs_on = closing[0].startswith(".") and closing[0].strip() != closing[0]
            if runs_on and len(match[0].split()) > 2 and not match[0].startswith("addend"):
                continue
            if best is None or closing.end() > best[0]:
                best = (closing.end(), rule.grades[0])
        if best and (not found or start >= found[-1][2]):
            found.append((best[1], start, best[0]))
    return found


def _places(folded: str) -> Iterator[tuple[int, bool]]:
    """Yield where a heading may begin and whether that starts a line; one within a line needs a colon behind it."""
    for line in _LINE.finditer(folded):
        if line[0].isspace():
            continue
        start, end = line.span()
        yield start, True
        colon = folded.rfind(":", start, end)
        if colon >= 0:
            for stop in _AFTER_STOP.finditer(folded, start, colon):
                yield stop.end(), False


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
    line = _LINE_OF_FINDING.match(words) and _CLAIM.search(words)  # "Levels with metastasis: L2 and L3."
    return bool(line or _READS.search(words) or (_METS_AT.search(words) and not _TOLD.search(words)))


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
        paragraphs = re.split(r"\n *\n", folded[at : section.end], maxsplit=2)
        paragraph = paragraphs[0]
        if _HEADS_LIST.fullmatch(paragraph):
            paragraph = "\n".join(paragraphs[:2])
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
    turn = None if headed else _reads_from(folded, section)
    if turn is None:
        yield section
    else:
        yield Section(section.kind, section.start, section.body, turn)
        yield Section("findings", turn, turn, section.end)


def _reads_from(folded: str, section: Section) -> int | None:
    """Return where in a paragraph of running text a history ends and images are read, from its second sentence on."""
    for stop in re.finditer(r"[.?!] +(?=\S)", folded[section.body : section.end]):
        at = section.body + stop.end()
        sentence = re.split(r"[.?!](?: |\n|$)", folded[at : section.end], maxsplit=1)[0]
        if _READS.search(sentence) and not _TOLD.search(sentence):
            return at
    return None
