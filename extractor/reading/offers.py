"""What a word offers to regexes: which may begin in it, which of their needs it meets, and what it may follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from extractor.reading.needs import WHOLE, Need
from extractor.reading.shape import Head, Shape, Token

#: Stands for a need that is always met, and for a set of following words that holds all.
NONE: Final = -1
#: Of regexes, by number, where in a word they may begin.
_Begun = tuple[tuple[int, int], ...]
#: Beginnings by the rarest of their needs, with the set of words of which one must follow, and the rest of the needs.
Beginnings = dict[int, tuple[tuple[int, frozenset[int], _Begun], ...]]


#: What a word offers, in a plain tuple, which is taken apart sooner than any other: what begins in it and needs nothing
#: but a following word; what else begins, with the rarest needs it is found by; what begins in the blanks before it;
#: the needs met wherever it stands; the sets of following words it is one of.
Said = tuple[tuple[tuple[int, _Begun], ...], Beginnings, frozenset[int], Beginnings, frozenset[int], frozenset[int]]
SILENT: Final[Said] = ((), {}, frozenset(), {}, frozenset(), frozenset({NONE}))


class Entry(NamedTuple):
    """A beginning of a regex: whether its first word ends and whether it starts there, and what it asks for."""

    number: int
    ends: bool
    at_word: bool
    needs: frozenset[int]
    following: int = NONE


_BLANK: Final = Token(" ", ends=False)


@dataclass(frozen=True, slots=True)
class Offers:
    """Words, or parts of them, with what they offer; an ASCII digit 0 stands for any digit in all but `meets`."""

    begins: Mapping[str, Sequence[Entry]]
    #: The same behind a blank; under "" what does not mind the word.
    after_blank: Mapping[str, Sequence[Entry]]
    meets: Mapping[str, Collection[int]]
    #: What each word, and each beginning of a word, may follow.
    follows: tuple[Mapping[str, Collection[int]], Mapping[str, Collection[int]]]
    #: The letters of the longest of them.
    longest: int
    #: What those begin with that may stand within a word: three signs, or fewer where that is all.
    openings: frozenset[str]

    def of(self, word: str) -> Said:
        """Return what a word offers."""
        plain = word if word.isalpha() else "".join("0" if sign.isdecimal() else sign for sign in word)
        size = len(word)
        begun: dict[tuple[int, frozenset[int]], dict[tuple[int, int], None]] = defaultdict(dict)
        meets = set(self.meets.get(word + WHOLE, ()))
        for start, end in self._parts(word, plain):
            meets.update(self.meets.get(word[start:end], ()))
            for one in self.begins.get(plain[start:end], ()):
                if not (one.at_word and start) and not (one.ends and end < size):
                    begun[one.following, one.needs][start, one.number] = None
        follows = {NONE, *self.follows[0].get(plain, ())}
        behind = list(self.after_blank.get("", ()))
        for end in range(1, min(size, self.longest) + 1):
            follows.update(self.follows[1].get(plain[:end], ()))
            behind += [one for one in self.after_blank.get(plain[:end], ()) if end == size or not one.ends]
        after: dict[tuple[int, frozenset[int]], dict[tuple[int, int], None]] = defaultdict(dict)
        for one in behind:
            after[NONE, one.needs][0, one.number] = None
        begins = _beginnings(begun, meets)
        free = tuple((following, some) for following, _, some in begins.pop(NONE, ()))
        return free, begins, frozenset(begins), _beginnings(after, meets), frozenset(meets), frozenset(follows)

    def _parts(self, word: str, plain: str) -> list[tuple[int, int]]:
        """Return the parts of a word that may be known."""
        size, openings, found = len(word), self.openings, []
        for start in range(size):
            found += [
                (start, end)
                for end in (start + 1, start + 2)
                if end <= size and (plain[start:end] in openings or word[start:end] in openings)
            ]
            if word[start : start + 3] in openings or plain[start : start + 3] in openings:
                found += [(start, end) for end in range(start + 3, min(size, start + self.longest) + 1)]
        return found


def _beginnings(begun: Mapping[tuple[int, frozenset[int]], Iterable[tuple[int, int]]], met: set[int]) -> Beginnings:
    """Return beginnings by the rarest need that their own word does not meet."""
    by_rest: dict[tuple[int, frozenset[int]], dict[tuple[int, int], None]] = defaultdict(dict)
    for (following, needs), places in begun.items():
        by_rest[following, needs - met].update(dict.fromkeys(places))
    found: dict[int, list[tuple[int, frozenset[int], _Begun]]] = defaultdict(list)
    for (following, rest), some in by_rest.items():
        rarest = min(rest, default=NONE)
        found[rarest].append((following, rest - {rarest}, tuple(some)))
    return {rarest: tuple(groups) for rarest, groups in found.items()}


@dataclass(frozen=True, slots=True)
class Asked:
    """What regexes ask for: needs and sets of following words, each by its number; `anyhow`: number and needs."""

    offers: Offers
    anyhow: tuple[tuple[int, frozenset[int]], ...]


def asked_of(shapes: Sequence[Sequence[Shape]]) -> Asked:
    """Return what regexes, each with its shapes, ask for; the rarer a need, the lower its number."""
    every = [(number, shape) for number, some in enumerate(shapes) for shape in some]
    rarest_first = sorted({need for _, shape in every for need in shape.needs}, key=_commonness)
    needs = {need: number for number, need in enumerate(rarest_first)}
    meets: dict[str, list[int]] = defaultdict(list)
    for need, at in needs.items():
        for part in need:
            meets[part].append(at)
    following: dict[frozenset[Token], int] = {}
    begins: dict[str, list[Entry]] = defaultdict(list)
    after_blank: dict[str, list[Entry]] = defaultdict(list)
    anyhow: list[tuple[int, frozenset[int]]] = []
    for number, shape in every:
        asked = frozenset(needs[need] for need in shape.needs)
        if shape.heads is None:
            anyhow.append((number, asked))
            continue
        for first, thens in _by_first(shape.heads).items():
            if first.word == " ":
                for then in thens or [Token("", ends=False)]:
                    after_blank[then.word].append(Entry(number, then.ends, False, asked))
                continue
            behind = following.setdefault(thens, len(following)) if thens else NONE
            begins[first.word].append(Entry(number, first.ends, shape.at_word, asked, behind))
    follows = _follows(following)
    longest = max(map(len, [*meets, *begins, *after_blank, *follows[0], *follows[1]]), default=0)
    openings = frozenset(part[:3] for part in (*meets, *begins))
    return Asked(Offers(dict(begins), dict(after_blank), dict(meets), follows, longest, openings), tuple(anyhow))


def _commonness(need: Need) -> tuple[float, list[str]]:
    """Return how likely words meet a need: the shorter its parts are, and the more."""
    return sum(2.0 ** -len(part) for part in need), sorted(need)


def _by_first(heads: Iterable[Head]) -> dict[Token, frozenset[Token]]:
    """Return the first tokens with those that may follow; none where anything may."""
    found: dict[Token, set[Token | None]] = {}
    for head in heads:
        found.setdefault(head.first, set()).add(head.then)
    return {
        first: frozenset() if None in thens else frozenset(then for then in thens if then is not None)
        for first, thens in found.items()
    }


def _follows(following: Mapping[frozenset[Token], int]) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """Return of each word, and of each beginning of a word, which sets of following words hold it."""
    whole: dict[str, list[int]] = defaultdict(list)
    opening: dict[str, list[int]] = defaultdict(list)
    for thens, number in following.items():
        for then in thens:
            (whole if then.ends else opening)[then.word].append(number)
    return dict(whole), dict(opening)
