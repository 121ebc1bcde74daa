"""The seam to spaCy and medspaCy: a component that reads a Doc, and our patterns as medspaCy rules.

    nlp = spacy.blank("en")
    nlp.add_pipe("sinsight")
    doc = nlp(text)
    doc._.sinsight                # the Record
    doc.spans["sinsight"]         # the words behind it: label the field, id the rule

`build_pipeline` gives medspaCy's own components (sections, target rules, ConText) built from the pattern files, for
who wants to go on from there. They find the same mentions; linking and resolving are ours alone.
"""

import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from spacy.language import Language
from spacy.tokens import Doc, Span

from extractor.case.read import read
from extractor.patterns import Patterns, Rule, load_patterns
from extractor.reading.assertion import list_ends
from extractor.reading.fold import fold
from extractor.reading.levels import find_levels
from extractor.reading.page import CLAUSE, lay_out
from extractor.reading.reader import FIELDS_READ
from extractor.record import Findings, Record
from extractor.values import Evidence

# No deferred annotations here: spaCy reads those of a factory when it is made.
if TYPE_CHECKING:
    from medspacy.context import ConTextRule
    from medspacy.section_detection import SectionRule
    from medspacy.target_matcher import TargetRule
    from pydantic import TypeAdapter

#: Where spans go on a Doc: a group, since `doc.ents` takes quadratic time and no overlaps.
GROUP: Final = "sinsight"
SECTIONS: Final = "sinsight_sections"
#: How our assertion cues are called by medspaCy.
_CATEGORIES: Final = {
    "denied": "NEGATED_EXISTENCE",
    "possible": "POSSIBLE_EXISTENCE",
    "probable": "POSSIBLE_EXISTENCE",
    "historical": "HISTORICAL",
    "hypothetical": "HYPOTHETICAL",
}
_DIRECTIONS: Final = {"before": "FORWARD", "after": "BACKWARD", "both": "BIDIRECTIONAL"}
#: Words that end a cue's reach. They modify nothing (PSEUDO), and end only the cues that name them: "none of the
#: lesions has" reaches past its verb, "a metastasis is possible" back over it.
_STOP, _VERB, _CLAUSE_END = "STOP", "STOP_VERB", "CLAUSE_END"
#: Tags of rules that no cue denies: the "no" is their own, or they say that all is well.
_UNDENIED: Final = frozenset({"own_no", "normal", "strict"})


class _Held(Protocol):
    """A part of the record that keeps its evidence."""

    @property
    def evidence(self) -> tuple[Evidence, ...]: ...


@dataclass(frozen=True, slots=True)
class Reader:
    """The spaCy component: puts the record and its evidence on a Doc."""

    patterns: Path | None = None

    def __call__(self, doc: Doc) -> Doc:
        """Read the Doc's text. Raises ReportError where it is no report (empty, or beyond a million characters)."""
        record = read(doc.text, patterns=self.patterns)
        doc.user_data[GROUP] = record.to_json()
        said = dict.fromkeys((field, one.start, one.end, one.rule) for field, one in _said(record))
        sections = [(one.kind, one.start, one.end, "") for part in record.documents for one in part.sections]
        doc.spans[GROUP] = [span for one in said if (span := _span(doc, *one))]
        doc.spans[SECTIONS] = [span for one in sections if (span := _span(doc, *one))]
        return doc


@Language.factory("sinsight", default_config={"patterns": None}, assigns=["doc._.sinsight", "doc.spans"])
def create_reader(nlp: Language, name: str, patterns: str | None = None) -> Callable[[Doc], Doc]:
    """Return the component; `patterns` is a folder of local rules. PatternError for rules that cannot be used."""
    return Reader(_checked(patterns))


def _checked(patterns: str | None) -> Path | None:
    """Return the folder of local rules; PatternError now, not at the first Doc, if they cannot be used."""
    folder = None if patterns is None else Path(patterns)
    load_patterns(folder)
    return folder


def _record_of(doc: Doc) -> Record | None:
    """Return the record of a Doc; kept as JSON, so that Docs can be serialised and sent between processes."""
    kept = doc.user_data.get(GROUP)
    return None if kept is None else _adapter().validate_json(kept)


@lru_cache(maxsize=1)
def _adapter() -> "TypeAdapter[Record]":
    """Return the parser of records; making it takes longer than using it."""
    from pydantic import TypeAdapter

    return TypeAdapter(Record)


