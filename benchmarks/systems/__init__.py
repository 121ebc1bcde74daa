"""The systems compared, each a small adapter: what it is called, what it does, and how it is built."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Final

#: Reads one report and returns how many things it found.
Read = Callable[[str], int]
OURS: Final = "sinsight"
STOCK: Final = "medspacy"


@dataclass(frozen=True, slots=True)
class System:
    """A system: `build` names module and function that make it, `needs` the package it needs."""

    name: str
    label: str
    does: str
    build: str
    needs: str = ""
    #: It takes the regexes of our rules; else phrases only.
    regexes: bool = True

    def made(self) -> Read:
        """Return the system, ready to read."""
        module, function = self.build.split(":")
        made: Read = getattr(import_module(f"benchmarks.systems.{module}"), function)()
        return made

    @property
    def here(self) -> bool:
        """Tell whether the package it needs is installed."""
        return not self.needs or find_spec(self.needs) is not None


_spacy = partial(System, regexes=False)
SYSTEMS: Final = (
    _spacy("tokenizer", "spaCy's tokenizer alone", "splits into words", "plain:build_tokenizer"),
    System(OURS, "sinsight", "the whole record", "ours:build_reader"),
    System("component", "sinsight in spaCy", "the whole record, spans on the Doc", "ours:build_component"),
    _spacy("ruler", "EntityRuler, negspacy", "mentions, negation", "plain:build_ruler", "negspacy"),
    _spacy("eds_phrases", "EDS-NLP, phrases", "mentions, negation", "eds:build_phrases", "edsnlp"),
    System("eds", "EDS-NLP, regexes", "mentions, negation", "eds:build_regexes", "edsnlp"),
    _spacy("tuned_phrases", "medspaCy tuned, phrases", "mentions, ConText, sections", "stock:build_tuned_phrases"),
    System("tuned", "medspaCy tuned, regexes", "mentions, ConText, sections", "stock:build_tuned"),
    System(STOCK, "medspaCy stock", "mentions, ConText, sections", "stock:build_stock"),
)
