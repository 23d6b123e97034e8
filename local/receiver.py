import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from local.errors import LocalError


@dataclass(frozen=True, slots=True)
class Received:
    """One request, with its headers by lower-case name and the moment (time.time()) it was there."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    at: float

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    after: float = 0.0


Respond = Callable[[Received], Answer]


class Receiver:
    """An HTTP server on a loopback port, as a context. Keeps requests, and answers as configured.

    Without a port it takes a free one. Raises LocalError where the port is taken.
    """

    def __init__(self, respond: Respond | None = None, port: int = 0) -> None:
        self.respond: Respond = respond or (lambda _: Answer())
        self._received: list[Received] = []
        self._arrived = threading.Condition()
        self._server = _Server(self, port)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def requests(self) -> list[Received]:
        with self._arrived:
            return list(self._received)

    def wait_for(self, enough: Callable[[list[Received]], bool], seconds: float) -> bool:
        with self._arrived:
            return self._arrived.wait_for(lambda: enough(self._received), seconds)

    def keep(self, received: Received) -> Answer:
        with self._arrived:
            self._received.append(received)
            self._arrived.notify_all()
        return self.respond(received)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, receiver: Receiver, port: int) -> None:
        self.receiver = receiver
        try:
            super().__init__(("127.0.0.1", port), _Handler)
        except OSError as error:
            raise LocalError(f"Port {port} cannot be listened on: {error.strerror}.") from error

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a sender that went away is its own affair."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.receiver.keep(Received(self.command, self.path, headers, body, time.time()))
        time.sleep(answer.after)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - the base class looks for these

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Keep quiet: the requests are kept."""
