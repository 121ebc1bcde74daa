"""Read one report into a record: the whole way from text to scores."""

from __future__ import annotations

import re
from pathlib import Path

from extractor.patterns import Patterns, load_patterns
from extractor.reading.addenda import find_renames
from extractor.reading.cues import Mention, find_cues
from extractor.reading.findings import (
    read_canal,
    read_diffuse,
    read_fractures,
    read_pain,
    read_presence,
    read_stated_sins,
    read_symptoms,
    read_treatments,
)
from extractor.reading.fold import fold, lower_case, plain
from extractor.reading.lesions import find_lesions
from extractor.reading.levels import find_levels
from extractor.reading.mentions import find_mentions
from extractor.reading.page import Page, lay_out
from extractor.reading.resolving import resolve_fields
from extractor.reading.sites import find_sites, name_sites
from extractor.reading.statements import LINKED, Statement, read_statements
from extractor.record import Document, Engine, Findings, Lesion, Record, SectionSpan
from extractor.scoring.sins import score_sins
from extractor.scoring.summary import compartments, summarise
from extractor.scoring.tomita import Extent, tomita_types
from extractor.values import COMPONENTS, level_order, levels_between

FIELDS_READ = (
    *LINKED,
    "lesion",
    "pain",
    "symptom",
    "leptomeningeal",
    "intramedullary",
    "diffuse",
    "treatment",
    "cause",
    "stated_sins",
)
_SPINE = re.compile(r"\bspin(?:e|al)\b|vertebra|\bsacr(?:um|al)\b|\b[ctl]-?spine|\bcord\b")


def read(text: str, *, id: str = "report", patterns: Path | None = None) -> Record:
    """Read one report; `patterns` is a folder of local rules laid over the shipped ones.

    Raises ReportError for text that is no report, PatternError for rules that cannot be used.
    """
    from extractor import __version__
    from extractor.textfile import check_report

    check_report(text, name=id)
    rules = load_patterns(patterns)
    return _read(text, id, rules, Engine("sinsight", __version__, rules.digest))


def mentions_spine(text: str) -> bool:
    """Tell whether a text speaks of the spine at all: a vertebral level or the word itself."""
    folded = fold(text)
    return bool(_SPINE.search(folded)) or any(
        one.role == "vertebra" for line in folded.split("\n") for one in find_levels(line, line, load_patterns())
    )


def _read(text: str, name: str, rules: Patterns, engine: Engine) -> Record:
    page = lay_out(text, rules)
    cues = find_cues(page, rules)
    mentions = find_mentions(page, FIELDS_READ, rules, cues)
    renames = find_renames(page, rules)
    even = plain(text)
    corrections = {one.sentence for one in renames}
    mentions = [one for one in mentions if one.sentence not in corrections]
    named = name_sites(page, even, rules, renames)
    found = find_lesions(mentions, page, text, find_sites(page, even, named))
    sites = find_sites(page, even, named, tuple(found))
    statements = read_statements(mentions, page, text, sites, cues, tuple(found))
    pain = read_pain(mentions, page, text)
    lesions: list[Lesion] = []
    treatments = read_treatments(mentions, page, text, _treated(mentions, page, rules))
    spans = [levels_between(one.levels[0], one.levels[-1]) for one in treatments if one.kind == "fusion" and one.levels]
    for level in sorted(found, key=level_order):
        certainty, evidence = found[level]
        fields = resolve_fields(level, statements, pain)
        sins = score_sins({component: fields[component].grades for component in COMPONENTS})
        lesions.append(Lesion(level, certainty, fields, sins, evidence, any(level in span for span in spans)))
    leptomeningeal = read_presence("leptomeningeal", mentions, page, text)
    intramedullary = read_presence("intramedullary", mentions, page, text)
    diffuse = read_diffuse(mentions, page, text, sites, tuple(found))
    epidural = read_canal("epidural", statements, lesions)
    findings = Findings(
        pain=pain,
        symptoms=read_symptoms(mentions, page, text),
        leptomeningeal=leptomeningeal,
        intramedullary=intramedullary,
        tomita=tomita_types(tuple(found), diffuse=bool(diffuse.regions), extent=_extent(lesions, statements)),
        diffuse=diffuse,
        compartments=compartments(
            lesion=bool(lesions),
            epidural=epidural.grades == ("present",),
            leptomeningeal=leptomeningeal.grades == ("present",),
            intramedullary=intramedullary.grades == ("present",),
        ),
        epidural=epidural,
        cord_compression=read_canal("cord_compression", statements, lesions),
        cord_signal=read_canal("cord_signal", statements, lesions),
        other_fractures=read_fractures(statements, tuple(found), mentions, page),
        treatment=treatments,
        stated_sins=read_stated_sins(mentions, page, text, sites),
    )
    sections = tuple(SectionSpan(section.kind, section.start, section.end) for section in page.sections)
    kind = "ct" if re.match(r"\W*(?:exam\w*:? )?ct\b", lower_case(even)) else "mri"
    return Record(name, engine, tuple(lesions), findings, summarise(lesions), (Document(name, kind, sections),))  # type: ignore[arg-type]


def _treated(mentions: list[Mention], page: Page, rules: Patterns) -> dict[int, tuple[str, ...]]:
    """Return the levels written next to each treatment word, by the word's place."""
    found: dict[int, tuple[str, ...]] = {}
    for mention in mentions:
        if mention.rule.field != "treatment":
            continue
        sentence = page.sentences[mention.sentence]
        words = page.text[sentence.start : sentence.end]
        levels = [one for one in find_levels(words, words, rules) if one.role in {"treatment", "vertebra"}]
        near = [
            one
            for one in levels
            if abs(one.start + sentence.start - mention.end) < 60 or abs(mention.start - one.end - sentence.start) < 12
        ]
        if near:
            best = min(
                near,
                key=lambda one: min(
                    abs(one.start + sentence.start - mention.end), abs(mention.start - one.end - sentence.start)
                ),
            )
            found[mention.start] = best.levels
    return found


def _extent(lesions: list[Lesion], statements: list[Statement]) -> Extent | None:
    if len(lesions) != 1:
        return None
    fields = lesions[0].fields
    said = {grade for one in statements if one.field == "posterolateral" for grade in one.grades}

    def presence(field: str) -> str | None:
        return fields[field].grades[0] if fields[field].status == "stated" else None

    involved = not set(fields["posterolateral"].grades) & {"none"}
    return Extent(
        paraspinal=presence("paraspinal"),  # type: ignore[arg-type]
        epidural=presence("epidural"),  # type: ignore[arg-type]
        pedicle=involved,
        lamina=bool(said & {"lamina", "whole"}),
        posterolateral_spared=fields["posterolateral"].grades == ("none",),
    )
