"""Our own IS.VPBX server as somebody else's PBX: its API over HTTP on loopback, served by a hub's functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from tests.support.hub import Hub
from tests.support.receiver import Exchange, Received, Receiver, answer

TOLD = ("authorization", "content-type", "last-event-id", "x-switchboard-hops", "x-xcom-accesskey")


@dataclass(slots=True)
class Vendor:
    """Hands requests to a hub. `refusals` are (method, event or path) → status, answered in the hub's place.

    `before` is done before a path that holds the word is answered.
    """

    hub: Hub
    asked: list[str] = field(default_factory=list)
    refusals: dict[tuple[str, str], int] = field(default_factory=dict)
    before: dict[str, Callable[[], object]] = field(default_factory=dict)
    url: str = ""
    receiver: Receiver = field(default_factory=Receiver)

    def behave(self, exchange: Exchange, request: Received) -> bool:
        """Answer as the function of the route does."""
        method, parts = request.method, urlsplit(request.path)
        body = request.body.decode()
        self.asked.append(f"{method} {parts.path}")
        for word, do in self.before.items():
            if word in parts.path:
                do()
        status = self._refusal(method, parts.path, body + parts.query)
        if status:
            exchange.send(answer(status, b"{}"))
            return False
        headers = {name: value for name, value in request.headers.items() if name in TOLD}
        told = self.hub.request(method, parts.path, body or None, headers, dict(parse_qsl(parts.query)) or None)
        kind = told.headers.get("Content-Type", "application/json")
        exchange.send(answer(told.status, told.content or told.text.encode(), Content_Type=kind))
        return False

    def _refusal(self, method: str, path: str, said: str) -> int | None:
        for (of, what), status in self.refusals.items():
            if of == method and (what in path or what in said):
                return status
        return None


@contextmanager
def vending(hub: Hub) -> Iterator[Vendor]:
    """A PBX that listens for the time of the block."""
    vendor = Vendor(hub)
    receiver = vendor.receiver
    receiver.behave = vendor.behave
    vendor.url = f"http://127.0.0.1:{receiver.port}"
    receiver.start()
    try:
        yield vendor
    finally:
        receiver.stop()
