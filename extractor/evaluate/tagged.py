r"""Tagged sentences: a text with the words that must be found, and what must be read from them, marked in place.

    T8: [[sclerotic|T8 blastic]] deposit, [[height kept|T8 none]].

Between double brackets stand the words, a bar, and what they give: levels and grades (`T8 over_50+under_50`), or for
the report-wide files a name and its value. `\n` is a line break. A line that starts with `!` is a sentence that is not
read rightly yet; behind ` => ` stands what it should give. `#` starts a comment.

Stripping the tags, reading the text and writing the tags anew must give the line back: that catches a missed, an extra,
a misplaced, a wrongly graded and a wrongly linked finding at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from extractor.case.documents import DocumentText
from extractor.case.read import read, read_case
from extractor.patterns import load_patterns
from extractor.record import Document, Findings, Lesion, Record
from extractor.values import GRADES, Evidence

_TAG: Final = re.compile(r"\[\[((?:(?!\[\[|\]\]).)*)\|((?:(?!\[\[|\]\]|\|).)+)\]\]")
_OPEN: Final = "! "
_WANTED: Final = " => "

#: The field a file of sentences is about, where it is not the file's own name.
_FIELD_OF: Final = {
    "levels": "level",
    "sections": "section",
    "involvement": "collapse",
    "symptoms": "symptom",
    "documents": "document",
    "fracture": "cause",
    "sins": "stated_sins",
}
#: A document alone is always an examination; beside this one, its own words tell what it is.
_BESIDE: Final = DocumentText("beside", "MRI of the spine. No metastasis.")
#: What is said by one piece of evidence: its place and the label that belongs to it.
Labelled = tuple[Evidence, str]


class TagError(ValueError):
    """A line whose tags cannot be read; the message names file, line and remedy."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One line of a file of tagged sentences. `wanted` is set where the line is not read rightly yet."""

    where: str
    line: str
    text: str
    wanted: str | None = None


def load_sentences(path: Path) -> tuple[Sentence, ...]:
    """Read a file of tagged sentences; TagError for a tag that does not close."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(
        parse_sentence(line, f"{path.name}:{number}")
        for number, line in enumerate(lines, start=1)
        if line.strip() and not line.startswith("#")
    )


def field_of(path: Path) -> str:
    """Return the field a file of sentences is about: that of the pattern file of the same name. TagError if none is."""
    field = _FIELD_OF.get(path.stem, path.stem)
    if field not in GRADES and field not in _OF_LESION and field not in _OF_REPORT and field not in _OF_DOCUMENT:
        raise TagError(f"{path.name}: no pattern file has that name; call it after one, such as collapse.txt")
    return field


def parse_sentence(line: str, where: str) -> Sentence:
    """Take the tags out of a line."""
    if line.startswith(_OPEN):
        text, arrow, wanted = line.removeprefix(_OPEN).rpartition(_WANTED)
        if not arrow:
            raise TagError(f"{where}: no ' => '; say behind it what the sentence should give")
        return Sentence(where, line, _unescaped(text), wanted)
    bare = _TAG.sub(lambda tag: tag[1], line)
    if "[[" in bare or "]]" in bare:
        raise TagError(f"{where}: a tag that does not close, or has no bar; write [[words|T8 over_50]]")
    return Sentence(where, line, _unescaped(bare))


def failures(
    sentences: Iterable[Sentence], field: str, *, patterns: Path | None = None
) -> Iterator[tuple[Sentence, str]]:
    """Yield each sentence that is not read as tagged, with what was read; also one marked `!` that now is right."""
    for one in sentences:
        record = _read(one, field, patterns)
        if one.wanted is None:
            said = tagged(one.text, labels(record, field))
            if said != one.line:
                yield one, said
        elif summary(record, field) == one.wanted:
            yield one, f"{one.wanted} (read rightly now: tag it)"


def _read(one: Sentence, field: str, patterns: Path | None) -> Record:
    """Read a sentence as a report, or what tells a document's kind as the first of a case."""
    if field in _OF_DOCUMENT:
        return read_case([DocumentText(one.where, one.text), _BESIDE], id=one.where, patterns=patterns)
    return read(one.text, id=one.where, patterns=patterns)


