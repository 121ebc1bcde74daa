"""What a word offers to regexes: which may begin in it, which of their needs it meets, and what it may follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from extractor.reading.shape import Head, Shape, Token

#: What regexes ask for, a bit each, and which of them, by number, may then begin where in a word.
Beginnings = tuple[int, tuple[tuple[int, int], ...]]


@dataclass(frozen=True, slots=True)
class Said:
    """What a word offers: beginnings in it and in the blanks before it, and bits of what regexes ask for.

    `meets` are the bits of needs met wherever the word stands, `follows` those of words it may come behind.
    """

    begins: tuple[Beginnings, ...]
    after_blank: tuple[Beginnings, ...]
    meets: int
    follows: int


#: Of a regex: its number, whether its first word ends and whether it starts there, and what it asks for.
_Entry = tuple[int, bool, bool, int]
_BLANK: Final = Token(" ", ends=False)


@dataclass(frozen=True, slots=True)
class Offers:
    """Words, or parts of them, with what they offer; an ASCII digit 0 stands for any digit in all but `meets`."""

    begins: Mapping[str, Sequence[_Entry]]
    #: The same behind a blank; under "" what does not mind the word.
    after_blank: Mapping[str, Sequence[_Entry]]
    meets: Mapping[str, int]
    #: What each word, and each beginning of a word, may follow.
    follows: tuple[Mapping[str, int], Mapping[str, int]]
    #: The letters of the longest of them.
    longest: int
    #: The first two signs of each that may stand within a word; of one, a single sign.
    openings: frozenset[str]

    def of(self, word: str) -> Said:
        """Return what a word offers."""
        plain = word if word.isalpha() else "".join("0" if sign.isdecimal() else sign for sign in word)
        size = len(word)
        begins: dict[int, dict[tuple[int, int], None]] = {}
        meets = 0
        for start, end in self._parts(word, plain):
            meets |= self.meets.get(word[start:end], 0)
            for number, ends, at_word, asked in self.begins.get(plain[start:end], ()):
                if not (at_word and start) and not (ends and end < size):
                    begins.setdefault(asked, {})[start, number] = None
        follows = self.follows[0].get(plain, 0)
        behind = list(self.after_blank.get("", ()))
        for end in range(1, min(size, self.longest) + 1):
            follows |= self.follows[1].get(plain[:end], 0)
            behind += [one for one in self.after_blank.get(plain[:end], ()) if end == size or not one[1]]
        after: dict[int, dict[tuple[int, int], None]] = {}
        for number, _, _, asked in behind:
            after.setdefault(asked, {})[0, number] = None
        return Said(_beginnings(begins), _beginnings(after), meets, follows)

    def _parts(self, word: str, plain: str) -> Iterator[tuple[int, int]]:
        """Yield the parts of a word that may be known."""
        size = len(word)
        for start in range(size):
            if word[start : start + 2] in self.openings or plain[start : start + 2] in self.openings:
                yield from ((start, end) for end in range(start + 1, min(size, start + self.longest) + 1))
            elif plain[start] in self.openings:
                yield start, start + 1


def _beginnings(found: Mapping[int, Iterable[tuple[int, int]]]) -> tuple[Beginnings, ...]:
    return tuple((asked, tuple(begun)) for asked, begun in found.items())


@dataclass(frozen=True, slots=True)
class Asked:
    """What regexes ask for, a bit each: bits of needs, then bits of following words; `anyhow`: number and bits."""

    offers: Offers
    anyhow: tuple[tuple[int, int], ...]
    #: All bits of following words.
    following: int


def asked_of(shapes: Sequence[Sequence[Shape]]) -> Asked:
    """Return what regexes, each with its shapes, ask for."""
    every = [(number, shape) for number, some in enumerate(shapes) for shape in some]
    every_need = dict.fromkeys(need for _, shape in every for need in sorted(shape.needs, key=sorted))
    needs = {need: 1 << bit for bit, need in enumerate(every_need)}
    meets: dict[str, int] = {}
    for need, bit in needs.items():
        for part in need:
            meets[part] = meets.get(part, 0) | bit
    following: dict[frozenset[Token], int] = {}
    begins: dict[str, list[_Entry]] = {}
    after_blank: dict[str, list[_Entry]] = {}
    anyhow: list[tuple[int, int]] = []
    for number, shape in every:
        bits = sum(needs[need] for need in shape.needs)
        if shape.heads is None:
            anyhow.append((number, bits))
            continue
        for first, thens in _by_first(shape.heads).items():
            if first.word == " ":
                for then in thens or [Token("", ends=False)]:
                    after_blank.setdefault(then.word, []).append((number, then.ends, False, bits))
                continue
            bit = following.setdefault(thens, 1 << (len(needs) + len(following))) if thens else 0
            begins.setdefault(first.word, []).append((number, first.ends, shape.at_word, bits | bit))
    follows = _follows(following)
    longest = max(map(len, [*meets, *begins, *after_blank, *follows[0], *follows[1]]), default=0)
    openings = frozenset(part[:2] for part in (*meets, *begins))
    offers = Offers(begins, after_blank, meets, follows, longest, openings)
    return Asked(offers, tuple(anyhow), sum(following.values()))


def _by_first(heads: Iterable[Head]) -> dict[Token, frozenset[Token]]:
    """Return the first tokens with those that may follow; none where anything may."""
    found: dict[Token, set[Token | None]] = {}
    for head in heads:
        found.setdefault(head.first, set()).add(head.then)
    return {
        first: frozenset() if None in thens else frozenset(then for then in thens if then is not None)
        for first, thens in found.items()
    }


def _follows(following: Mapping[frozenset[Token], int]) -> tuple[dict[str, int], dict[str, int]]:
    """Return of each word, and of each beginning of a word, which sets of following words hold it."""
    whole: dict[str, int] = {}
    opening: dict[str, int] = {}
    for thens, bit in following.items():
        for then in thens:
            words = whole if then.ends else opening
            words[then.word] = words.get(then.word, 0) | bit
    return whole, opening
