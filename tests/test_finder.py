"""Tests of extractor.reading.finder and shape: what a finder passes over could not have matched."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.evaluate.tagged import load_sentences
from extractor.patterns import compiled, load_patterns
from extractor.reading.finder import Finder, build_finder, find_all, finder_of, search
from extractor.reading.fold import fold
from extractor.reading.notation import ATOM
from extractor.reading.shape import Head, Token, shapes_of
from extractor.resources import corpus_dir

RULES = load_patterns().rules
ALL = finder_of(RULES)
REGEXES = [regex for rule in RULES for regex in rule.regexes]
ATOMS = build_finder([(None, ATOM.pattern)])
FILES = sorted((corpus_dir() / "sentences").glob("*.txt"))
SENTENCES = [fold(one.text).replace("\n", " ") for file in FILES for one in load_sentences(file)]
WORDS = sorted({word for sentence in SENTENCES for word in re.findall(r"\w+|[^\w ]", sentence)})
#: Words as reports have them, and texts that no hospital would write.
ODD = st.sampled_from(["٣", "ß", "_", "-", "\n"])
TEXTS = st.lists(st.sampled_from(WORDS) | st.text(max_size=4) | ODD, max_size=40)


def spans(matches: Any) -> list[tuple[int, int]]:
    return [match.span() for match in matches]


def found(finder: Finder[Any], text: str) -> dict[str, list[tuple[int, int]]]:
    return {
        regex.pattern: hits
        for _, regex, places in finder.places(text)
        if (hits := spans(find_all(regex, text, places)))
    }


def plainly(finder: Finder[Any], text: str) -> dict[str, list[tuple[int, int]]]:
    return {source: hits for _, source in finder.regexes if (hits := spans(compiled(source).finditer(text)))}


@pytest.mark.parametrize("start", range(0, 20))
def test_nothing_is_missed_in_sentences(start: int) -> None:
    text = "\n".join(SENTENCES[start::60])
    assert found(ALL, text) == plainly(ALL, text)


@given(TEXTS, st.sampled_from(["", " "]))
@settings(max_examples=60, deadline=None)
def test_nothing_is_missed_in_any_text(words: list[str], between: str) -> None:
    text = between.join(words)
    assert found(ALL, text) == plainly(ALL, text)
    assert found(ATOMS, text) == plainly(ATOMS, text)


@given(TEXTS, st.integers(0, 90), st.integers(0, 90))
@settings(max_examples=40, deadline=None)
def test_a_search_within_bounds_is_that_of_the_regex(words: list[str], at: int, end: int) -> None:
    text = " ".join(words)
    for _, regex, places in ALL.places(text):
        want = regex.search(text, at, end)
        assert (want and want.span()) == ((got := search(regex, text, places, at, end)) and got.span())


@pytest.mark.parametrize("start", range(30, 40))
def test_by_line_nothing_is_missed_that_stays_in_its_line(start: int) -> None:
    lines = SENTENCES[start::60]
    text = "\n".join(lines)
    places = {regex: places for _, regex, places in ALL.places(text, by_line=True)}
    at = 0
    for line in lines:
        end = at + len(line)
        for regex in REGEXES:
            want = regex.search(text, at, end)
            got = search(regex, text, places.get(regex, ()), at, end)
            assert (want and want.span()) == (got and got.span()), regex.pattern
        at = end + 1


def test_what_opens_a_text_is_not_missed() -> None:
    for sentence in SENTENCES[::9]:
        opening = {regex for _, regex in ALL.opening(sentence) if regex.match(sentence)}
        assert opening == {regex for regex in REGEXES if regex.match(sentence)}


def heads(*ways: str) -> set[Head]:
    """Return heads as they are written: "left| -" ends "left" before a "-", "cord" may go on."""
    return {
        Head(token(first), token(then) if then else None) for first, _, then in (way.partition(" ") for way in ways)
    }


def token(word: str) -> Token:
    return Token(word.removesuffix("|").replace("_", " "), ends=word.endswith("|"))


@pytest.mark.parametrize(
    ("regex", "shapes"),
    [
        (r"\bcord\b", [(heads("cord|"), True, ["cord\0"])]),
        (r"cords?", [(heads("cord", "cords"), False, ["cord"])]),
        (
            r"(?:left|right)-sided",
            [(heads("left| -|"), False, ["-", "left", "sided"]), (heads("right| -|"), False, ["-", "right", "sided"])],
        ),
        (r"\b(?:no )?loss", [(heads("no| loss", "loss"), True, ["loss"])]),
        (r"[tl]\d", [(heads("t0", "l0"), False, [])]),
        (r" +t1\b", [(heads("_| t0|"), False, ["t1"])]),
        (r"(?<=at )t8|%", [(heads("t0"), False, ["t8"]), (heads("%"), False, ["%"])]),
        (r"\bht\b", [(heads("ht|"), True, ["ht\0"])]),
        (r"of [,;:]", [(heads("of| ,", "of| ;", "of| :"), False, [",", ":", ";"])]),
        (
            r"(?:mm|per|is) a",
            [(heads("mm| a"), False, ["mm"]), (heads("per| a"), False, ["per"]), (heads("is| a"), False, [])],
        ),
        (r"\w+algia", [(None, False, ["algia"])]),
        (r"[^.]{0,9}pain", [(None, False, ["pain"])]),
        (r"(?i)Cord", [(None, False, [])]),
        (
            r"(?:bone )*marrow",
            [(heads("bone| bone|", "bone| marrow"), False, ["bone", "marrow"]), (heads("marrow"), False, ["marrow"])],
        ),
    ],
)
def test_a_regex_tells_its_shapes(regex: str, shapes: list[tuple[set[Head] | None, bool, list[str]]]) -> None:
    found = [(one.heads, one.at_word, sorted(part for need in one.needs for part in need)) for one in shapes_of(regex)]
    assert sorted(found, key=str) == sorted(shapes, key=str)
