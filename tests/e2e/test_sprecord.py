"""SpRecord's API on the local stack, with the clients that people have: curl, a few lines of Python, a browser."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.receiver import Answer, Received, Receiver
from tests.e2e.conftest import Hub
from tests.e2e.tenants import Tenant, new_tenant
from tests.e2e.way import Way
from tests.unit.builders import sample

CALL = ("incoming_call", "start_talk", "call_end")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


@dataclass(frozen=True)
class Event:
    id: str
    data: Any


class Listener:
    """Server-sent events read as their standard says, over one connection."""

    def __init__(self, answer: httpx.Response) -> None:
        self.last_id = ""
        self._lines = answer.iter_lines()
        self.next_block()  # says from where to go on

    def next_block(self) -> dict[str, str]:
        """The fields up to an empty line; comments are left out."""
        block: dict[str, str] = {}
        for line in self._lines:
            if not line:
                self.last_id = block.get("id", self.last_id)
                return block
            name, _, value = line.partition(":")
            block |= {name: value.removeprefix(" ")} if name else {}
        raise EOFError

    def next_event(self) -> Event:
        block = self.next_block()
        return Event(block["id"], json.loads(block["data"]))


@dataclass
class Sprecord:
    """A new account that has a token for this API and a PBX of this make."""

    hub: Hub
    tenant: Tenant
    auth: dict[str, str]

    @contextmanager
    def listening(self, last_id: str = "", **query: str) -> Iterator[Listener]:
        headers = {"Last-Event-ID": last_id} if last_id else {}
        with self.connected({**({} if query else self.auth), **headers}, query) as answer:
            assert answer.status_code == 200, answer.read()
            yield Listener(answer)

    @contextmanager
    def connected(self, headers: dict[str, str], query: dict[str, str] | None = None) -> Iterator[httpx.Response]:
        url = f"{self.hub.base_url}/sys/events"
        with httpx.stream("GET", url, headers=headers, params=query, trust_env=False, timeout=30) as answer:
            yield answer

    def tell(self, name: str, call: int) -> None:
        body = sample(f"sprecord/{name}")
        body["payload"]["call_id"] = str(call)
        assert self.tenant.post("sprecord", body).status_code == 200

    def ticket(self) -> str:
        answer = self.hub.http.post("/sys/events/ticket", headers=self.auth)
        assert answer.status_code == 201
        return str(answer.json()["ticket"])


@pytest.fixture
def sprecord(hub: Hub) -> Sprecord:
    tenant = new_tenant(hub)
    issued = hub.operator("POST", "/tokens", json={"account": tenant.id, "kind": "sprecord"}).json()
    return Sprecord(hub, tenant, {"Authorization": f"Bearer {issued['token']}"})


def test_a_call_is_told_as_it_happens(sprecord: Sprecord) -> None:
    """On a connection that stays open."""
    with sprecord.listening() as listener:
        for number, name in enumerate(CALL, start=1):
            sprecord.tell(name, 1)
            event = listener.next_event()
            assert (event.id, event.data["event_type"], event.data["payload"]["call_id"]) == (str(number), name, "1")


def test_who_is_cut_off_goes_on_without_gap_or_repeat(sprecord: Sprecord) -> None:
    """Though many calls are told meanwhile, and by several workers at once."""
    heard: list[Event] = []
    with sprecord.listening() as listener:
        sprecord.tell("incoming_call", 0)
        heard.append(listener.next_event())
        last = listener.last_id
    for call in range(1, 21):
        sprecord.tell("incoming_call", call)
    while len(heard) < 21:
        with sprecord.listening(last) as listener:
            heard += [listener.next_event() for _ in range(min(4, 21 - len(heard)))]
            last = listener.last_id
    assert [int(one.id) for one in heard] == list(range(1, 22))
    assert sorted(int(one.data["payload"]["call_id"]) for one in heard) == list(range(21))


def test_a_fourth_connection_waits_until_one_has_gone(sprecord: Sprecord, wait_for: Callable[..., Any]) -> None:
    """It is refused, and let in soon after a client has hung up."""

    def status() -> int:
        with sprecord.connected(sprecord.auth) as answer:
            return answer.status_code

    with ExitStack() as connections:
        first = connections.enter_context(ExitStack())
        # Kept: a reader that nobody holds hangs up.
        held = [one.enter_context(sprecord.listening()) for one in (first, connections, connections)]
        assert (len(held), status()) == (3, 429)
        first.close()
        wait_for(lambda: status() == 200, timeout=30)


def test_a_ticket_opens_the_stream_for_a_browser(sprecord: Sprecord) -> None:
    """And opens it again, in the place of the connection before, whose end nobody has noticed yet."""
    ticket = sprecord.ticket()
    with ExitStack() as connections:
        held = [connections.enter_context(sprecord.listening(ticket=ticket)) for _ in range(5)]
        sprecord.tell("incoming_call", 1)
        assert held[-1].next_event().data["event_type"] == "incoming_call"
    sprecord.tell("call_end", 1)
    with sprecord.listening(ticket=ticket, last_event_id="1") as listener:
        assert listener.next_event().data["event_type"] == "call_end"
    with sprecord.connected({}, {"ticket": ticket + "x"}) as answer:
        assert answer.status_code == 401


def test_curl_shows_the_events(sprecord: Sprecord) -> None:
    """`curl -N`, as the vendor's customers try it."""
    url, header = f"{sprecord.hub.base_url}/sys/events", f"Authorization: {sprecord.auth['Authorization']}"
    program = shutil.which("curl")
    if program is None:
        pytest.skip("there is no curl on this machine")
    curl = subprocess.Popen([program, "-sN", "--noproxy", "*", "-H", header, url], stdout=subprocess.PIPE, text=True)
    assert curl.stdout
    with curl, curl.stdout as output:
        begin = [output.readline() for _ in range(3)]
        sprecord.tell("incoming_call", 1)
        shown = [line for line in iter(output.readline, "\n") if not line.startswith(":")]
        curl.terminate()
    assert begin == ["retry: 1000\n", "id: 0\n", "\n"]
    assert shown[0] == "id: 1\n"
    (data,) = [line for line in shown if line.startswith("data: ")]
    assert json.loads(data.removeprefix("data: "))["event_type"] == "incoming_call"


