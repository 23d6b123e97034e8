"""Our own server as somebody's Kontur.CRM: its callbacks over HTTP on loopback, served by a hub's functions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.parser import BytesParser
from email.policy import HTTP
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl

from switchboard.aws.codec import dump
from switchboard.crm.check_key import NO_CALL
from switchboard.kernel.call import Direction, Kind
from switchboard.kernel.numbers import read_number
from tests.support.builders import an_event
from tests.support.gateway import Answer
from tests.support.hub import Hub
from tests.support.kontur import INTEGRATION, a_key
from tests.support.receiver import Exchange, Received, Receiver, answer

WORKSPACE = "crm"  # the account whose server stands for the CRM
KEY = "key-that-the-crm-gave-us"
SERGEY, OLGA = "6d0f-sergey", "11c2-olga"
USERS = [{"crm_user": SERGEY, "extension": "101"}, {"crm_user": OLGA, "extension": "102"}]


@dataclass(frozen=True, slots=True)
class Told:
    """One message: which callback, its body, and what it was answered."""

    callback: str
    body: dict[str, Any]
    answer: Answer


@dataclass(slots=True)
class Crm:
    """Hands messages to a hub, under a key of that hub's. `refusals` are answers in its place, by callback."""

    hub: Hub
    key: dict[str, str]
    told: list[Told] = field(default_factory=list)
    refusals: dict[str, tuple[int, str]] = field(default_factory=dict)
    files: list[Received] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    url: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def behave(self, exchange: Exchange, request: Received) -> bool:
        """Answer as the function of the route does."""
        path, _, query = request.path.partition("?")
        callback = path.rpartition("/")[2]
        if request.method == "GET":
            return self._tell(exchange, request, dict(parse_qsl(query)))
        if callback == "files":
            return self._take_file(exchange, request)
        with self._lock:
            found = self._answer(callback, request)
            self.told.append(Told(callback, json.loads(request.body), found))
        exchange.send(answer(found.status, found.text.encode(), Content_Type="application/json", **self.headers))
        return True

    def _tell(self, exchange: Exchange, request: Received, query: dict[str, str]) -> bool:
        """Who is responsible, as the hub's own server says it."""
        if query.get("externalId") != NO_CALL:
            self.asked.append(query)
        path = request.path.partition("?")[0]
        status, text = self.refusals.get("call-redirect", (401, "{}"))
        if "call-redirect" not in self.refusals and request.headers.get("x-xcom-accesskey") == KEY:
            found = self.hub.request("GET", path, None, self.key, query)
            status, text = found.status, found.text
        exchange.send(answer(status, text.encode(), Content_Type="application/json"))
        return False

    def _take_file(self, exchange: Exchange, request: Received) -> bool:
        """As the CRM's API of files does: a form with one file, which is answered with its id."""
        with self._lock:
            self.files.append(request)
            told = {"fileId": f"f-{len(self.files)}", "contentLength": len(self.file)}
        status, text = self.refusals.get("files", (200, json.dumps(told)))
        exchange.send(answer(status, text.encode(), Content_Type="application/json", **self.headers))
        return True

    @property
    def file(self) -> bytes:
        """What was uploaded last."""
        return parts_of(self.files[-1])[0].get_payload(decode=True)

    def _answer(self, callback: str, request: Received) -> Answer:
        if request.headers.get("x-xcom-accesskey") != KEY:
            return Answer(401, {}, "{}")
        if callback in self.refusals:
            status, text = self.refusals[callback]
            return Answer(status, {}, text)
        return self.hub.request("POST", request.path, request.body.decode(), self.key)

    def bodies(self, callback: str) -> list[dict[str, Any]]:
        """What a callback was told, in order."""
        return [one.body for one in self.told if one.callback == callback]

    @property
    def names(self) -> list[str]:
        """The callbacks that were called; of call-event its types."""
        return [one.body["type"] if one.callback == "call-event" else one.callback for one in self.told]


def parts_of(request: Received) -> list[Any]:
    """The parts of a form."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    return list(BytesParser(policy=HTTP).parsebytes(head + request.body).iter_parts())


def tell_inbound(hub: Hub, caller: str, call: str = "in-1") -> None:
    """A call of acme's comes in by a telephony of its own that can put calls through."""
    event = an_event(
        call, call_id=call, kind=Kind.CALL_STARTED, dialect="simulator", source="simulator",
        direction=Direction.INCOMING, caller=read_number(caller, "RU"), received_at=datetime.now(UTC),
    )  # fmt: skip
    hub.stack.sqs.send_message(
        QueueUrl=hub.stack.queue("EventsQueue"), MessageBody=dump(event), MessageGroupId=f"acme:{call}",
        MessageDeduplicationId=call,
    )  # fmt: skip


@contextmanager
def connected(hub: Hub, **changed: Any) -> Iterator[Crm]:
    """The account `acme`, connected to a CRM that listens for the time of the block."""
    for id_ in ("acme", WORKSPACE):
        hub.operator("POST", "/admin/accounts", {"id": id_, "name": id_})
    for number in ("101", "102"):
        hub.operator("POST", "/admin/extensions", {"account": "acme", "number": number})
    crm = Crm(hub, a_key(hub, WORKSPACE))
    receiver = Receiver(crm.behave)
    crm.url = f"http://127.0.0.1:{receiver.port}"
    receiver.start()
    try:
        made = hub.operator("POST", "/admin/connectors", {**a_connector(crm.url), **changed})
        assert made.status == 201, made.text
        yield crm
    finally:
        receiver.stop()


def a_connector(url: str) -> dict[str, Any]:
    """What an operator posts."""
    return {
        "account": "acme",
        "kind": "kontur",
        "base_url": url,
        "workspace": WORKSPACE,
        "access_key": KEY,
        "integration": INTEGRATION,
        "vats_phone": "73433000199",
        "users": USERS,
    }
