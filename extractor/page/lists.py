"""The list of a run's reports: searched, filtered, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from extractor.page.run import SHOWS, Run, codes
from extractor.page.site import Site
from extractor.page.store import VERDICTS, Store, Verdict
from extractor.worklist.reasons import load_reasons

#: Rows on one page of the list.
PER_PAGE: Final = 50
#: Shown in the list as well, though no reports to decide on.
QUARANTINED: Final = "quarantined"


@dataclass(frozen=True, slots=True)
class Wish:
    """Which reports are wished for: words of the id, a filter, and how far they are decided on."""

    q: str = ""
    show: str = "all"
    mine: str = "any"

    @property
    def query(self) -> str:
        """Return the wish as the end of an address."""
        wishes = {"q": self.q, "show": self.show, "mine": self.mine}
        plain = {name: word for name, word in wishes.items() if word not in ("", "all", "any")}
        return f"?{urlencode(plain)}" if plain else ""


def wish_of(request: Request) -> Wish:
    """Return what the address of a page wishes for; words that are none are passed over."""
    given = request.query_params
    show, mine = given.get("show", "all"), given.get("mine", "any")
    return Wish(
        given.get("q", "")[:200].strip(),
        show if show in (*SHOWS, *codes(), QUARANTINED) else "all",
        mine if mine in VERDICTS else "any",
    )


def found(site: Site, run: Run, store: Store, wish: Wish) -> list[int]:
    """Return the places of the reports wished for."""
    places = run.find(wish.q, wish.show)
    if wish.mine == "any":
        return places
    verdicts = store.verdicts(site.reviewer)
    ids, digests = run.reports["id"].to_numpy(), run.reports["digest"].to_numpy()
    return [place for place in places if _verdict(verdicts, ids[place], digests[place]) == wish.mine]


def list_page(site: Site, run: Run, store: Store, request: Request) -> Response:
    """Return a page of the list."""
    wish = wish_of(request)
    verdicts = store.verdicts(site.reviewer)
    refused = [row for row in run.quarantine if wish.q.casefold() in row["id"].casefold()]
    places = [] if wish.show == QUARANTINED else found(site, run, store, wish)
    count = len(refused) if wish.show == QUARANTINED else len(places)
    pages = max(1, -(-count // PER_PAGE))
    given = request.query_params.get("page", "1")
    page = min(max(int(given), 1), pages) if given.isdecimal() and len(given) < 9 else 1
    shown = slice((page - 1) * PER_PAGE, page * PER_PAGE)
    entries = [run.entry(place) for place in places[shown]]
    data: dict[str, Any] = {
        "refused": refused[shown],
        "entries": [(entry, _verdict(verdicts, entry.id, entry.digest)) for entry in entries],
        "codes": codes(),
        "urgent": [f"{one.title} ({one.code})" for one in load_reasons() if one.urgent],
        "decided": sum(verdict in ("accepted", "corrected") for _, verdict in verdicts.values()),
    }
    return site.page("list.html.j2", "run", run=run, wish=wish, found=count, page=page, pages=pages, **data)


def _verdict(verdicts: Mapping[str, tuple[str, Verdict]], report: str, digest: str) -> Verdict:
    """Return how far a report is decided on; a decision on another text of it counts for nothing."""
    known, verdict = verdicts.get(report, ("", "undecided"))
    return verdict if known == digest else "undecided"
