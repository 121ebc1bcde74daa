"""sinsight: the whole record, from text to scores, and the same through spaCy."""

from __future__ import annotations

from collections.abc import Callable


def build_reader() -> Callable[[str], int]:
    """Return the reader: all fields, levels, linking, evidence and SINS of each report."""
    from extractor import read

    return lambda text: len(read(text).lesions)


def build_component() -> Callable[[str], int]:
    """Return the same as a component of a spaCy pipeline, with its spans on the Doc."""
    import spacy

    nlp = spacy.blank("en")
    nlp.add_pipe("sinsight")
    return lambda text: len(nlp(text).spans["sinsight"])
