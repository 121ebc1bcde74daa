"""The seam to spaCy and medspaCy: a component that reads a Doc, and our patterns as medspaCy rules.

    nlp = spacy.blank("en")
    nlp.add_pipe("sinsight")
    nlp(text)._.sinsight          # the Record
    nlp(text).spans["sinsight"]   # the words behind it: label the field, id the rule

`build_pipeline` gives medspaCy's own components (sections, target rules, ConText) built from the pattern files, for
who wants to go on from there. They find the same mentions; linking and resolving are ours alone.
"""

import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from spacy.language import Language
from spacy.tokens import Doc, Span

from extractor.patterns import Patterns, Rule, load_patterns
from extractor.reading.reader import FIELDS_READ, read
from extractor.record import Record, record_from_json
from extractor.values import Evidence

# No deferred annotations here: spaCy reads those of a factory when it is made.
if TYPE_CHECKING:
    from medspacy.context import ConTextRule
    from medspacy.section_detection import SectionRule
    from medspacy.target_matcher import TargetRule

#: Where spans go on a Doc: a group, since `doc.ents` takes quadratic time and no overlaps.
GROUP: Final = "sinsight"
#: How our assertion cues are called by medspaCy.
_CATEGORIES: Final = {
    "denied": "NEGATED_EXISTENCE",
    "possible": "POSSIBLE_EXISTENCE",
    "probable": "POSSIBLE_EXISTENCE",
    "historical": "HISTORICAL",
    "hypothetical": "HYPOTHETICAL",
}
_DIRECTIONS: Final = {"before": "FORWARD", "after": "BACKWARD", "both": "BIDIRECTIONAL"}


@dataclass(frozen=True, slots=True)
class Reader:
    """The spaCy component: puts the record and its evidence on a Doc."""

    patterns: Path | None = None

    def __call__(self, doc: Doc) -> Doc:
        """Read the Doc's text. Raises ReportError where it is no report (empty, or beyond a million characters)."""
        record = read(doc.text, patterns=self.patterns)
        doc.user_data[GROUP] = record.to_json()
        doc.spans[GROUP] = [span for span in _spans(doc, record) if span is not None]
        return doc


@Language.factory("sinsight", default_config={"patterns": None}, assigns=["doc._.sinsight", "doc.spans"])
def create_reader(nlp: Language, name: str, patterns: str | None) -> Callable[[Doc], Doc]:
    """Return the component; `patterns` is a folder of local rules. PatternError for rules that cannot be used."""
    folder = None if patterns is None else Path(patterns)
    load_patterns(folder)
    if not Doc.has_extension("sinsight"):
        Doc.set_extension("sinsight", getter=_record_of)
    return Reader(folder)


def _record_of(doc: Doc) -> Record | None:
    """Return the record of a Doc; kept as JSON, so that Docs can be serialised and sent between processes."""
    kept = doc.user_data.get(GROUP)
    return None if kept is None else record_from_json(kept)


def _spans(doc: Doc, record: Record) -> Iterator[Span | None]:
    """Yield each piece of evidence of a lesion as a span, widened to whole tokens."""
    seen: set[tuple[str, int, int, str]] = set()
    for lesion in record.lesions:
        said = [("lesion", one) for one in lesion.evidence]
        said += [(field, one) for field, value in lesion.fields.items() for one in value.evidence]
        for field, one in said:
            if (key := (field, one.start, one.end, one.rule)) not in seen:
                seen.add(key)
                yield _span(doc, field, one)


def _span(doc: Doc, field: str, one: Evidence) -> Span | None:
    return doc.char_span(one.start, one.end, label=field, span_id=one.rule, alignment_mode="expand")


def build_pipeline(patterns: Path | None = None) -> Language:
    """Return a medspaCy pipeline with our rules: sentences, sections, targets (in `doc.spans`) and ConText.

    `patterns` is a folder of local rules laid over the shipped ones. The text is matched as it stands, so give folded
    text (`extractor.reading.fold.fold`) where unusual dashes or quotes matter; offsets stay the same.
    """
    rules = load_patterns(patterns)
    nlp = _blank()
    nlp.add_pipe("sinsight_sentences")
    into_group = {"rules": None, "span_group_name": GROUP}
    all_into_group = into_group | {"result_type": "group", "prune": False}
    matcher: Any = nlp.add_pipe("medspacy_target_matcher", config=all_into_group)
    matcher.add(list(target_rules(rules)))
    on_group = into_group | {"input_span_type": "group"}
    sectionizer: Any = nlp.add_pipe("medspacy_sectionizer", config=on_group)
    sectionizer.add(list(section_rules(rules)))
    context: Any = nlp.add_pipe("medspacy_context", config=on_group)
    context.add(list(context_rules(rules)))
    return nlp


def _blank() -> Language:
    """Return an empty English pipeline that knows medspaCy; it silences all warnings, so undo that."""
    import spacy

    with warnings.catch_warnings():
        import medspacy.context
        import medspacy.section_detection
        import medspacy.target_matcher  # noqa: F401
    return spacy.blank("en")


@Language.component("sinsight_sentences")
def mark_sentences(doc: Doc) -> Doc:
    """Set sentence starts where our reader has them."""
    from extractor.reading.page import lay_out

    page = lay_out(doc.text, load_patterns())
    starts = {span[0] for one in page.sentences if (span := page.source(one.start, one.end))}
    waiting = True
    for token in doc:
        reached = any(start in starts for start in range(token.idx, token.idx + len(token)))
        token.is_sent_start = waiting or reached
        waiting = False
    return doc


def target_rules(patterns: Patterns) -> "Iterator[TargetRule]":
    """Yield a medspaCy target rule per pattern of a field; `metadata` holds our rule's id and grades."""
    from medspacy.target_matcher import TargetRule

    for rule in patterns.rules:
        if rule.field in FIELDS_READ:
            for regex in rule.regexes:
                yield TargetRule(
                    literal=rule.id,
                    category=rule.field,
                    pattern=_source(regex),
                    metadata={"rule": rule.id, "grades": rule.grades},
                )


def context_rules(patterns: Patterns) -> "Iterator[ConTextRule]":
    """Yield a ConText rule per assertion cue, with our directions; our words that end a denial terminate it."""
    from medspacy.context import ConTextRule

    for rule in patterns.of("context"):
        category = _CATEGORIES.get(rule.grades[0]) or ("TERMINATE" if rule.grades[0] == "stop" else None)
        if category is None:
            continue
        for regex in rule.regexes:
            yield ConTextRule(
                literal=rule.id, category=category, pattern=_source(regex), direction=_direction(rule, category)
            )


def _direction(rule: Rule, category: str) -> str:
    if category == "TERMINATE":
        return "TERMINATE"
    return next(_DIRECTIONS[tag] for tag in ("before", "after", "both") if tag in rule.tags)


def section_rules(patterns: Patterns) -> "Iterator[SectionRule]":
    """Yield a section rule per heading, bound to the start of a line and the colon or line end behind it."""
    from medspacy.section_detection import SectionRule

    for rule in patterns.of("section"):
        for regex in rule.regexes:
            pattern = rf"(?im)^[ *#]*(?:{regex.pattern})[ *]*(?::|$)"
            yield SectionRule(literal=rule.id, category=rule.grades[0], pattern=pattern)


def _source(regex: re.Pattern[str]) -> str:
    """Return a regex for text in any case; medspaCy compiles it without flags."""
    return f"(?im){regex.pattern}"