# With the module, so that stored Docs have their record wherever the module is imported.
Doc.set_extension("sinsight", getter=_record_of, force=True)


def _said(record: Record) -> Iterator[tuple[str, Evidence]]:
    """Yield each piece of evidence with the name of what it is for, lesions first."""
    for lesion in record.lesions:
        held: dict[str, _Held] = {"lesion": lesion, **lesion.fields}
        yield from ((field, one) for field, value in held.items() for one in value.evidence)
    yield from ((field, one) for field, value in _findings(record.findings) for one in value.evidence)


def _findings(found: Findings) -> Iterator[tuple[str, _Held]]:
    for field in ("pain", "leptomeningeal", "intramedullary", "diffuse", "epidural", "cord_compression", "cord_signal"):
        yield field, getattr(found, field)
    yield from found.symptoms.items()
    for field in ("other_fractures", "treatment", "stated_sins", "changes"):
        yield from ((field, value) for value in getattr(found, field))


def _span(doc: Doc, label: str, start: int, end: int, rule: str) -> Span | None:
    """Return characters as a span, widened to whole tokens."""
    return doc.char_span(start, end, label=label, span_id=rule, alignment_mode="expand")


def build_pipeline(patterns: Path | None = None) -> Language:
    """Return a medspaCy pipeline with our rules: sentences, levels and targets (in `doc.spans`), sections, ConText.

    `patterns` is a folder of local rules laid over the shipped ones. The text is matched as it stands, so give folded
    text (`extractor.reading.fold.fold`) where unusual dashes or quotes matter; offsets stay the same. medspaCy saves
    no rules with a pipeline: build it anew instead of loading it.
    """
    rules = load_patterns(patterns)
    nlp = _blank()
    local = {"patterns": None if patterns is None else str(patterns)}
    group = {"rules": None, "span_group_name": GROUP}
    nlp.add_pipe("sinsight_sentences", config=local)
    matcher: Any = nlp.add_pipe("medspacy_target_matcher", config=group | {"result_type": "group", "prune": False})
    matcher.add(list(target_rules(rules)))
    nlp.add_pipe("sinsight_targets", config=local)
    on_group = group | {"input_span_type": "group"}
    sectionizer: Any = nlp.add_pipe("medspacy_sectionizer", config=on_group)
    sectionizer.add(list(section_rules(rules)))
    context: Any = nlp.add_pipe("medspacy_context", config=on_group | {"prune_on_modifier_overlap": False})
    context.add(list(context_rules(rules)))
    return nlp


def _blank() -> Language:
    """Return an empty English pipeline that knows medspaCy; it silences all warnings, so undo that."""
    import spacy

    with warnings.catch_warnings():
        import medspacy.context
        import medspacy.section_detection
        import medspacy.target_matcher  # noqa: F401
    # Its matchers are three in one, of which our rules fill one; spaCy warns of the empty ones.
    warnings.filterwarnings("ignore", message=r"\[W036\]", module=r"medspacy\.")
    return spacy.blank("en")


@Language.factory("sinsight_sentences", default_config={"patterns": None}, assigns=["token.is_sent_start"])
def create_sentences(nlp: Language, name: str, patterns: str | None = None) -> Callable[[Doc], Doc]:
    """Return a component that sets sentence starts where our reader has them."""
    return partial(_mark_sentences, folder=_checked(patterns))


def _mark_sentences(doc: Doc, *, folder: Path | None) -> Doc:
    page = lay_out(doc.text, load_patterns(folder))
    starts = {span[0] for one in page.sentences if (span := page.source(one.start, one.end))}
    for token in doc:
        token.is_sent_start = token.i == 0 or not starts.isdisjoint(range(token.idx, token.idx + len(token)))
    return doc


@Language.factory("sinsight_targets", default_config={"patterns": None}, assigns=["doc.spans"])
def create_targets(nlp: Language, name: str, patterns: str | None = None) -> Callable[[Doc], Doc]:
    """Return a component that labels matched spans with our fields (id: the rule) and adds the levels."""
    return partial(_name_targets, folder=_checked(patterns))


