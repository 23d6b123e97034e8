"""Answers that go on: what a source says, as long as somebody listens."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from switchboard.errors import Refused, TooMany
from switchboard.lambdas import live as module
from switchboard.lambdas.live import LiveSource, live
from switchboard.lambdas.streaming import Request, Streamed, json_answer


@dataclass
class Script:
    """A source that says what it is told to, then nothing, for ever or until its end."""

    says: list[bytes]
    ends: bool = True
    turns: int = 0
    closed: int = 0
    asked: list[Request] = field(default_factory=list)
    breaks: bool = False

    def open(self, request: Request) -> LiveSource:
        self.asked.append(request)
        return self

    def turn(self) -> bytes | None:
        self.turns += 1
        if self.breaks:
            raise RuntimeError("out of order")
        if self.says:
            return self.says.pop(0)
        return None if self.ends else b""

    def close(self) -> None:
        self.closed += 1


@dataclass
class Client:
    """Hangs up when it has got so many pieces, where that is said."""

    patience: int | None = None
    sent: list[MutableMapping[str, Any]] = field(default_factory=list)
    went: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self) -> MutableMapping[str, Any]:
        await self.went.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: MutableMapping[str, Any]) -> None:
        self.sent.append(message)
        if self.patience is not None and len(self.sent) > self.patience:
            self.went.set()

    @property
    def body(self) -> bytes:
        return b"".join(one.get("body", b"") for one in self.sent)


def refuse(error: Refused) -> Streamed:
    return json_answer(error.status, {"code": error.code})


def ask(script: Script, client: Client | None = None, method: str = "GET", query: bytes = b"") -> Client:
    client = client or Client()
    scope = {
        "type": "http",
        "method": method,
        "path": "/sys/events",
        "query_string": query,
        "headers": [(b"Last-Event-ID", b"7")],
    }
    asyncio.run(_run(script, client, scope))
    return client


async def _run(script: Script, client: Client, scope: dict[str, Any]) -> None:
    await live(script.open, refuse)(scope, client.receive, client.send)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE", 0.001)


def test_what_a_source_says_is_sent_in_pieces() -> None:
    """As soon as it says it, and the answer ends with it."""
    script = Script([b"a", b"", b"b"])
    client = ask(script)
    assert [one.get("body") for one in client.sent] == [None, b"a", b"b", b""]
    assert (client.sent[0]["status"], client.sent[-1]["more_body"], script.closed) == (200, False, 1)


def test_a_source_is_closed_before_its_client_hears_of_the_end() -> None:
    """One that comes again at once finds its place free."""
    script, client = Script([b"a"]), Client()
    closed: list[int] = []
    send = client.send

    async def noting(message: MutableMapping[str, Any]) -> None:
        closed.append(script.closed)
        await send(message)

    client.send = noting  # type: ignore[method-assign]
    ask(script, client)
    assert closed == [0, 0, 1]


def test_a_source_is_told_what_was_asked() -> None:
    """Headers and query."""
    script = Script([])
    ask(script, query=b"ticket=a%2Bb&x=")
    assert (script.asked[0].header("last-event-id"), script.asked[0].query) == ("7", {"ticket": "a+b"})


def test_a_source_is_closed_when_its_client_goes() -> None:
    """Though it has nothing to say."""
    script = Script([b"a"], ends=False)
    ask(script, Client(patience=1))
    assert script.closed == 1


def test_a_refusal_is_whole() -> None:
    """With its status, and nothing to be closed."""

    def full(_: Request) -> LiveSource:
        raise TooMany("full")

    client = Client()
    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    asyncio.run(live(full, refuse)(scope, client.receive, client.send))  # type: ignore[arg-type]
    assert (client.sent[0]["status"], client.body) == (429, b'{"code":"too_many"}')


@pytest.mark.parametrize("method", ["POST", "HEAD", "DELETE"])
def test_there_is_get_alone(method: str) -> None:
    """All else opens nothing."""
    script = Script([])
    assert ask(script, method=method).sent[0]["status"] == 405
    assert script.asked == []


def test_a_source_that_breaks_is_closed() -> None:
    """And the answer does not end as if it were whole."""
    script, client = Script([], breaks=True), Client()
    with pytest.raises(RuntimeError):
        ask(script, client)
    assert script.closed == 1
    assert all(one.get("more_body", True) for one in client.sent)


def test_what_cannot_be_closed_is_logged() -> None:
    """Its client has gone."""

    class Stuck(Script):
        def close(self) -> None:
            raise RuntimeError("out of order")

    assert ask(Stuck([b"a"])).body == b"a"
