"""Our rules as other systems take them: regexes for text as it stands, phrases, and cues of negation as phrases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from benchmarks.phrases import phrases_of
from benchmarks.reports import usual_reports
from extractor.patterns import Patterns, Rule, load_patterns
from extractor.reading.finder import find_all, finder_of
from extractor.reading.page import lay_out
from extractor.reading.reader import FIELDS_READ


@dataclass(frozen=True, slots=True)
class NegationCues:
    """Phrases that deny what follows, what stands before them, and phrases that end their reach."""

    preceding: tuple[str, ...]
    following: tuple[str, ...]
    ending: tuple[str, ...]


@cache
def rules() -> Patterns:
    """Return our rules."""
    return load_patterns()


def field_rules() -> tuple[Rule, ...]:
    """Return the rules of the fields."""
    return rules().of(*FIELDS_READ)


def regexes() -> dict[str, list[str]]:
    """Return the regexes of each field rule, by its id, for text as it stands."""
    from extractor.pipeline import target_rules

    found: dict[str, list[str]] = {}
    for rule in target_rules(rules()):
        found.setdefault(rule.literal, []).append(rule.pattern)
    return found


def phrases(of: Iterable[Rule]) -> dict[str, list[str]]:
    """Return the phrases that rules stand for, by id: those without a wild word, and all that the corpus holds.

    So systems that take no regexes find in the corpus what we find there; elsewhere they would find less.
    """
    said = _wordings()
    found = {
        rule.id: dict.fromkeys(text for source in rule.sources for text in phrases_of(source).texts) for rule in of
    }
    return {name: list(texts | said.get(name, {})) for name, texts in found.items()}


def whole(rule: Rule) -> bool:
    """Tell whether a rule stands for phrases and nothing else."""
    return all(phrases_of(source).whole for source in rule.sources)


def negation_cues() -> NegationCues:
    """Return our cues of denial as phrases."""
    context = {rule.id: rule for rule in rules().of("context") if rule.grades[0] in {"denied", "stop"}}
    preceding, following, ending = [], [], []
    for name, texts in phrases(context.values()).items():
        rule = context[name]
        if rule.grades == ("stop",):
            ending += texts
        preceding += texts if "before" in rule.tags and rule.grades == ("denied",) else []
        following += texts if "after" in rule.tags and rule.grades == ("denied",) else []
    return NegationCues(tuple(preceding), tuple(following), tuple(ending))


@cache
def _wordings() -> Mapping[str, dict[str, None]]:
    """Return every wording with which a rule matches in the reports that are measured with, by its id."""
    finder = finder_of(rules().of(*FIELDS_READ, "context"))
    found: dict[str, dict[str, None]] = {}
    for text in usual_reports():
        page = lay_out(text, rules()).text
        for rule, regex, places in finder.places(page, by_line=True):
            words = (match[0].strip() for match in find_all(regex, page, places))
            found.setdefault(rule.id, {}).update((one, None) for one in words if one and "\n" not in one)
    return found
