"""The README's words on speed, made from the figures."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import fill
from typing import Any, Final

from benchmarks.machine import in_words

BEGIN: Final = "<!-- speed: begin -->"
END: Final = "<!-- speed: end -->"


class NoPlaceError(ValueError):
    """A README without the two marks."""


def with_block(readme: str, results: dict[str, Any]) -> str:
    """Return the README with the block between the marks made anew; NoPlaceError without them."""
    before, begin, rest = readme.partition(f"{BEGIN}\n")
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise NoPlaceError(f"README.md: {BEGIN} and {END} are missing; put these lines where the figures should stand")
    return before + begin + "\n".join(_block(results)) + "\n" + end + after


def _block(results: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of the block; parts that were not measured are left out."""
    compare = results["compare"]
    yield from _table(compare)
    yield ""
    yield "![Reports a second of each system, on a logarithmic axis](docs/speed.png)"
    yield ""
    yield _wrapped(_notes(compare))
    yield ""
    if said := [_wrapped(f"- {line}", indent="  ") for line in _said(results)]:
        yield from (*said, "")
    yield _wrapped(f"Measured on {in_words(results['machine'])}.")


def _wrapped(text: str, indent: str = "") -> str:
    return fill(text, width=120, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _table(compare: dict[str, Any]) -> Iterator[str]:
    yield "| system | does | finds in a report | reports/s per core | sinsight's speed is so many times this |"
    yield "| --- | --- | --- | --- | --- |"
    for one in sorted(compare["systems"], key=lambda one: -float(one["median"])):
        label = one["label"] if one["regexes"] or one["name"] == "tokenizer" else f"{one['label']} *"
        low, high = (_number(edge(one["rates"])) for edge in (min, max))
        yield f"| {label} | {one['does']} | {_found(one)} | {_number(one['median'])} ({low}–{high}) | {_times(one)} |"


def _found(one: dict[str, Any]) -> str:
    kinds = {"tokenizer": "words", "sinsight": "lesions", "component": "spans"}
    return f"{one['found']:.0f} {kinds.get(one['name'], 'mentions')}"


def _times(one: dict[str, Any]) -> str:
    if one["name"] == "sinsight":
        return ""
    value, low, high = (one["of_ours"][key] for key in ("value", "low", "high"))
    return f"{value:.3g} ({low:.3g}–{high:.3g})"


def _number(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"


def _notes(compare: dict[str, Any]) -> str:
    rules = compare["rules"]
    return (
        f"{compare['reports']} reports of the corpus of {compare['characters']:,} characters on average; the median of "
        f"{compare['rounds']} rounds with their range, in CPU time, the systems in turns in one session; ratios with "
        f"95 % intervals. All have our {rules['all']} rules of the fields and {rules['context']} of context. "
        f"Those with a * take phrases and no regexes: {rules['whole']} rules whole, of the others the phrases without "
        "a wild word and the wordings of these very reports. Each of the others does its own stage alone; sinsight "
        "goes on to levels, linking, evidence and scores."
    )


def _said(results: dict[str, Any]) -> Iterator[str]:
    """Yield what the other measurements say, as far as they were made."""
    if "scaling" in results:
        length, workers = results["scaling"]["length"], results["scaling"]["workers"]
        times, power = length["times"][-1], length["exponent"]
        yield f"Time grows with the {power:.2f} power of a report's length, up to {times} times."
        rates = f"one worker reads {workers['one']:.0f} reports/s, two {workers['two']:.0f}"
        yield f"Into tables, {rates}: {workers['gain']:.2f} times as many."
    if "memory" in results:
        memory = results["memory"]
        peak, grows, count = memory["peak"], memory["bytes_a_report"], memory["reports"]
        yield f"A worker takes {peak} MiB at its peak and grows by {grows} bytes a report ({count:,} reports)."
    if "startup" in results:
        told = (f"`{name}` {taken:.2f} s" for name, taken in results["startup"].items() if name.startswith("sinsight"))
        yield f"From a cold start: {', '.join(told)}."
    if "hostile" in results:
        hostile = results["hostile"]
        power, size = max(one["power"] for one in hostile["read"]), hostile["characters"] // 1000
        worse = f"{len(hostile['worse'])} of {hostile['patterns']} patterns take more than linear time"
        yield f"Over {size} kB that almost match, {worse}; reading it grows with at most the {power:.2f} power."
