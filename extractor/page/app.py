"""The routes of the page, and what stands before them."""

from __future__ import annotations

from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route, Router
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from extractor.page.looks import HERE
from extractor.page.papers import paper_routes
from extractor.page.security import Gate
from extractor.page.site import Site


def make_app(site: Site, port: int, report: Callable[[str, Exception], None]) -> Gate:
    """Return the page behind its gate; `report` hears of faults: an id that the answer names, and the error."""

    async def start(request: Request) -> Response:
        return RedirectResponse("/paste" if site.run is None else "/run", 303)

    async def refuse(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        words = {404: "There is no such page.", 405: "This page does not take that."}
        said = words.get(status) or (str(error.detail) if isinstance(error, HTTPException) else "")
        return site.words(status, "Not here" if status == 404 else "Not done", said)

    routes: list[Route | Mount] = [
        Route("/", start),
        Mount("/static", StaticFiles(directory=HERE / "static")),
        *paper_routes(site),
    ]
    if site.run is not None:
        from extractor.page.reviews import review_routes

        routes += review_routes(site)
    # Not an application of starlette, which answers a fault by words of its own before the gate hears of it.
    return Gate(ExceptionMiddleware(Router(routes, default=_nowhere), {HTTPException: refuse}), port, report)


async def _nowhere(scope: Scope, receive: Receive, send: Send) -> None:
    raise HTTPException(404)
