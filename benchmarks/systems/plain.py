"""spaCy alone: its tokenizer, and its EntityRuler with negspacy."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.systems.terms import field_rules, negation_cues, phrases


def build_tokenizer() -> Callable[[str], int]:
    """Return spaCy's tokenizer and nothing more: what any pipeline on a Doc costs at least."""
    import spacy

    tokenizer = spacy.blank("en").tokenizer
    return lambda text: len(tokenizer(text))


def build_ruler() -> Callable[[str], int]:
    """Return sentences, an EntityRuler with our phrases, and negspacy with our cues."""
    import negspacy.negation  # noqa: F401 (makes the component known)
    import spacy

    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    ruler = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    said = [{"label": name, "pattern": text} for name, texts in phrases(field_rules()).items() for text in texts]
    ruler.add_patterns(said)  # type: ignore[attr-defined]
    cues = negation_cues()
    terms = {
        "pseudo_negations": [],
        "preceding_negations": list(cues.preceding),
        "following_negations": list(cues.following),
        "termination": list(cues.ending),
    }
    nlp.add_pipe("negex", config={"neg_termset": terms})
    return lambda text: len(nlp(text).ents)
