"""Mango Office, as strict as its document: signed forms both ways, an API over HTTP on loopback, links that open once.

It refuses a wrong key or signature, a request that is no form or has another field, an unknown or missing name in
`json`, an employee or a leg that it does not have, and a route of an answered leg. It sends no event without signature.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlencode

from switchboard.dialects.vendor_requests import VendorAnswer, VendorRequest
from switchboard.kernel.call import CallEvent
from tests.support.audio import mp3_of
from tests.support.gateway import Answer, proxy_event
from tests.support.hub import Hub
from tests.support.receiver import Exchange, Received, Receiver, answer
from tests.unit.builders import parsed

KEY, SALT = "kq3x9m5w7t1z8b2n6v4c0d5f7g9h1j3k", "s8d7f6g5h4j3k2l1q0w9e8r7t6y5u4i3"
TOKEN = f"{KEY}:{SALT}"
AUTH = {"type": "signature", "key": KEY, "secret": SALT}
# By command: the names that `json` must have, and those that it may have.
COMMANDS: dict[str, tuple[set[str], set[str]]] = {
    "commands/callback": ({"command_id", "from", "to_number"}, {"line_number", "sip_headers"}),
    "commands/call/hangup": ({"command_id", "call_id"}, set()),
    "commands/route": ({"command_id", "call_id", "to_number"}, {"sip_headers"}),
    "config/users/request": (set(), {"extension", "ext_fields"}),
    "queries/recording/post": ({"recording_id", "action"}, set()),
}
FORM = "application/x-www-form-urlencoded"
Told = tuple[int, Any, dict[str, str]]
FORMATS: dict[str, int] = {"method": 3101, "sign": 3102, "missing": 3103, "format": 3104, "key": 3105}


def signature(text: str, key: str = KEY, salt: str = SALT) -> str:
    return sha256(f"{key}{text}{salt}".encode()).hexdigest()


class WrongCommandError(Exception):
    """A command is refused with a code of the document."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


