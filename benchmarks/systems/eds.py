"""EDS-NLP: its sentences, its matcher with our rules, and its negation with our cues."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.systems.terms import field_rules, negation_cues, phrases, regexes


def build_regexes() -> Callable[[str], int]:
    """Return the pipeline with our regexes."""
    return _pipeline(regex=regexes(), attr="TEXT")


def build_phrases() -> Callable[[str], int]:
    """Return the pipeline with our phrases."""
    return _pipeline(terms=phrases(field_rules()), attr="LOWER")


def _pipeline(**given: Any) -> Callable[[str], int]:
    """Return the pipeline; all spans go into a group, as `doc.ents` would keep one of those that overlap."""
    import edsnlp
    import edsnlp.pipes as eds

    nlp = edsnlp.blank("eds")
    nlp.add_pipe(eds.sentences())
    nlp.add_pipe(eds.matcher(**given, span_setter={"found": True}))
    cues = negation_cues()
    negation = eds.negation(
        attr="LOWER",
        pseudo=[],
        preceding=list(cues.preceding),
        preceding_regex=[],
        following=list(cues.following),
        verbs=[],
        termination=list(cues.ending),
        span_getter={"found": True},
    )
    nlp.add_pipe(negation)
    return lambda text: len(nlp(text).spans["found"])
