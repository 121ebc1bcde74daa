"""Our reader beside the stock medspaCy components with the same rules: what each finds, and how it is meant.

`extractor.pipeline.build_pipeline` gives medspaCy's TargetMatcher our patterns as target rules and its ConText our
cues as ConText rules: a cue has a category (NEGATED_EXISTENCE, …), a direction (forward, backward, both), and the
categories that end its reach. Ours mean the same: a cue denies, hedges or dates what stands in its direction, in its
sentence, up to a word that ends its reach. What differs is named here, and a difference of no known kind is a fault.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from extractor.patterns import Patterns, Rule, load_patterns
from extractor.pipeline import GROUP, build_pipeline
from extractor.reading.cues import Cues, Mention
from extractor.reading.finder import Finder, find_all, finder_of
from extractor.reading.fold import fold
from extractor.reading.mentions import find_mentions
from extractor.reading.page import Page, lay_out
from extractor.reading.reader import FIELDS_READ

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Span

#: A rule's id and the tokens its words stand in. Both find characters; whole tokens are what medspaCy knows.
Hit = tuple[str, int, int]

BOTH: Final = "found by both"
#: Stock regexes run over the whole text: "[^,]" goes on behind a full stop. Ours keep to the sentence.
STOCK_LEAVES: Final = "found by stock alone: leaves its sentence"
#: "Level | Pedicle | Facet": names of columns and headings say nothing by themselves, and we do not look there.
STOCK_HEADING: Final = "found by stock alone: in a heading"
STOCK_ALONE: Final = "found by stock alone: no known kind"
#: "Cord: T5 to T7 oedematous. Signal elsewhere normal.": the second sentence borrows its label, a cell its column's.
OURS_BORROWED: Final = "found by ours alone: borrows a label"
#: A stock match that leaves its sentence has used up the words.
OURS_INSTEAD: Final = "found by ours alone: stock leaves its sentence there"
#: For us a line end within a sentence is a blank everywhere; for stock only where the pattern has a plain blank.
OURS_WRAPPED: Final = "found by ours alone: at a line end"
OURS_ALONE: Final = "found by ours alone: no known kind"
ALIKE: Final = "judged alike"
#: "No bowel disturbance", "are not compressed", "indeterminate": stock lets no cue judge the words it is part of.
WITHIN: Final = "the cue is one of the words"
#: In no sentence, as headings are.
_NOWHERE: Final = -1
_CUES: Final = {"denied": ("denied",), "hedged": ("possible", "probable"), "past": ("historical", "hypothetical")}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing both were asked: its kind, the rule, and where in the text it stands."""

    kind: str
    rule: str
    start: int
    end: int


def compared(texts: Iterable[str]) -> dict[str, int]:
    """Count what both find and judge alike in some texts, and each kind of difference, the most frequent first."""
    return dict(Counter(one.kind for text in texts for one in differences(text)).most_common())


def differences(text: str) -> Iterator[Difference]:
    """Yield everything that either finds in a text and then how both judge what both found, each by its kind."""
    rules = load_patterns()
    page = lay_out(text, rules)
    doc = _stock()(fold(text))
    stock = {(span.id_, span.start, span.end): span for span in doc.spans[GROUP] if span.label_ != "level"}
    ours = dict(_hits(page, rules, doc))
    kinds = [*_found(stock, ours, page, doc)]
    mentions, cues, _ = find_mentions(page, FIELDS_READ, rules)
    for mention in mentions:
        hit = _hit(doc, page, mention.rule.id, mention.start, mention.end)
        if hit in stock and hit in ours:
            kinds += [(hit, kind) for kind in _judged(mention, stock[hit], cues)]
    for hit, kind in kinds:
        yield Difference(kind, hit[0], doc[hit[1]].idx, doc[hit[1] : hit[2]].end_char)


@cache
def _stock() -> Language:
    return build_pipeline()


@cache
def _finder(rules: Patterns) -> Finder[Rule]:
    return finder_of(rules.of(*FIELDS_READ))


def _hits(page: Page, rules: Patterns, doc: Doc) -> Iterator[tuple[Hit, str]]:
    """Yield all that our rules match, before any of it is voided or gives way, each with its kind if stock lacks it."""
    for rule, regex, places in _finder(rules).places(page.text, by_line=True):
        for match in find_all(regex, page.text, places):
            own = [at for at in page.origin[match.start() : match.end()] if at >= 0]
            if not own or "\n" in match[0]:
                continue
            around = doc.text[max(0, own[0] - 1) : own[-1] + 2]
            kind = OURS_BORROWED if len(own) < len(match[0]) else OURS_WRAPPED if "\n" in around else OURS_ALONE
            yield _hit(doc, page, rule.id, match.start(), match.end()), kind


def _hit(doc: Doc, page: Page, rule: str, start: int, end: int) -> Hit:
    """Return a stretch of the page as whole tokens of the text."""
    source = page.source(start, end) or (0, 0)
    span = doc.char_span(*source, alignment_mode="expand")
    return (rule, span.start, span.end) if span else (rule, 0, 0)


def _found(stock: Mapping[Hit, Span], ours: Mapping[Hit, str], page: Page, doc: Doc) -> Iterator[tuple[Hit, str]]:
    """Yield each hit of either with its kind."""
    sentences = _sentences(page, doc)
    within = {hit: set(sentences[hit[1] : hit[2]]) - {_NOWHERE} for hit in stock if hit not in ours}
    leaving = [hit for hit, numbers in within.items() if len(numbers) > 1]
    for hit in stock:
        if hit in ours:
            yield hit, BOTH
        else:
            yield hit, (STOCK_HEADING, STOCK_ALONE, STOCK_LEAVES)[min(2, len(within[hit]))]
    for hit, kind in ours.items():
        if hit not in stock:
            used = any(one[0] == hit[0] and one[1] < hit[2] and hit[1] < one[2] for one in leaving)
            yield hit, OURS_INSTEAD if used and kind == OURS_ALONE else kind


def _sentences(page: Page, doc: Doc) -> list[int]:
    """Return the number of the sentence that each token stands in."""
    number = {
        origin: at
        for at, sentence in enumerate(page.sentences)
        for origin in page.origin[sentence.start : sentence.end]
        if origin >= 0
    }
    return [number.get(token.idx, _NOWHERE) for token in doc]


def _judged(mention: Mention, span: Span, cues: Cues) -> Iterator[str]:
    """Yield who alone takes a mention for what, or that both judge alike."""
    ours = {"denied": mention.denied, "hedged": bool(mention.hedge), "past": mention.past}
    stock = {
        "denied": span._.is_negated,
        "hedged": span._.is_uncertain,
        "past": span._.is_historical or span._.is_hypothetical,
    }
    if ours == stock:
        yield ALIKE
    for name in ours:
        inside = any(cues.within(kind, mention.start, mention.end) for kind in _CUES[name])
        if ours[name] != stock[name]:
            yield f"{name} by {'ours' if ours[name] else 'stock'} alone" + (f": {WITHIN}" if inside else "")
