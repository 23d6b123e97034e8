"""A strict portal of Bitrix24 on loopback: it refuses what the vendor's documents say that the portal refuses.

Its rules: tokens that end, a token server whose refresh tokens are good for one use, the idempotency key of `register`,
active users alone, a second `finish` that finds no call, records of finished calls with two suffixes, a rate.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import RLock
from typing import Any
from urllib.parse import parse_qsl, urlencode

from tests.support.crm import parts_of
from tests.support.gateway import Answer, proxy_event
from tests.support.hub import Hub
from tests.support.receiver import Exchange, Received, Receiver, answer

CLIENT_ID, CLIENT_SECRET, MEMBER, APP_TOKEN = "local.5f.acme", "secret-of-the-application", "m-5f1c", "app-token-77"
NOT_FOUND = "Call is not found (call should be registered prior to finishing)"
ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\+\d\d:\d\d|Z)")
STATUS_CODES = {"200", "304", "603", "603-S", "403", "404", "486", "484", "503", "480", "402", "423", "OTHER"}
NEEDS_APPLICATION = {"telephony.externalCall.register", "telephony.externalCall.finish", "event.bind"}


class Refusal(Exception):
    """An answer with an error."""

    def __init__(self, status: int, code: str, text: str = "") -> None:
        super().__init__(code)
        self.status, self.body = status, {"error": code, "error_description": text or code}


@dataclass(slots=True)
class Portal:
    """The portal. `users` are active users, id → inner number; `entities` are clients, number → entity."""

    url: str = ""
    connector: str = "1"  # the hub's connector to the portal
    users: dict[str, str] = field(default_factory=lambda: {"7": "101", "8": "102", "1": "900"})
    entities: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: dict[str, dict[str, Any]] = field(default_factory=dict)
    finished: dict[str, dict[str, Any]] = field(default_factory=dict)
    cards: list[tuple[str, str, str]] = field(default_factory=list)  # method, call, user
    records: dict[str, bytes] = field(default_factory=dict)
    bound: dict[str, str] = field(default_factory=dict)
    lines: set[str] = field(default_factory=set)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    refresh_tokens: set[str] = field(default_factory=lambda: {"refresh-0"})
    access_token: str = "access-0"
    given: int = 0
    left: int = 1000  # requests before the portal limits the rate
    refusals: dict[str, Refusal] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)

    def behave(self, exchange: Exchange, request: Received) -> bool:
        path, _, query = request.path.partition("?")
        with self.lock:
            try:
                status, body = 200, self._serve(path, dict(parse_qsl(query)), request)
            except Refusal as refusal:
                status, body = refusal.status, refusal.body
        exchange.send(answer(status, json.dumps(body).encode(), Content_Type="application/json"))
        return True

    def _serve(self, path: str, query: Mapping[str, str], request: Received) -> dict[str, Any]:
        if path == "/oauth/token/" and request.method == "GET":
            return self._new_pair(query)
        if path.startswith("/upload/"):
            return self._take_record(path.rpartition("/")[2], request)
        method = path.removeprefix("/rest/").removesuffix(".json")
        if "/" in method:  # an incoming webhook: /rest/{user}/{code}/{method}
            raise Refusal(403, "WRONG_AUTH_TYPE", "Current authorization type is denied for this method")
        fields: dict[str, Any] = json.loads(request.body or b"{}")
        if fields.pop("auth", "") != self.access_token:
            raise Refusal(401, "expired_token", "The access token provided has expired.")
        self.left -= 1
        if self.left < 0:
            raise Refusal(503, "QUERY_LIMIT_EXCEEDED", "Too many requests")
        self.asked.append((method, fields))
        if method in self.refusals:
            raise self.refusals[method]
        return {"result": METHODS[method](self, fields), "time": {"operating": 0.1}}

    def _new_pair(self, query: Mapping[str, str]) -> dict[str, Any]:
        if (query.get("client_id"), query.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            raise Refusal(400, "invalid_client")
        if query.get("grant_type") != "refresh_token" or query.get("refresh_token") not in self.refresh_tokens:
            raise Refusal(400, "invalid_grant")
        self.refresh_tokens.discard(query["refresh_token"])
        self.given += 1
        self.access_token = f"access-{self.given}"
        self.refresh_tokens.add(f"refresh-{self.given}")
        return {
            "access_token": self.access_token, "refresh_token": f"refresh-{self.given}", "expires_in": 3600,
            "client_endpoint": f"{self.url}/rest/", "server_endpoint": f"{self.url}/rest/", "member_id": MEMBER,
            "domain": "acme.example", "scope": "crm,telephony,user", "status": "L",
        }  # fmt: skip

    def expire(self) -> None:
        """End the access token."""
        self.access_token = "over"

    def _user(self, fields: Mapping[str, Any]) -> str:
        id_, inner = str(fields.get("USER_ID") or ""), str(fields.get("USER_PHONE_INNER") or "")
        if not id_ and not inner:
            raise Refusal(400, "ERROR_CORE", "USER_ID or USER_PHONE_INNER should be set")
        found = id_ if id_ in self.users else next((one for one, own in self.users.items() if inner == own), "")
        if not found:
            raise Refusal(400, "ERROR_CORE", "User is not found or is not active")
        return found

    def register(self, fields: dict[str, Any]) -> dict[str, Any]:
        user = self._user(fields)
        if str(fields.get("TYPE")) not in ("1", "2", "3", "4", "5"):
            raise Refusal(400, "ERROR_CORE", "Unknown TYPE")
        if not re.fullmatch(r"\+?\d{5,15}", fields.get("PHONE_NUMBER", "")):
            raise Refusal(400, "ERROR_CORE", "Unsupported phone number format")
        if not ISO.fullmatch(fields.get("CALL_START_DATE", "2026-01-01T00:00:00Z")):
            raise Refusal(400, "ERROR_CORE", "CALL_START_DATE should be in the ISO-8601 format")
        own = (
            fields["PHONE_NUMBER"],
            str(fields["TYPE"]),
            user,
            fields.get("LINE_NUMBER"),
            fields.get("EXTERNAL_CALL_ID"),
        )
        for id_, call in self.calls.items():
            if call["key"] == own:
                return {"CALL_ID": id_, "CRM_ENTITY_TYPE": None, "CRM_ENTITY_ID": None}
        id_ = f"externalCall.{len(self.calls):02}.1780000000"
        self.calls[id_] = {**fields, "key": own, "user": user}
        if int(fields.get("SHOW", 1)):
            self.cards.append(("show", id_, user))
        return {"CALL_ID": id_, "CRM_CREATED_LEAD": None, "CRM_CREATED_ENTITIES": []}

    def card(self, method: str, fields: dict[str, Any]) -> bool:
        users = fields.get("USER_ID")
        for user in users if isinstance(users, list) else [users]:
            if str(user) not in self.users:
                return False
            self.cards.append((method, fields["CALL_ID"], str(user)))
        return fields["CALL_ID"] in self.calls

    def finish(self, fields: dict[str, Any]) -> dict[str, Any]:
        if not isinstance(fields.get("CALL_ID"), str):
            raise Refusal(400, "INVALID_ARGUMENT", "CALL_ID must be a string")
        user, call = self._user(fields), fields["CALL_ID"]
        if call not in self.calls or call in self.finished:
            raise Refusal(400, "", NOT_FOUND)
        assert fields.get("STATUS_CODE") in STATUS_CODES
        self.finished[call] = {**fields, "user": user}
        return {"CALL_ID": call, "CALL_DURATION": fields.get("DURATION", 0), "CRM_ACTIVITY_ID": 900, "REST_APP_ID": "7"}

    def attach(self, fields: dict[str, Any]) -> dict[str, Any]:
        if fields["CALL_ID"] not in self.finished:
            text = "Call is not found in the statistic table. It looks like it is not finished yet."
            raise Refusal(400, "ERROR_CORE", text)
        if not fields.get("FILENAME", "").endswith((".wav", ".mp3")):
            raise Refusal(400, "ERROR_CORE", "Wrong file extension")
        return {"uploadUrl": f"{self.url}/upload/{fields['CALL_ID']}", "fieldName": "file"}

    def _take_record(self, call: str, request: Received) -> dict[str, Any]:
        (part,) = parts_of(request)
        assert part.get_param("name", header="content-disposition") == "file"
        self.records[call] = part.get_payload(decode=True)
        return {"result": {"FILE_ID": 5}}

    def search(self, fields: dict[str, Any]) -> list[dict[str, Any]]:
        if not fields.get("PHONE_NUMBER"):
            raise Refusal(400, "ERROR_CORE", "PHONE_NUMBER is empty")
        found = self.entities.get(fields["PHONE_NUMBER"])
        return [found] if found else []

    def find_users(self, fields: dict[str, Any]) -> list[dict[str, Any]]:
        wanted = fields["FILTER"]
        return [
            {"ID": id_, "ACTIVE": True, "UF_PHONE_INNER": inner}
            for id_, inner in self.users.items()
            if wanted.get("UF_PHONE_INNER", inner) == inner and str(wanted.get("ID", id_)) == id_
        ]

    def bind(self, fields: dict[str, Any]) -> bool:
        if fields["event"] in self.bound:
            raise Refusal(400, "ERROR_EVENT_BINDING_EXISTS", "Handler already binded")
        self.bound[fields["event"]] = fields["handler"]
        return True

    def add_line(self, fields: dict[str, Any]) -> dict[str, Any]:
        if fields["NUMBER"] in self.lines:
            raise Refusal(400, "ERROR_CORE", "Line already exists")
        self.lines.add(fields["NUMBER"])
        return {"ID": 1}

    def knows(self, number: str, user: str, status: str = "OPENED") -> None:
        """Make a contact with a responsible user."""
        by = {"ID": user, "TIMEMAN_STATUS": status, "USER_PHONE_INNER": self.users[user]}
        self.entities[number] = {
            "CRM_ENTITY_TYPE": "CONTACT", "CRM_ENTITY_ID": 41, "ASSIGNED_BY_ID": user, "ASSIGNED_BY": by,
        }  # fmt: skip

    def methods(self) -> list[str]:
        """The last words of the methods that were called."""
        return [method.rpartition(".")[2] for method, _ in self.asked]


METHODS: dict[str, Any] = {
    "telephony.externalCall.register": Portal.register,
    "telephony.externalCall.show": lambda portal, fields: portal.card("show", fields),
    "telephony.externalCall.hide": lambda portal, fields: portal.card("hide", fields),
    "telephony.externalCall.finish": Portal.finish,
    "telephony.externalCall.attachRecord": Portal.attach,
    "telephony.externalCall.searchCrmEntities": Portal.search,
    "telephony.externalLine.add": Portal.add_line,
    "user.get": Portal.find_users,
    "event.bind": Portal.bind,
}


def form(event: str, data: Mapping[str, str] | None = None, **auth: str) -> str:
    """An event as the portal posts it."""
    known = {"domain": "acme.example", "member_id": MEMBER, "application_token": APP_TOKEN, **auth}
    fields = {"event": event, "event_handler_id": "12", "ts": "1780000100"}
    fields |= {f"data[{name}]": value for name, value in (data or {}).items()}
    return urlencode({**fields, **{f"auth[{name}]": value for name, value in known.items()}})


def post(hub: Hub, hook: str, body: str, connector: str = "1") -> Answer:
    """Let the portal post a form to a connector's address."""
    path = f"/crm/acme/{connector}/{hook}"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    found = hub.invoke("crm/hooks", proxy_event("POST", path, body, headers))
    return Answer(found["statusCode"], found["headers"], found["body"])


def a_portal_connector(url: str, **changed: Any) -> dict[str, Any]:
    """What an operator posts."""
    settings = {"token_server": url, "default_user": "1", **changed.pop("settings", {})}
    body = {"account": "acme", "kind": "bitrix24", "base_url": url, "vats_phone": "74950000001"}
    return {**body, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "settings": settings, **changed}


@contextmanager
def portal_of(hub: Hub, *, installed: bool = True, **changed: Any) -> Iterator[Portal]:
    """The account `acme`, connected to a portal that listens for the time of the block."""
    hub.operator("POST", "/admin/accounts", {"id": "acme", "name": "acme"})
    portal = Portal()
    receiver = Receiver(portal.behave)
    portal.url = f"http://127.0.0.1:{receiver.port}"
    receiver.start()
    try:
        made = hub.operator("POST", "/admin/connectors", a_portal_connector(portal.url, **changed))
        assert made.status == 201, made.text
        portal.connector = made.json["id"]
        if installed:
            news = form("ONAPPINSTALL", access_token="access-0", refresh_token="refresh-0")
            done = post(hub, "install", news, portal.connector)
            assert done.status == 200, done.text
        portal.asked.clear()
        yield portal
    finally:
        receiver.stop()
