"""A hub in one process behind an HTTP server on loopback, for a browser."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.support.calling import play
from tests.support.dialled_hub import dial
from tests.support.gateway import Answer, proxy_event, route_for
from tests.support.hub import Hub

TEXTS = ("application/json", "text/", "application/x-www-form-urlencoded")


class ServedHub:
    """Requests of a browser, one after the other. The workers run after each request that changes something."""

    def __init__(self, hub: Hub) -> None:
        self.hub, self.address = hub, ""
        self.lock = Lock()

    def answer(self, method: str, target: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Return the hub's answer, and let the workers run if the request may have changed something."""
        path, query = unquote(urlsplit(target).path), dict(parse_qsl(urlsplit(target).query))
        text = body.decode() if body and headers.get("Content-Type", "").startswith(TEXTS) else None
        event = proxy_event(method, path, text, headers, query)
        if body and text is None:
            event |= {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
        with self.lock:
            found = self.hub.answer(route_for(method, path)[0].folder, event)
            if method != "GET":
                work(self.hub)
        return found


def work(hub: Hub) -> None:
    """Let events, deliveries, simulated calls and campaigns go on until nothing is left that can be done."""
    hub.work()
    dial(hub)
    play(hub)
    hub.work()


@contextmanager
def serving(hub: Hub) -> Iterator[ServedHub]:
    """A hub with an address; the address is that of the loopback interface."""
    served = ServedHub(hub)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Say nothing."""

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            found = served.answer(self.command, self.path, self.rfile.read(length), dict(self.headers.items()))
            data = found.content or found.text.encode()
            self.send_response(found.status)
            for name, value in found.headers.items():
                if name.lower() not in ("content-length", "transfer-encoding"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            with suppress(BrokenPipeError, ConnectionResetError):  # a view was left before its answer came
                self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - the names that http.server calls

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    served.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
