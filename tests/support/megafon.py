"""A PBX of Megafon's family, and a CRM-side integration that was written for one. Both are as strict as their papers.

The PBX posts forms with `crm_token`, rings whom the answer to `contact` names, and serves one generation of its API.
The CRM refuses a wrong token with 401, and with 400 any command that lacks a field or has an unknown word.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.support.gateway import Answer
from tests.support.hub import Hub
from tests.support.receiver import Exchange, Received, Receiver, answer

FORM = "application/x-www-form-urlencoded"
KEY, CRM_TOKEN = "pbx-key-0123456789abcdef", "crm-token-0123456789abcdef"
DIGITS = re.compile(r"[1-9][0-9]{4,14}")
START = re.compile(r"\d{8}T\d{6}Z")
TYPES = {"INCOMING", "ACCEPTED", "COMPLETED", "CANCELLED", "OUTGOING", "TRANSFERRED"}
STATUSES = {
    "in": {"success", "missed"},
    "out": {"success", "missed", "cancel", "busy", "notavailable", "notallowed", "notfound"},
}
NEEDED = {
    "event": {"type", "callid", "phone", "user"},
    "history": {"type", "status", "callid", "phone", "user", "start", "duration"},
    "contact": {"phone", "callid"},
    "rating": {"callid", "user", "phone", "rating"},
}
USERS = {"ivanov": "204", "petrova": "205"}


@dataclass(slots=True)
class MegafonPbx:
    """The PBX. `generation` is that of its API; `made` are the calls that the API started."""

    hub: Hub
    webhook: str
    generation: int = 2
    crm_token: str = CRM_TOKEN
    made: list[dict[str, str]] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    receiver: Receiver = field(default_factory=Receiver)

    @property
    def url(self) -> str:
        """The address of its API, and of its recordings."""
        return f"http://127.0.0.1:{self.receiver.port}"

    def post(self, cmd: str, **fields: str) -> Answer:
        """Post a command to the CRM, which is the hub."""
        body = urlencode({"cmd": cmd, "crm_token": self.crm_token, **fields})
        told = self.hub.request("POST", self.webhook, body, {"Content-Type": FORM})
        self.answers.append(told)
        self.hub.work()
        return told

    def call_in(self, phone: str, callid: str = "991") -> str:
        """An incoming call that is answered and recorded. Returns the extension that rang."""
        told = {"callid": callid, "phone": phone, "diversion": "74950000002"}
        responsible = str(self.post("contact", **told).json.get("responsible", ""))
        login = next((user for user, ext in USERS.items() if responsible in (user, ext)), "petrova")
        employee = {**told, "user": login, "ext": USERS[login], "direction": "in"}
        for name in ("INCOMING", "ACCEPTED", "COMPLETED"):
            self.post("event", type=name, **employee)
        self.history(employee, type="in", status="Success", duration="62", link=f"{self.url}/records/{callid}.mp3")
        return USERS[login]

    def call_out(self, place: int = -1) -> None:
        """The call that the API started: its employee answered, the client was busy."""
        wish = self.made[place]
        told = {"callid": wish["callid"], "phone": wish["phone"], "user": wish["user"], "ext": wish["user"]}
        self.post("event", type="OUTGOING", **told)
        self.history(told, type="out", status="Busy", duration="4")

    def history(self, told: dict[str, str], **more: str) -> None:
        self.post("history", **{**told, "start": "20261130T061500Z", **more})

    def behave(self, exchange: Exchange, request: Received) -> bool:
        """Serve the API and the recordings."""
        path = urlsplit(request.path).path
        if path.startswith("/records/"):
            exchange.send(answer(200, b"ID3" + b"\0" * 2048, Content_Type="audio/mpeg"))
            return False
        status, body = self._second(request, path) if self.generation == 2 else self._first(request, path)
        exchange.send(answer(status, body.encode(), Content_Type="application/json"))
        return False

    def _first(self, request: Received, path: str) -> tuple[int, str]:
        if path != "/sys/crm_api.wcgp" or request.method != "POST":
            return 404, "<html>Not found</html>"
        fields = dict(parse_qsl(request.body.decode()))
        if request.headers.get("content-type") != FORM or fields.get("token") != KEY:
            return 401, '{"error":"Invalid token"}'
        if fields.get("cmd") == "accounts":
            return 200, json.dumps([{"name": user, "realName": user, "ext": ext} for user, ext in USERS.items()])
        if fields.get("cmd") != "makeCall" or not self._takes(fields):
            return 400, '{"error":"Invalid parameters"}'
        return 200, self._begin(fields)

    def _second(self, request: Received, path: str) -> tuple[int, str]:
        if request.headers.get("x-api-key") != KEY:
            return 401, '{"message":"Unauthorized"}'
        if (request.method, path) == ("GET", "/crmapi/v1/users"):
            return 200, json.dumps([{"login": user, "ext": ext} for user, ext in USERS.items()])
        if (request.method, path) != ("POST", "/crmapi/v1/makecall"):
            return 404, '{"message":"Not found"}'
        fields = json.loads(request.body)
        if not self._takes(fields):
            return 400, '{"message":"Bad request"}'
        return 200, json.dumps({"callid": self._begin(fields)})

    def _takes(self, fields: dict[str, Any]) -> bool:
        """Digits without `+`, and a known employee."""
        known = {*USERS, *USERS.values()}
        return bool(DIGITS.fullmatch(str(fields.get("phone")))) and fields.get("user") in known

    def _begin(self, fields: dict[str, str]) -> str:
        callid = f"made-{len(self.made) + 1}"
        self.made.append({"callid": callid, "phone": fields["phone"], "user": fields["user"]})
        return callid


@contextmanager
def a_megafon_pbx(hub: Hub, webhook: str, generation: int = 2) -> Iterator[MegafonPbx]:
    """A PBX that listens for the time of the block."""
    pbx = MegafonPbx(hub, webhook, generation)
    pbx.receiver.behave = pbx.behave
    pbx.receiver.start()
    try:
        yield pbx
    finally:
        pbx.receiver.stop()


@dataclass(slots=True)
class MegafonCrm:
    """The CRM. `told` are the commands that it took, `refused` why it refused others, `responsible` its managers."""

    responsible: dict[str, str] = field(default_factory=dict)
    told: list[dict[str, str]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    receiver: Receiver = field(default_factory=Receiver)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.receiver.port}/megafon"

    def behave(self, exchange: Exchange, request: Received) -> bool:
        """Take a command, or refuse it."""
        status, said = self._heard(request)
        exchange.send(answer(status, json.dumps(said).encode(), Content_Type="application/json"))
        return False

    def _heard(self, request: Received) -> tuple[int, dict[str, Any]]:
        fields = dict(parse_qsl(request.body.decode()))
        if request.headers.get("content-type") != FORM or fields.pop("crm_token", "") != CRM_TOKEN:
            self.refused.append("token")
            return 401, {"error": "Invalid token"}
        if wrong := self._wrong(fields):
            self.refused.append(wrong)
            return 400, {"error": "Invalid parameters"}
        self.told.append(fields)
        return 200, self._known(fields["phone"]) if fields["cmd"] == "contact" else {}

    def _known(self, phone: str) -> dict[str, str]:
        found = self.responsible.get(phone)
        return {"contact_name": "A client", "responsible": found} if found else {}

    @staticmethod
    def _wrong(fields: dict[str, str]) -> str:
        """What is wrong with a command, empty for a good one."""
        cmd = fields.get("cmd", "")
        if missing := NEEDED.get(cmd, {"cmd"}) - {name for name, value in fields.items() if value}:
            return f"{cmd}: {sorted(missing)}"
        if cmd == "event" and fields["type"] not in TYPES:
            return f"event: {fields['type']}"
        if cmd == "history":
            known = STATUSES.get(fields["type"], set())
            good = (
                fields["status"].lower() in known and START.fullmatch(fields["start"]) and fields["duration"].isdigit()
            )
            return "" if good else f"history: {fields}"
        return "" if not fields["phone"].startswith("+") else f"{cmd}: +"


@contextmanager
def a_megafon_crm(**responsible: str) -> Iterator[MegafonCrm]:
    """A CRM that listens for the time of the block; `responsible` maps `p79110000001` to an employee."""
    crm = MegafonCrm({phone.lstrip("p"): user for phone, user in responsible.items()})
    crm.receiver.behave = crm.behave
    crm.receiver.start()
    try:
        yield crm
    finally:
        crm.receiver.stop()
