"""The pages of a pasted report: give it, read it, choose grades by hand, take the result along."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from extractor.audit.report import addendum, open_items
from extractor.case.facts import LESION, Fact, check_facts, make_fact
from extractor.errors import FactError, ReportError
from extractor.page.desk import PASTED, Paper, pasted_text, text_of_file
from extractor.page.forms import Form, read_form
from extractor.page.security import MAX_BODY
from extractor.page.site import Site
from extractor.record import FieldValue, Lesion, Record
from extractor.render.case import contradiction_words
from extractor.render.html import sheet_of
from extractor.render.plain import report_text
from extractor.textfile import check_report
from extractor.values import GRADES

_FORGOTTEN = "This report is not here any more: only the last 20 are kept, and none once the page was stopped."
_NO_SPINE = "No spine level is mentioned. Is it the report of another body part?"


def paper_routes(site: Site) -> list[Route]:
    """Return the routes of pasted reports."""

    async def paste(request: Request) -> Response:
        return site.page("paste.html.j2", "paste", text="", encoding="utf-8", problem="", most=MAX_BODY)

    async def take(request: Request) -> Response:
        form = await read_form(request)
        try:
            name, text = await run_in_threadpool(_given, form)
        except ReportError as error:
            kept = {"text": pasted_text(form.one("text")), "encoding": form.one("encoding", "utf-8")}
            return site.page("paste.html.j2", "paste", status=422, problem=str(error), most=MAX_BODY, **kept)
        return RedirectResponse(f"/report/{site.desk.put(name, text).key}", 303)

    async def show(request: Request) -> Response:
        paper = _paper(site, request)
        return _gone(site) if paper is None else await run_in_threadpool(_show, site, paper)

    async def give(request: Request) -> Response:
        paper, form = _paper(site, request), await read_form(request)
        return _gone(site) if paper is None else await run_in_threadpool(_give, site, paper, form)

    async def clear(request: Request) -> Response:
        paper = _paper(site, request)
        if paper is None:
            return _gone(site)
        site.desk.give(paper.key, ())
        return RedirectResponse(f"/report/{paper.key}", 303)

    async def forget(request: Request) -> Response:
        site.desk.drop(request.path_params["key"])
        return RedirectResponse("/paste", 303)

    async def along(request: Request) -> Response:
        paper = _paper(site, request)
        if paper is None:
            return PlainTextResponse(f"{_FORGOTTEN}\n", 404)
        _, record = await run_in_threadpool(_records, site, paper)
        return taken_along(record, request.path_params["form"], site)

    return [
        Route("/paste", paste),
        Route("/paste", take, methods=["POST"]),
        Route("/report/{key}", show),
        Route("/report/{key}/grades", give, methods=["POST"]),
        Route("/report/{key}/clear", clear, methods=["POST"]),
        Route("/report/{key}/forget", forget, methods=["POST"]),
        Route("/report/{key}/{form}", along),
    ]


def taken_along(record: Record, form: str, site: Site) -> Response:
    """Return a record as text for the report, as JSON, or as the draft of an addendum."""
    if form == "json":
        return Response(record.to_json(indent=2), media_type="application/json")
    if form == "addendum":
        return PlainTextResponse(addendum(open_items(record, site.checks)) or "Nothing is open.\n")
    if form == "text":
        return PlainTextResponse(report_text(record))
    return PlainTextResponse("Take it along as text, json or addendum.\n", 404)


def _paper(site: Site, request: Request) -> Paper | None:
    return site.desk.find(request.path_params["key"])


def _gone(site: Site) -> Response:
    return site.words(404, "Report forgotten", _FORGOTTEN, ("/paste", "Paste it again"))


def _given(form: Form) -> tuple[str, str]:
    """Return name and text of the report that a form gives; ReportError where there is none."""
    file = form.files.get("file")
    if file is not None:
        return file.name, text_of_file(file.name, file.data, form.one("encoding", "utf-8"))
    text = pasted_text(form.one("text"))
    check_report(text, name=PASTED)
    return PASTED, text


def _records(site: Site, paper: Paper) -> tuple[Record, Record]:
    """Return what the report says alone, and together with the grades given by hand."""
    with site.reading:
        alone = paper.read(site.patterns)
        return alone, paper.read_with_facts(alone, site.patterns)


def _show(site: Site, paper: Paper, problems: Iterable[str] = (), status: int = 200) -> Response:
    from extractor.reading.reader import mentions_spine

    _, record = _records(site, paper)
    said = [*problems, *contradiction_words(record)]
    if not record.lesions and not mentions_spine(paper.text):
        said.append(_NO_SPINE)
    sheet = sheet_of("r", record, paper.texts, site.checks)
    return site.page("paper.html.j2", "paste", status=status, sheet=sheet, paper=paper, problems=said)


def _give(site: Site, paper: Paper, form: Form) -> Response:
    alone, shown = _records(site, paper)
    try:
        facts = check_facts(tuple(_facts(paper.facts, form, alone, shown)))
    except FactError as error:
        return _show(site, paper, (f"Not taken over: {form.one('level')} {error}",), 422)
    site.desk.give(paper.key, facts)
    return RedirectResponse(f"/report/{paper.key}", 303)


def _facts(given: Iterable[Fact], form: Form, alone: Record, shown: Record) -> list[Fact]:
    """Return the facts after a form: of each field that it changes, what it says; none where the report says so."""
    level = form.one("level")
    found = {(fact.level, fact.field): fact for fact in given}
    for name in form.values.get("field", ()):
        before = _value(shown, level, name)
        chosen = form.values.get(name, ())
        if name not in GRADES or before is None or _said(before) == set(chosen):
            continue
        # Pain is the whole report's, unless the report ties it to this level.
        place = "" if name == "pain" and before.grades == shown.findings.pain.grades else level
        found.pop((place or None, name), None)
        said = _value(alone, place, name)
        if chosen and (said is None or set(said.grades) != set(chosen)):
            found[place or None, name] = make_fact(place, name, "+".join(chosen))
    certainty = form.one(LESION)
    lesion = _lesion(shown, level)
    if certainty and lesion is not None and certainty != lesion.certainty:
        found[level, LESION] = make_fact(level, LESION, certainty)
    return list(found.values())


def _said(value: FieldValue) -> set[str]:
    return set() if value.status == "missing" else set(value.grades)


def _value(record: Record, level: str, field: str) -> FieldValue | None:
    if not level:
        return record.findings.pain
    lesion = _lesion(record, level)
    return lesion.fields.get(field) if lesion else None


def _lesion(record: Record, level: str) -> Lesion | None:
    return next((lesion for lesion in record.lesions if lesion.level == level), None)
