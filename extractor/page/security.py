"""Who may ask, for what, and what every answer carries: the gate before the page.

It listens on this machine only. Still, any web site open in a browser here can send requests to it, and so can every
program: hence the token, the checks of Host and Origin, and the policy that keeps a page from fetching anything.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: What a request may bring; a report of a million characters fits.
MAX_BODY: Final = 2_000_000
ENTER: Final = "/enter"
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
_HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    # Not `no-referrer`: with that, browsers send forms with "Origin: null", which cannot be told from another site's.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_AGAIN: Final = "Stop sinsight with Ctrl-C and start it again: it prints a new address.\n"
_STRANGER: Final = f"This page opens by the address that `sinsight page` prints, in one browser.\n{_AGAIN}"
_SPENT: Final = f"This address has been used, or is not the one that was printed: it opens the page once.\n{_AGAIN}"
_HOST: Final = "This page answers to 127.0.0.1 and localhost only. Open the address that `sinsight page` printed.\n"
_ORIGIN: Final = "This came from another site, so nothing was changed. Use the page itself.\n"
_LARGE: Final = f"More than {MAX_BODY:,} bytes, which is no single report. Read archives with `sinsight batch`.\n"


class Gate:
    """Lets in who has the token's cookie, from this page, with a body of bounded size; all others get words.

    `report` hears of each fault of the program: an id, and the error. The answer holds the id alone.
    """

    def __init__(self, app: ASGIApp, port: int, report: Callable[[str, Exception], None]) -> None:
        self._app = app
        self._hosts = frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})
        # Cookies do not tell ports apart: two pages at once must not take each other's.
        self._cookie = f"sinsight-{port}"
        self._session = secrets.token_urlsafe(32)
        self._report = report
        self.token: str | None = secrets.token_urlsafe(32)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, _with_headers(send))
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        began = False

        async def noting(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        try:
            await self._app(scope, _bounded(receive), noting)
        except _TooLargeError:
            await PlainTextResponse(_LARGE, 413)(scope, receive, send)
        except Exception as error:  # noqa: BLE001 (its message could quote a report)
            name = secrets.token_hex(4)
            self._report(name, error)
            if not began:
                await PlainTextResponse(f"An error in the program, {name}. The terminal says where.\n", 500)(
                    scope, receive, send
                )

    def _refusal(self, scope: Scope) -> Response | None:
        """Return why a request is not let in, or the way in for one that has the token; None: it is let in."""
        headers = Headers(scope=scope)
        if headers.get("host", "").lower() not in self._hosts:
            return PlainTextResponse(_HOST, 403)
        if scope["method"] not in {"GET", "HEAD"} and not self._is_own(headers):
            return PlainTextResponse(_ORIGIN, 403)
        if scope["path"] == ENTER:
            return self._enter(scope)
        if not self._has_cookie(headers):
            return PlainTextResponse(_STRANGER, 403)
        size = headers.get("content-length", "")
        if size.isdecimal() and int(size) > MAX_BODY:
            return PlainTextResponse(_LARGE, 413)
        return None

    def _is_own(self, headers: Headers) -> bool:
        """Tell whether what changes something was sent by this page."""
        origin = headers.get("origin", "").removeprefix("http://").lower()
        return origin in self._hosts and headers.get("sec-fetch-site", "same-origin") == "same-origin"

    def _enter(self, scope: Scope) -> Response:
        """Exchange the token for the cookie, once."""
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if self.token is None or not hmac.compare_digest(given.encode(), self.token.encode()):
            return PlainTextResponse(_SPENT, 403)
        self.token = None
        response = RedirectResponse("/", 303)
        response.set_cookie(self._cookie, self._session, httponly=True, samesite="strict")
        return response

    def _has_cookie(self, headers: Headers) -> bool:
        try:
            sent = SimpleCookie(headers.get("cookie", "")).get(self._cookie)
        except CookieError:
            return False
        return sent is not None and hmac.compare_digest(sent.value.encode(), self._session.encode())


class _TooLargeError(Exception):
    """A body that goes on beyond what a request may bring."""


def _bounded(receive: Receive) -> Receive:
    """Return what receives a body, which stops at the limit whatever its announced length."""
    size = 0

    async def bounded() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > MAX_BODY:
            raise _TooLargeError
        return message

    return bounded


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(_HEADERS)
        await send(message)

    return sending