def _name_targets(doc: Doc, *, folder: Path | None) -> Doc:
    """Move the rule from label to id: spaCy 3 keeps one `span._.target_rule` for all spans of the same words."""
    rules = load_patterns(folder)
    fields = {rule.id: rule.field for rule in rules.rules}
    matched = list(doc.spans.get(GROUP, ()))
    named = [Span(doc, one.start, one.end, label=fields[one.label_], span_id=one.label_) for one in matched]
    doc.spans[GROUP] = [*named, *_levels(doc, rules)]
    return doc


def _levels(doc: Doc, rules: Patterns) -> Iterator[Span]:
    """Yield level expressions that mean vertebrae; the id holds their codes ("T3 T4")."""
    text, folded = doc.text, fold(doc.text)
    for sentence in doc.sents:
        words = slice(sentence.start_char, sentence.end_char)
        for one in find_levels(folded[words], text[words], rules):
            start, end = sentence.start_char + one.start, sentence.start_char + one.end
            if one.role == "vertebra" and (span := _span(doc, "level", start, end, " ".join(one.levels))):
                yield span


def target_rules(patterns: Patterns) -> "Iterator[TargetRule]":
    """Yield a medspaCy target rule per pattern of a field; its category is our rule's id, for `sinsight_targets`."""
    from medspacy.target_matcher import TargetRule

    for rule in patterns.rules:
        if rule.field in FIELDS_READ:
            said = {"field": rule.field, "grades": rule.grades, "tags": sorted(rule.tags)}
            for regex in rule.regexes:
                yield TargetRule(literal=rule.id, category=rule.id, pattern=_source(regex), metadata=said)


def context_rules(patterns: Patterns) -> "Iterator[ConTextRule]":
    """Yield a ConText rule per assertion cue, with our directions, and one per word that ends a cue's reach."""
    from medspacy.context import ConTextRule

    tags = {rule.id: rule.tags for rule in patterns.rules}
    # medspaCy takes a scope that lies wholly within another's for one apart from it, so keep these short.
    ending = {"direction": "PSEUDO", "max_scope": 1}
    yield ConTextRule(literal=_CLAUSE_END, category=_CLAUSE_END, pattern=_source(CLAUSE), **ending)
    for rule in patterns.of("context"):
        kind, how = rule.grades[0], _reach(rule)
        if kind == "stop":
            how = {"category": _VERB if "verb" in rule.tags else _STOP, **ending}
        elif kind not in _CATEGORIES:
            continue
        elif kind == "denied":
            how["on_modifies"] = partial(_denies, tags, forward="before" in rule.tags)
        for regex in rule.regexes:
            yield ConTextRule(literal=rule.id, pattern=_source(regex), **how)


def _reach(rule: Rule) -> dict[str, Any]:
    """Return the category of a cue, its direction and what ends its reach."""
    way = next((tag for tag in _DIRECTIONS if tag in rule.tags), "both")
    ends = {"before": {_STOP, _VERB}, "after": {_STOP}, "both": {_CLAUSE_END}}[way]
    if "subject" in rule.tags:
        ends = {_STOP}
    category = _CATEGORIES.get(rule.grades[0], "")
    return {"category": category, "direction": _DIRECTIONS[way], "terminated_by": ends}


def _denies(tags: Mapping[str, frozenset[str]], target: Span, cue: Span, between: Span, *, forward: bool) -> bool:
    """Tell whether a denying cue is meant for a target: "no collapse, left pedicle involved" ends at the comma."""
    if tags.get(target.id_, frozenset()) & _UNDENIED:
        return False
    rest = target.doc[target.start : target.sent.end]
    return not (forward and list_ends(fold(between.text_with_ws), fold(rest.text)))


def section_rules(patterns: Patterns) -> "Iterator[SectionRule]":
    """Yield a section rule per heading, bound to the start of a line and the colon or line end behind it."""
    from medspacy.section_detection import SectionRule

    for rule in patterns.of("section"):
        for regex in rule.regexes:
            pattern = rf"(?im)^[ *#]*(?:{regex.pattern})[ *]*(?::|$)"
            yield SectionRule(literal=rule.id, category=rule.grades[0], pattern=pattern)


def _source(regex: re.Pattern[str]) -> str:
    """Return a regex for text as it stands: in any case (medspaCy compiles it without our flags), lines wrapped."""
    wrapped = regex.pattern.replace("(?: +|-)", r"(?: *\n *| +|-)").replace("(?: |-)", r"(?:\n| |-)")
    wrapped = wrapped.replace("[ -]?", r"(?: *\n *|[ -])?")
    return f"(?im){wrapped}"