PAGE = """<!doctype html><script>
const source = new EventSource("{url}");
source.onmessage = event => fetch("/", {{method: "POST", body: event.lastEventId + " " + event.data}});
</script>"""


@contextmanager
def browsing(url: str, profile: Path) -> Iterator[None]:
    """Chromium without a window, on a page."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip("there is no Chromium on this machine")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", f"--user-data-dir={profile}"]
    log = (profile / "browser.log").open("w")
    with log, subprocess.Popen([program, *options, url], stdout=log, stderr=log, start_new_session=True) as browser:
        try:
            yield
        finally:
            os.killpg(browser.pid, signal.SIGKILL)


def test_a_browser_shows_the_events_and_comes_again_by_itself(
    sprecord: Sprecord, receiver: Callable[..., Receiver], tmp_path: Path
) -> None:
    """By its EventSource, from a page of somebody else's; cut off, it goes on with the ticket that it has."""
    way = Way(sprecord.hub.base_url)
    with way:
        url = f"{way.url}/sys/events?last_event_id=0&ticket={sprecord.ticket()}"
        with sprecord.listening() as listener:
            sprecord.tell("incoming_call", 1)
            listener.next_event()
        page = Answer(200, PAGE.format(url=url).encode(), {"Content-Type": "text/html"})
        crm = receiver(lambda request: page if request.method == "GET" else Answer())
        with browsing(crm.url, tmp_path):
            assert crm.wait_for(lambda _: len(told(crm)) == 1, 60)
            assert way.cut() == 1
            sprecord.tell("call_end", 1)
            assert crm.wait_for(lambda _: len(told(crm)) == 2, 60)
    first, second = told(crm)
    assert (first[0], second[0]) == ("1", "2")
    assert [json.loads(data)["event_type"] for _, data in (first, second)] == ["incoming_call", "call_end"]
    assert way.connections == 2


def told(crm: Receiver) -> list[tuple[str, str]]:
    """Id and data of what the page was told; called while the receiver's lock is held, and so from the list itself."""
    posted = [one.body.decode() for one in crm._received if one.method == "POST"]
    return [(id_, data) for id_, _, data in (one.partition(" ") for one in posted)]


def test_a_hook_is_verified_and_told(
    sprecord: Sprecord, receiver: Callable[..., Receiver], wait_for: Callable[..., Any]
) -> None:
    """From the handshake to the end of a call."""

    def crm(request: Received) -> Answer:
        body = request.json()
        if body["event_type"] != "verification":
            return Answer(200)
        return Answer(200, hashlib.md5(body["payload"].encode()).hexdigest().encode())  # noqa: S324 - the vendor's protocol

    knows, does_not = receiver(crm), receiver()
    http, path = sprecord.hub.http, "/sys/subscribe_events"
    wish = {"hook": knows.url, "subscribe": list(CALL)}
    assert http.post(path, json={**wish, "hook": does_not.url}, headers=sprecord.auth).status_code == 400
    assert http.post(path, json=wish, headers=sprecord.auth).json() == wish
    assert http.get(path, headers=sprecord.auth).json() == wish
    for name in CALL:
        sprecord.tell(name, 1)
    assert wait_for(lambda: len(knows.requests) == 1 + len(CALL))
    assert [one.json()["event_type"] for one in knows.requests[1:]] == list(CALL)
