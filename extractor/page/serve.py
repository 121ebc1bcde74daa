"""Serve the page on this machine, until Ctrl-C."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Final

from extractor.errors import OutputError
from extractor.textfile import reason

if TYPE_CHECKING:
    from extractor.page.site import Site

HOST: Final = "127.0.0.1"


def serve(site: Site, port: int, *, ready: Callable[[str], None], report: Callable[[str, Exception], None]) -> None:
    """Serve until Ctrl-C; `ready` hears the address, whose token opens the page once. OutputError for a taken port.

    Port 0 takes one that is free.
    """
    import uvicorn

    from extractor.page.app import make_app
    from extractor.page.security import ENTER
    from extractor.page.warming import warm

    with closing(_listen(port)) as listening:
        bound = int(listening.getsockname()[1])
        gate = make_app(site, bound, report)
        config = uvicorn.Config(
            gate, access_log=False, log_config=None, lifespan="off", server_header=False, timeout_graceful_shutdown=2
        )
        ready(f"http://{HOST}:{bound}{ENTER}?token={gate.token}")
        warm(site, report)
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listening])


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port))
        # Requests wait from now on, so that the address can be opened as soon as it is printed.
        listening.listen()
    except OSError as error:
        listening.close()
        remedy = "give --port another number, or leave it out"
        raise OutputError(f"port {port}: cannot be used ({reason(error)}); {remedy}") from None
    return listening