def tagged(text: str, found: Iterable[Labelled]) -> str:
    """Write a text with its tags; evidence that overlaps shares one."""
    groups: list[tuple[int, int, list[str]]] = []
    for evidence, label in sorted(found, key=lambda one: (one[0].start, -one[0].end)):
        if groups and evidence.start < groups[-1][1]:
            start, end, said = groups.pop()
            groups.append((start, max(end, evidence.end), said if label in said else [*said, label]))
        else:
            groups.append((evidence.start, evidence.end, [label]))
    parts: list[str] = []
    at = 0
    for start, end, said in groups:
        parts += [text[at:start], f"[[{text[start:end]}|{'; '.join(dict.fromkeys(said))}]]"]
        at = end
    return _escaped("".join([*parts, text[at:]]))


def labels(record: Record, field: str) -> list[Labelled]:
    """Return the evidence of one pattern file's field with what it gives."""
    if field in GRADES and field != "pain":
        return [pair for lesion in record.lesions for pair in _field_labels(lesion, field, bare=True)]
    if field in _OF_LESION:
        return [pair for lesion in record.lesions for pair in _OF_LESION[field](lesion)]
    if field in _OF_DOCUMENT:
        return _OF_DOCUMENT[field](record.documents[0])
    return _OF_REPORT[field](record.findings)


def summary(record: Record, field: str) -> str:
    """Return what is read of a field in one line, without its words."""
    return "; ".join(dict.fromkeys(label for _, label in labels(record, field))) or "nothing"


def _field_labels(lesion: Lesion, field: str, *, bare: bool) -> list[Labelled]:
    value = lesion.fields[field]
    if value.status == "missing":
        return []
    said = "+".join(value.grades)
    label = f"{lesion.level} {said}" if bare else f"{lesion.level} {field}={said}"
    return [(evidence, label) for evidence in value.evidence]


def _all_fields(lesion: Lesion) -> list[Labelled]:
    return [pair for field in lesion.fields if field != "pain" for pair in _field_labels(lesion, field, bare=False)]


_OF_LESION: Final[dict[str, Callable[[Lesion], list[Labelled]]]] = {
    "level": lambda lesion: [(evidence, lesion.level) for evidence in lesion.evidence],
    "lesion": lambda lesion: [(evidence, f"{lesion.level} {lesion.certainty}") for evidence in lesion.evidence],
    "context": _all_fields,
    "section": _all_fields,
}


def _covered(document: Document) -> list[Labelled]:
    """Return what says which regions are covered, with those the shipped rule admits; a local rule has its name."""
    regions = {rule.id: " ".join(rule.grades) for rule in load_patterns().of("coverage")}
    return [(one, regions.get(one.rule, one.rule)) for one in document.regions_evidence]


_OF_DOCUMENT: Final[dict[str, Callable[[Document], list[Labelled]]]] = {
    "document": lambda document: [(one, document.kind) for one in document.kind_evidence],
    "coverage": _covered,
}


def _presence(name: str) -> Callable[[Findings], list[Labelled]]:
    def said(findings: Findings) -> list[Labelled]:
        value = getattr(findings, name)
        return [] if value.status == "missing" else [(one, "+".join(value.grades)) for one in value.evidence]

    return said


def _changed(findings: Findings) -> list[Labelled]:
    return [
        (one, f"{' '.join(given.levels or given.regions or ('all',))} {given.kind}")
        for given in findings.changes
        for one in given.evidence
    ]


_OF_REPORT: Final[dict[str, Callable[[Findings], list[Labelled]]]] = {
    "pain": _presence("pain"),
    "leptomeningeal": _presence("leptomeningeal"),
    "intramedullary": _presence("intramedullary"),
    "symptom": lambda findings: [
        (one, f"{name} {value.grades[0]}")
        for name, value in findings.symptoms.items()
        if value.status == "stated"
        for one in value.evidence
    ],
    "diffuse": lambda findings: [(one, " ".join(findings.diffuse.regions)) for one in findings.diffuse.evidence],
    "treatment": lambda findings: [
        (one, " ".join((given.kind, *given.levels))) for given in findings.treatment for one in given.evidence
    ],
    "cause": lambda findings: [
        (one, f"{broken.level} {broken.cause}") for broken in findings.other_fractures for one in broken.evidence
    ],
    "change": _changed,
    "matter": _changed,
    "stated_sins": lambda findings: [
        (one, f"{stated.level or 'report'} {stated.total}")
        for stated in findings.stated_sins
        for one in stated.evidence
    ],
}


def _escaped(text: str) -> str:
    return text.replace("\n", "\\n")


def _unescaped(text: str) -> str:
    return text.replace("\\n", "\n")
