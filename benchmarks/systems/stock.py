"""medspaCy, as its documentation has it and as one who knows it well would set it up, both with our rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from benchmarks.systems.terms import field_rules, phrases, rules, whole

if TYPE_CHECKING:
    from medspacy.context import ConTextRule
    from medspacy.target_matcher import TargetRule
    from spacy.language import Language
    from spacy.tokens import Doc

    from extractor.patterns import Rule

_GROUP = "found"
_ATTRIBUTES = ("is_negated", "is_uncertain", "is_historical", "is_hypothetical")
_PIPES = ("medspacy_tokenizer", "medspacy_pyrush", "medspacy_target_matcher", "medspacy_context")


def build_stock() -> Callable[[str], int]:
    """Return `medspacy.load()` with the sectionizer, our rules in place of the shipped ones."""
    import medspacy

    from extractor.pipeline import context_rules, section_rules, target_rules

    nlp = medspacy.load(medspacy_enable=[*_PIPES, "medspacy_sectionizer"], load_rules=False)
    _component(nlp, "medspacy_target_matcher").add(list(target_rules(rules())))
    _component(nlp, "medspacy_context").add(list(context_rules(rules())))
    _component(nlp, "medspacy_sectionizer").add(list(section_rules(rules())))
    return lambda text: len(nlp(text).ents)


def build_tuned() -> Callable[[str], int]:
    """Return a pipeline without the known brakes, with phrases where a rule is nothing else."""
    return _tuned(_targets(whole))


def build_tuned_phrases() -> Callable[[str], int]:
    """Return the same with phrases only."""
    return _tuned(_targets(lambda rule: True))


def _tuned(targets: Iterable[TargetRule]) -> Callable[[str], int]:
    """Return a pipeline without the known brakes.

    spaCy's tokenizer and sentence splitter in place of medspaCy's and PyRuSH; spans in a group; ConText over
    the sentences with findings only, its cues phrases where they are nothing else.
    """
    import medspacy.context
    import medspacy.section_detection
    import medspacy.target_matcher
    import spacy

    from extractor.pipeline import section_rules

    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    group = {"rules": None, "span_group_name": _GROUP}
    matcher: Any = nlp.add_pipe("medspacy_target_matcher", config=group | {"result_type": "group"})
    matcher.add(list(targets))
    sections: Any = nlp.add_pipe("medspacy_sectionizer", config=group | {"input_span_type": "group"})
    sections.add(list(section_rules(rules())))
    context = medspacy.context.ConText(nlp, **group, input_span_type="group")
    context.add(list(_cues()))
    return lambda text: len(_judged(nlp(text), context).spans[_GROUP])


def _component(nlp: Language, name: str) -> Any:
    return nlp.get_pipe(name)


def _targets(as_phrases: Callable[[Rule], bool]) -> Iterator[TargetRule]:
    """Yield our target rules, some as phrases."""
    from medspacy.target_matcher import TargetRule

    from extractor.pipeline import target_rules

    literal = phrases(rule for rule in field_rules() if as_phrases(rule))
    yield from (rule for rule in target_rules(rules()) if rule.literal not in literal)
    for name, texts in literal.items():
        yield from (TargetRule(literal=text, category=name) for text in texts)


def _cues() -> Iterator[ConTextRule]:
    """Yield our cues, as phrases where a rule is nothing else."""
    from medspacy.context import ConTextRule

    from extractor.pipeline import context_rules

    literal = phrases(rule for rule in rules().of("context") if whole(rule))
    for cue in context_rules(rules()):
        if cue.literal not in literal:
            yield cue
            continue
        how = {"direction": cue.direction, "terminated_by": cue.terminated_by, "on_modifies": cue.on_modifies}
        for text in literal[cue.literal]:
            yield ConTextRule(literal=text, category=cue.category, max_scope=cue.max_scope, **how)


def _judged(doc: Doc, context: Any) -> Doc:
    """Run ConText over the sentences that hold spans, and bring its verdicts back."""
    by_sentence: dict[int, list[Any]] = {}
    for span in doc.spans[_GROUP]:
        by_sentence.setdefault(span.sent.start, []).append(span)
    for start, spans in by_sentence.items():
        part = spans[0].sent.as_doc()
        ends = [(span.start - start, min(span.end - start, len(part))) for span in spans]
        part.spans[_GROUP] = [part[first:last] for first, last in ends]
        context(part)
        for span, judged in zip(spans, part.spans[_GROUP], strict=True):
            for name in _ATTRIBUTES:
                if getattr(judged._, name):
                    setattr(span._, name, True)
    return doc
