"""A sample of an archive: chosen by the hash of ids, so that it is the same every time."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator

from extractor.archive.report import Refusal, Report, id_hash


def sample_items(items: Iterable[Report | Refusal], size: int) -> Iterator[Report | Refusal]:
    """Yield `size` of the items in their order, all of them if there are fewer; the whole source is looked through."""
    numbered = ((id_hash(item.id or item.place), number, item) for number, item in enumerate(items))
    for _, _, item in sorted(heapq.nsmallest(size, numbered, key=lambda one: one[:2]), key=lambda one: one[1]):
        yield item
