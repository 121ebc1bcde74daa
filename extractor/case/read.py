"""Read a report, or all documents of a case with the facts given by hand, into one record."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from extractor.case.combine import Ledger
from extractor.case.documents import DocumentText, describe
from extractor.case.facts import LESION, Fact, Given, check_facts
from extractor.case.precedence import GIVEN, NO_LESION, load_precedence
from extractor.case.wide import join_findings, join_treatments
from extractor.patterns import Patterns, load_patterns
from extractor.reading.page import Page, lay_out
from extractor.reading.reader import Said, read_document
from extractor.reading.resolving import add_sides
from extractor.record import Contradiction, Document, Engine, FieldValue, Lesion, Record
from extractor.scoring.sins import score_sins
from extractor.scoring.summary import summarise
from extractor.values import (
    CERTAINTIES,
    COMPONENTS,
    GRADES,
    Certainty,
    Evidence,
    level_order,
    levels_between,
)

#: What documents have at the lesions of their case: by document, level and field.
Fields = dict[int, dict[str, dict[str, FieldValue]]]


def read(text: str, *, id: str = "report", patterns: Path | None = None) -> Record:
    """Read one report; `patterns` is a folder of local rules laid over the shipped ones.

    Raises ReportError for text that is no report, PatternError for rules that cannot be used.
    """
    return read_case([DocumentText(id, text)], id=id, patterns=patterns)


def read_case(
    documents: Iterable[DocumentText], *, facts: Iterable[Fact] = (), id: str = "case", patterns: Path | None = None
) -> Record:
    """Read all documents of one patient at one time into one record, with the facts that people give.

    A document alone is an examination, whatever it looks like. Each piece of evidence names its document,
    `record.documents[evidence.document]`; documents that exclude each other are listed in `record.contradictions`.
    ReportError without a document, for text that is no report or an id that comes twice; FactError for facts that
    exclude each other; PatternError for rules that cannot be used.
    """
    rules = load_patterns(patterns)
    texts = tuple(documents)
    check_documents(texts, id)
    alone = len(texts) == 1
    pages = [lay_out(one.text, rules) for one in texts]
    known = tuple(
        describe(one, page, rules, number=at, alone=alone)
        for at, (one, page) in enumerate(zip(texts, pages, strict=True))
    )
    return _Case(id, texts, pages, check_facts(tuple(facts)), rules, known).record()


def check_documents(texts: Sequence[DocumentText], name: str) -> None:
    """Raise ReportError where there is no document, one is no report, or two have one id."""
    from extractor.errors import ReportError
    from extractor.textfile import check_report

    if not texts:
        raise ReportError(f"{name}: no document; give at least one")
    seen: set[str] = set()
    for one in texts:
        check_report(one.text, name=one.id)
        if one.id in seen:
            raise ReportError(f"{name}: two documents are called {one.id!r}; give each its own name")
        seen.add(one.id)


class _Case:
    """A case while it is read: what each document says, what facts say, and what contradicts."""

    def __init__(
        self,
        name: str,
        texts: Sequence[DocumentText],
        pages: Sequence[Page],
        facts: Sequence[Fact],
        rules: Patterns,
        known: Sequence[Document],
    ) -> None:
        self.name, self.rules = name, rules
        self.given = Given(tuple(facts), len(texts))
        self.documents = (*known, *([self.given.document] if facts else []))
        precedence = load_precedence()
        self.ledger = Ledger(self.documents, precedence)
        self.said: dict[int, Said] = {}
        for at, one in enumerate(texts):
            clinical = known[at].kind not in precedence.images
            regions = frozenset(known[at].regions)
            page = replace(pages[at], document=at)
            self.said[at] = read_document(one.text, page, rules, clinical=clinical, regions=regions)
        self.images = {at: said for at, said in self.said.items() if known[at].kind in precedence.images}

    def record(self) -> Record:
        """Return the record of the case."""
        from extractor import __version__

        found = self._lesions()
        pain = self._with_given(None, "pain", {at: said.pain for at, said in self.said.items()})
        fields: Fields = {at: {level: said.fields_at(level) for level in found} for at, said in self.images.items()}
        spans = [
            levels_between(one.levels[0], one.levels[-1])
            for one in join_treatments(self.images)
            if one.kind == "fusion" and one.levels
        ]
        lesions = []
        for level in sorted(found, key=level_order):
            joined = self._fields(level, {at: fields[at][level] for at in self.images}, pain)
            certainty, evidence = found[level]
            sins = score_sins({component: joined[component].grades for component in COMPONENTS})
            lesions.append(Lesion(level, certainty, joined, sins, evidence, any(level in span for span in spans)))
        self._note_facts_without_lesion(found)
        findings = join_findings(self.images, self.said, lesions, fields, pain, self.ledger)
        engine = Engine("sinsight", __version__, self.rules.digest)
        contradictions = tuple(dict.fromkeys(self.ledger.contradictions))
        return Record(self.name, engine, tuple(lesions), findings, summarise(lesions), self.documents, contradictions)

    def _lesions(self) -> dict[str, tuple[Certainty, tuple[Evidence, ...]]]:
        """Return the lesions of all images with the highest certainty, and those that facts make or deny."""
        found: dict[str, tuple[Certainty, tuple[Evidence, ...]]] = {}
        for said in self.images.values():
            for level, (certainty, evidence) in said.lesions.items():
                known = found.get(level, (certainty, ()))
                surest = min(certainty, known[0], key=CERTAINTIES.index)
                found[level] = (surest, (*known[1], *evidence))
        for level in self.given.levels:
            told = self.given.lesion(level)
            if told is None:
                continue
            certainty_told, words = told
            if certainty_told == "none":
                if denied := found.pop(level, None):
                    self._note(level, LESION, self.given.number, _documents(denied[1]), GIVEN)
            else:
                found[level] = (certainty_told, (*found.get(level, ("certain", ()))[1], words))  # type: ignore[assignment]
        return found

    def _fields(
        self, level: str, values: Mapping[int, dict[str, FieldValue]], pain: FieldValue
    ) -> dict[str, FieldValue]:
        """Return the fields of a lesion, those of all images combined."""
        joined: dict[str, FieldValue] = {}
        for field in GRADES:
            if field == "pain":
                joined[field] = self._with_given(level, field, {}, otherwise=pain)
                continue
            of_field = {at: one[field] for at, one in values.items()}
            if field == "posterolateral":
                of_field = self._sides(level, of_field)
            joined[field] = self._with_given(level, field, of_field)
        return joined

    def _note_facts_without_lesion(self, found: Collection[str]) -> None:
        """Note the facts about vertebrae that are no lesion, so that none is lost silently."""
        for one in self.given.facts:
            if one.level and one.level not in found and one.field != LESION:
                self._note(one.level, one.field, None, (self.given.number,), NO_LESION)

    def _note(self, level: str, field: str, kept: int | None, against: tuple[int, ...], rule: str) -> None:
        self.ledger.contradictions.append(Contradiction(level, field, kept, against, rule))

    def _sides(self, level: str, values: dict[int, FieldValue]) -> dict[int, FieldValue]:
        """Add up one side in one document and the other in another ("left pedicle", "right facet": bilateral)."""
        one_sided = [at for at, value in values.items() if value.grades == ("unilateral",)]
        stated = [at for at, value in values.items() if value.status != "missing"]
        if len(one_sided) < 2 or one_sided != stated:
            return values
        both = add_sides(level, [self.said[at].statements_at(level) for at in one_sided])
        return {at: FieldValue(both.grades, both.status, both.conflict, values[at].evidence) for at in one_sided}

    def _with_given(
        self, level: str | None, field: str, values: dict[int, FieldValue], otherwise: FieldValue | None = None
    ) -> FieldValue:
        """Return what documents and facts leave of a field."""
        told = self.given.value(level, field)
        if otherwise is not None:
            if told is None:
                return otherwise
            values = {next((one.document for one in otherwise.evidence), 0): otherwise}
        if told is not None:
            values = values | {self.given.number: told}
        return self.ledger.combine(level, field, values)


def _documents(evidence: Iterable[Evidence]) -> tuple[int, ...]:
    """Return the positions of the documents that evidence quotes."""
    return tuple(sorted({one.document for one in evidence}))