@dataclass(slots=True)
class Mango:
    """One PBX. `legs` are the states of its legs, `asked` the commands that it took."""

    hub: Any  # a Hub; None where no event is sent
    address: str = ""
    port: int = 0
    extensions: tuple[str, ...] = ("204", "205")
    legs: dict[str, tuple[str, str]] = field(default_factory=dict)
    recordings: dict[str, bytes] = field(default_factory=dict)
    links: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    down: int = 0  # a status that every command gets

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def behave(self, exchange: Exchange, request: Received) -> bool:
        """Answer a command, or give a file to the first who opens its link."""
        if request.path.startswith("/file/"):
            found = self.links.pop(request.path, None)
            exchange.send(answer(410) if found is None else answer(200, found, Content_Type="audio/mpeg"))
            return False
        status, told, headers = self._respond(request.method, request.path, request.headers, request.body)
        body = b"" if told is None else json.dumps(told).encode()
        exchange.send(answer(status, body, Content_Type="application/json", **headers))
        return False

    def ask(self, request: VendorRequest) -> VendorAnswer:
        """Answer one command in this process."""
        named = {name.lower(): value for name, value in request.headers.items()}
        status, told, headers = self._respond(request.method, request.paths[0], named, request.content or b"")
        return VendorAnswer(status, told, headers=headers)

    def _respond(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Told:
        if self.down:
            return self.down, None, {}
        try:
            name, fields = self._read(method, path, headers, body)
            return self._done(name, fields)
        except WrongCommandError as error:
            return 420, {"code": error.code}, {}

    def _read(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[str, dict[str, Any]]:
        if method != "POST":
            raise WrongCommandError(FORMATS["method"])
        form = parse_qs(body.decode(), keep_blank_values=True, strict_parsing=True)
        if headers.get("content-type") != "application/x-www-form-urlencoded" or form.keys() != {
            "vpbx_api_key",
            "sign",
            "json",
        }:
            raise WrongCommandError(FORMATS["missing"])
        if form["vpbx_api_key"] != [KEY]:
            raise WrongCommandError(FORMATS["key"])
        if form["sign"] != [signature(form["json"][0])]:
            raise WrongCommandError(FORMATS["sign"])
        name, fields = path.removeprefix("/vpbx/"), json.loads(form["json"][0])
        needed, more = COMMANDS[name]
        if not needed <= fields.keys() <= needed | more or len(fields.get("command_id", "")) > 128:
            raise WrongCommandError(FORMATS["format"])
        self.asked.append((name, fields))
        return name, fields

    def _done(self, name: str, fields: dict[str, Any]) -> Told:
        if name == "config/users/request":
            return 200, {"users": [{"general": {}, "telephony": {"extension": one}} for one in self.extensions]}, {}
        if name == "queries/recording/post":
            return self._link(fields["recording_id"])
        if name == "commands/callback":
            self._check_callback(fields)
            self.legs[f"leg-{len(self.legs)}"] = ("Appeared", "abonent")
        else:
            self._check_leg(name, fields)
        if name == "commands/call/hangup":
            self.legs[fields["call_id"]] = ("Disconnected", "abonent")
        return 200, None, {}

    def events(self) -> list[CallEvent]:
        """Return an event of each leg, as the hub has read it."""
        told = {"entry_id": "e", "timestamp": 1772441940, "seq": 1, "to": {"extension": "104"}}
        states = [(leg, state, place) for leg, (state, place) in self.legs.items()]
        return [
            parsed("mango", {**told, "call_id": leg, "call_state": state, "location": place})
            for leg, state, place in states
        ]

    def _check_callback(self, fields: dict[str, Any]) -> None:
        if fields["from"].get("extension") not in self.extensions:
            raise WrongCommandError(3300)
        if not fields["to_number"].isdigit():
            raise WrongCommandError(3200)

    def _check_leg(self, name: str, fields: dict[str, Any]) -> None:
        state, location = self.legs.get(fields["call_id"], ("", ""))
        if not state:
            raise WrongCommandError(3310)
        if state == "Disconnected":
            raise WrongCommandError(4101)
        if name == "commands/route" and location == "abonent" and state != "Appeared":
            raise WrongCommandError(4100)

    def _link(self, recording: str) -> Told:
        if recording not in self.recordings:
            raise WrongCommandError(3320)
        path = f"/file/{len(self.asked)}.mp3"
        self.links[path] = self.recordings[recording]
        return 302, None, {"Location": f"{self.url}{path}"}

    def tell(self, path: str, body: Mapping[str, Any], sign: str | None = None) -> Answer:
        """Post an event below the configured address; signed unless `sign` is given."""
        if path == "events/call":
            self.legs[body["call_id"]] = (body["call_state"], body["location"])
        text = json.dumps(body, ensure_ascii=False)
        return self.post(path, {"vpbx_api_key": KEY, "sign": signature(text) if sign is None else sign, "json": text})

    def check_connection(self) -> Answer:
        """Press the button of the cabinet: a form without `json`, at the address itself."""
        return self.post("", {"vpbx_api_key": KEY, "sign": signature("")})

    def post(self, path: str, form: Mapping[str, str]) -> Answer:
        source = self.address.rpartition("/")[2]
        event = proxy_event("POST", f"/webhooks/mango/{source}/{path}".rstrip("/"), None)
        names = dict(zip(("group", "event", "detail"), path.split("/"), strict=False)) if path else {}
        event["pathParameters"] = {"dialect_or_source": "mango", "source": source, **names}
        event["headers"]["Content-Type"] = FORM
        told: Answer = self.hub.answer("webhooks/other", event | {"body": urlencode(dict(form))})
        return told

    def record(self, recording: str, seconds: float) -> None:
        """Have a recording that can be asked for."""
        self.recordings[recording] = mp3_of(seconds)


@contextmanager
def mango_office(hub: Hub) -> Iterator[Mango]:
    """A PBX of Mango's that listens for the time of the block."""
    vendor = Mango(hub)
    receiver = Receiver(vendor.behave)
    vendor.port = receiver.port
    receiver.start()
    try:
        yield vendor
    finally:
        receiver.stop()
