"""Tests of the quick looks before a regex: what a phrase may be written as holds one of the words looked for."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.evaluate.tagged import load_sentences
from extractor.reading import beside, claims, linking, mentions, order, page, scope, silent, unlevelled
from extractor.reading.finder import words_of
from extractor.reading.fold import fold
from extractor.resources import corpus_dir

PHRASES = {
    "except": (scope._EXCEPT, scope.EXCEPT_WORDS),
    "except_at": (scope.EXCEPT_AT, scope.EXCEPT_WORDS),
    "apart": (scope._APART, scope.EXCEPT_WORDS),
    "rest": (scope._REST, scope.REST_WORDS),
    "the_others": (scope._THE_OTHERS, scope._OTHERS_WORDS),
    "one_of": (silent._ONE_OF, silent._ONE_WORDS),
    "of_them": (linking._OF_THEM, linking._THEM_WORDS),
    "only": (unlevelled.ONLY, unlevelled.ONLY_WORDS),
    "nowhere": (unlevelled._NOWHERE, unlevelled._NOWHERE_WORDS),
    "group": (unlevelled._GROUP, unlevelled.GROUP_WORDS),
    "at_all": (unlevelled.AT_ALL, unlevelled.AT_ALL_WORDS),
    "top_down": (scope.TOP_DOWN, frozenset({"from"})),
    "everywhere": (linking._EVERYWHERE, linking._EVERYWHERE_WORDS),
    "here": (beside.HERE, beside.HERE_WORDS),
    "level_hedge": (claims._LEVEL_HEDGE, claims._LEVEL_HEDGES),
    "contrasted": (beside.CONTRASTED, beside.CONTRAST_WORDS),
    "region": (scope._REGION_WORD, scope._REGION_WORDS),
    "ellipsis": (mentions._ELLIPSIS, mentions._ELLIPSES),
    "order": (order._ORDER, order.ORDER_WORDS),
    "the_other": (order._OTHER, order.OTHER_WORDS),
    "as_for": (silent._AS_FOR, silent._HEADING_WORDS),
    "this": (order._THIS, order.THIS_WORDS),
    "and_others": (scope.AND_OTHERS, linking._EVERYWHERE_WORDS),
    "neighbour": (order._BESIDE, order.BESIDE_WORDS),
    "turn": (page._TURN, page.TURN_WORDS),
    "sign": (page._SIGN, page.SIGN_WORDS),
}
FILES = sorted((corpus_dir() / "sentences").glob("*.txt"))
SENTENCES = [fold(one.text).replace("\n", " ") for file in FILES for one in load_sentences(file)]
#: Pieces of which phrases are made, and what is none.
WORDS = sorted(
    {word for regex, _ in PHRASES.values() for word in re.findall(r"[a-z]+", regex.pattern)}
    | {",", ".", ";", ":", "-", "t8", "x"}
)
TEXTS = st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)


@pytest.mark.parametrize("name", PHRASES)
def test_a_phrase_holds_one_of_its_words(name: str) -> None:
    regex, words = PHRASES[name]
    assert [one for one in SENTENCES if regex.search(one) and words.isdisjoint(words_of(one).words)] == []


@given(TEXTS)
@settings(max_examples=300)
def test_any_phrase_holds_one_of_its_words(text: str) -> None:
    held = set(words_of(text).words)
    assert [name for name, (regex, words) in PHRASES.items() if regex.search(text) and not words & held] == []
