"""The pages of a review: the list of a run's reports, one report to decide on, what was decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from extractor.case.facts import LESION
from extractor.errors import FactError
from extractor.page.agreement import agreement
from extractor.page.corrected import corrected
from extractor.page.forms import Form, read_form
from extractor.page.gold import gold_lines
from extractor.page.lists import found, list_page, wish_of
from extractor.page.origin import Origin
from extractor.page.papers import taken_along
from extractor.page.run import Entry, Run
from extractor.page.site import Site
from extractor.page.store import Decisions, StaleError, Store, Subject
from extractor.page.values import WIDE, WRITTEN, Values, levels_of, values_of, wanted
from extractor.record import Record
from extractor.render.html import sheet_of
from extractor.render.words import grade_words
from extractor.values import LEVELS

_STALE: Final = (
    "Not kept: this report was decided on in another tab or window meanwhile. Here is how it stands now; decide again."
)
_READ_ONLY: Final = "The page was started with --read-only: it keeps no decision.\n"


@dataclass(frozen=True, slots=True)
class Opened:
    """A report that is looked at: what was read, what was decided, and how it stands with that."""

    entry: Entry
    subject: Subject
    origin: Origin
    read: Record
    decided: Decisions

    @property
    def values(self) -> Values:
        """Return all values as they stand."""
        return self.decided.values(values_of(self.read))

    @property
    def texts(self) -> tuple[str, ...]:
        """Return the texts of the record's documents, empty ones where they are not known."""
        return self.origin.texts or ("",) * len(self.read.documents)

    @property
    def record(self) -> Record:
        """Return the record as it stands."""
        return corrected(self.read, self.values) if self.decided.changes else self.read

    @property
    def was(self) -> dict[tuple[str, str], str]:
        """Return what was read, in words, of each value that stands otherwise."""
        before, now = values_of(self.read), self.values
        return {key: _words(key[1], before.get(key, "")) for key, word in now.items() if word != before.get(key, "")}

    @property
    def removed(self) -> tuple[str, ...]:
        """Return the levels that were read as lesions and decided to be none."""
        there = levels_of(self.values)
        return tuple(lesion.level for lesion in self.read.lesions if lesion.level not in there)


def review_routes(site: Site) -> list[Route]:
    """Return the routes of a review; the site has a run."""
    if site.run is None or site.store is None:
        return []
    run, store = site.run, site.store

    async def show_list(request: Request) -> Response:
        return await run_in_threadpool(list_page, site, run, store, request)

    async def show(request: Request) -> Response:
        return await run_in_threadpool(_show, site, run, store, request)

    def deciding(decide: Callable[[Opened, Form, int], None]) -> Callable[..., object]:
        async def answer(request: Request) -> Response:
            if site.read_only:
                return PlainTextResponse(_READ_ONLY, 403)
            form = await read_form(request)
            return await run_in_threadpool(_decide, site, run, store, request, form, decide)

        return answer

    def change(opened: Opened, form: Form, version: int) -> None:
        fields = [LESION] if LESION in form.values else []
        chosen = {name: form.values.get(name, ()) for name in (*fields, *form.values.get("field", ()))}
        changes = wanted(opened.values, form.one("level"), chosen)
        if changes:
            store.change(opened.subject, site.reviewer, version, changes)

    def accept(opened: Opened, form: Form, version: int) -> None:
        if opened.decided.accepted is None:
            store.accept(opened.subject, site.reviewer, version, opened.values)

    def undo(opened: Opened, form: Form, version: int) -> None:
        store.undo(opened.subject, site.reviewer, version)

    async def along(request: Request) -> Response:
        opened = await run_in_threadpool(_open, site, run, store, request)
        return taken_along(opened.record, request.path_params["form"], site)

    async def gold(request: Request) -> Response:
        reviewer = request.query_params.get("reviewer", site.reviewer)
        lines = await run_in_threadpool(lambda: "".join(gold_lines(store.all().get(reviewer, {}), run.origin_of)))
        return Response(
            lines,
            media_type="application/jsonl; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="gold.jsonl"'},
        )

    async def agreeing(request: Request) -> Response:
        return await run_in_threadpool(_agreement, site, store, request)

    return [
        Route("/run", show_list),
        Route("/run/{number:int}", show),
        Route("/run/{number:int}/change", deciding(change), methods=["POST"]),
        Route("/run/{number:int}/accept", deciding(accept), methods=["POST"]),
        Route("/run/{number:int}/undo", deciding(undo), methods=["POST"]),
        Route("/run/{number:int}/{form}", along),
        Route("/gold", gold),
        Route("/agreement", agreeing),
    ]


def _open(site: Site, run: Run, store: Store, request: Request) -> Opened:
    number = int(request.path_params["number"])
    if number >= len(run):
        raise HTTPException(404)
    entry = run.entry(number)
    origin = run.origin(number)
    with site.reading:
        record = run.record(number, origin)
    subject = Subject(entry.id, entry.digest, record.engine.patterns)
    return Opened(entry, subject, origin, record, store.decisions(subject, site.reviewer))


def _show(site: Site, run: Run, store: Store, request: Request, *, problem: str = "", status: int = 200) -> Response:
    opened = _open(site, run, store, request)
    wish = wish_of(request)
    places = found(site, run, store, wish)
    number = opened.entry.number
    sheet = sheet_of("r", opened.record, opened.texts, site.checks)
    return site.page(
        "review.html.j2",
        "run",
        status=status,
        sheet=sheet,
        opened=opened,
        at=f"/run/{number}",
        query=wish.query,
        before=next((each for each in reversed(places) if each < number), None),
        after=next((each for each in places if each > number), None),
        place=places.index(number) + 1 if number in places else None,
        count=len(places),
        problem=problem,
        notes=run.notes,
        wide=WIDE,
        written=WRITTEN,
        levels=[level for level in LEVELS if level not in levels_of(opened.values)],
        values=opened.values,
    )


def _decide(
    site: Site,
    run: Run,
    store: Store,
    request: Request,
    form: Form,
    decide: Callable[[Opened, Form, int], None],
) -> Response:
    """Keep a decision and show how the report stands with it; one that is stale or wrong is said to be so."""
    opened = _open(site, run, store, request)
    version = form.one("version")
    try:
        decide(opened, form, int(version) if version.isdecimal() and len(version) < 9 else -1)
    except StaleError:
        return _show(site, run, store, request, problem=_STALE, status=409)
    except FactError as error:
        return _show(site, run, store, request, problem=f"Not kept: {error}", status=422)
    return RedirectResponse(f"/run/{opened.entry.number}{wish_of(request).query}", 303)


def _agreement(site: Site, store: Store, request: Request) -> Response:
    decisions = store.all()
    reviewers = sorted(decisions)
    counts = {name: sum(one.accepted is not None for one in decisions[name].values()) for name in reviewers}
    first = request.query_params.get("first", site.reviewer if site.reviewer in decisions else "")
    others = [name for name in reviewers if name != first]
    second = request.query_params.get("second", others[0] if others else "")
    agreed = agreement(decisions, first, second) if {first, second} <= set(reviewers) and first != second else None
    return site.page("agreement.html.j2", "agreement", counts=counts, first=first, second=second, agreed=agreed)


def _words(field: str, word: str) -> str:
    if not word:
        return "not stated" if field not in WRITTEN else "none"
    return " or ".join(grade_words(field, one) for one in word.split("|"))
