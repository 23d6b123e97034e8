"""A strict amoCRM in memory. It refuses what the vendor refuses: unknown fields, used tokens, requests above the limit.

Facts: the vendor's PHP library and pages of its API, version 4. A call without a known customer is answered
`Entity not found` and is not written. The search is over the text of all fields, and knows no other spelling of a
number. A logged call cannot be changed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl

from switchboard.dialects.vendor_requests import VendorAnswer, VendorRequest
from tests.support.gateway import Answer
from tests.support.hub import Hub
from tests.support.receiver import Exchange, Received, Receiver, answer

CLIENT_ID, CLIENT_SECRET, REDIRECT = "integration-1", "client-secret-1", "https://hub.example/amocrm"
CODE = "code-1"
PER_SECOND, BAN_AFTER = 7, 20  # requests a second; answers 429 after which every request is answered 403
CALL = {
    "direction": str, "duration": int, "source": str, "phone": str, "uniq": str, "link": str, "call_status": int,
    "call_result": str, "call_responsible": (int, str), "responsible_user_id": int, "created_by": int,
    "created_at": int, "request_id": str,
}  # fmt: skip
REQUIRED = ("direction", "duration", "source", "phone")
OF_NOTE = ("uniq", "duration", "source", "link", "phone", "call_status", "call_result", "call_responsible")
METADATA = {
    "from": str, "phone": str, "called_at": int, "duration": int, "link": str, "service_code": str, "uniq": str,
    "is_call_event_needed": bool,
}  # fmt: skip
CARDS = ("contacts", "leads", "companies", "customers")
TYPE_OF_OAUTH = "https://developers.amocrm.ru/v3/errors/OAuthProblemJson"

Answered = tuple[int, Any]


class Invalid(Exception):
    """A validation error at a path of the body."""


@dataclass(slots=True)
class AmoCrm:
    """One account of amoCRM. `refuse` answers in its place: a status for the next requests to a path."""

    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    lasts: int = 86400
    limited: bool = False  # whether the limit of requests a second is kept; tests with a still clock would reach it
    contacts: dict[int, dict[str, Any]] = field(default_factory=dict)
    calls: list[dict[str, Any]] = field(default_factory=list)
    unsorted: list[dict[str, Any]] = field(default_factory=list)
    notes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    codes: set[str] = field(default_factory=lambda: {CODE})
    refresh_tokens: set[str] = field(default_factory=set)
    access: dict[str, float] = field(default_factory=dict)
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    refuse: dict[str, list[int]] = field(default_factory=dict)
    silent_after: set[str] = field(default_factory=set)  # paths whose next request is carried out and not answered
    url: str = ""
    _ids: Iterator[int] = field(default_factory=lambda: count(41))
    _times: list[float] = field(default_factory=list)
    _throttled: int = 0
    _lock: Lock = field(default_factory=Lock)

    # The account's people and customers.

    def add_contact(self, phone: str, responsible: int = 512, **fields: Any) -> int:
        """Store a contact with a number as somebody typed it. Return its id."""
        id_ = next(self._ids)
        phones = [{"field_code": "PHONE", "values": [{"value": phone, "enum_code": "WORK"}]}] if phone else []
        self.contacts[id_] = {
            "id": id_, "name": f"Contact {id_}", "responsible_user_id": responsible, "custom_fields_values": phones,
            "_embedded": {"leads": []}, **fields,
        }  # fmt: skip
        return id_

    def give_tokens(self) -> dict[str, Any]:
        """Give a new pair; the refresh token is good for one use."""
        number = next(self._ids)
        pair = {"access_token": f"access-{number}", "refresh_token": f"refresh-{number}"}
        self.access[pair["access_token"]] = self._now() + self.lasts
        self.refresh_tokens.add(pair["refresh_token"])
        return {"token_type": "Bearer", "expires_in": self.lasts, **pair}

    # Both ways of asking: in process, and over HTTP on loopback.

    def ask(self, request: VendorRequest) -> VendorAnswer:
        """Answer a request of the hub as the vendor does."""
        status, body = self.answer(request.method, request.paths[0], request.query, request.headers, request.json)
        return VendorAnswer(status, body, json.dumps(body))

    def behave(self, exchange: Exchange, request: Received) -> bool:
        """Answer over HTTP."""
        path, _, query = request.path.partition("?")
        body = json.loads(request.body) if request.body else None
        status, told = self.answer(request.method, path, dict(parse_qsl(query)), request.headers, body)
        if path in self.silent_after:
            self.silent_after.discard(path)
            return False
        text = b"" if told is None else json.dumps(told).encode()
        exchange.send(answer(status, text, Content_Type="application/hal+json"))
        return True

    def answer(self, method: str, path: str, query: Any, headers: Mapping[str, str], body: Any) -> Answered:
        """Return the status and the body of an answer."""
        with self._lock:
            self.asked.append((method, path, body))
            if limit := self._limit():
                return limit
            if self.refuse.get(path):
                return self.refuse[path].pop(0), {"title": "Refused", "status": 0, "detail": ""}
            if path == "/oauth2/access_token":
                return self._token(method, body)
            if not self._is_authorised(headers):
                return 401, {"title": "Unauthorized", "type": "https://httpstatus.es/401", "status": 401, "detail": ""}
            return self._served(method, path, query, body)

    def paths(self) -> list[str]:
        """The requests so far, without those for tokens."""
        return [f"{method} {path}" for method, path, _ in self.asked if "oauth2" not in path]

    def _served(self, method: str, path: str, query: Any, body: Any) -> Answered:
        parts = path.removeprefix("/api/v4/").split("/")
        try:
            if (method, path) == ("POST", "/api/v4/calls"):
                return self._log(_listed(body))
            if (method, path) == ("POST", "/api/v4/leads/unsorted/sip"):
                return self._add_unsorted(_listed(body))
            if (method, path) == ("GET", "/api/v4/contacts"):
                return self._search(query)
            if len(parts) == 3 and parts[0] in CARDS and parts[2] == "notes":
                place = "/".join(parts[:2])
                return self._note(place, _listed(body)) if method == "POST" else self._notes(place, query)
        except Invalid as error:
            return 400, _validation(str(error))
        return 404, {"title": "Not Found", "type": "https://httpstatus.es/404", "status": 404, "detail": ""}

    def _log(self, entries: list[dict[str, Any]]) -> Answered:
        made, errors = [], []
        for entry in entries:
            _check(entry, CALL, REQUIRED)
            if entry["direction"] not in ("inbound", "outbound") or not 1 <= entry.get("call_status", 8) <= 8:
                raise Invalid("direction")
            if any(one.get("uniq") == entry.get("uniq") for one in self.calls):
                raise Invalid("uniq")
            card = next((id_ for id_, one in self.contacts.items() if entry["phone"] in _phones(one)), None)
            if card is None:
                errors.append({"title": "Entity not found", "request_id": entry.get("request_id", "0")})
                continue
            id_ = next(self._ids)
            self.calls.append(entry)
            kind = "call_in" if entry["direction"] == "inbound" else "call_out"
            params = {name: entry[name] for name in OF_NOTE if name in entry}
            self._keep_note(f"contacts/{card}", {"note_type": kind, "params": params})
            made.append({"id": id_, "entity_id": card, "entity_type": "contacts", "request_id": entry["request_id"]})
        told = {"_total_items": len(made), "errors": errors, "_embedded": {"calls": made}}
        return (200, told) if made else (400, {"_total_items": 0, "errors": errors})

    def _add_unsorted(self, items: list[dict[str, Any]]) -> Answered:
        for item in items:
            known = {"request_id": str, "source_name": str, "source_uid": str, "pipeline_id": int, "created_at": int}
            _check(item, {**known, "metadata": dict, "_embedded": dict}, ("source_name", "source_uid", "metadata"))
            _check(item["metadata"], METADATA, ("from", "phone", "called_at", "duration", "link", "uniq"))
            for contact in item["_embedded"]["contacts"]:
                _check(contact, {"name": str, "custom_fields_values": list}, ("name",))
        self.unsorted += items
        return 200, {"_total_items": len(items), "_embedded": {"unsorted": [{"uid": f"u-{next(self._ids)}"}]}}

    def _search(self, query: Mapping[str, str]) -> Answered:
        _check(dict(query), {"query": str, "with": str, "limit": str, "page": str}, ())
        if int(query.get("limit", "50")) > 250:
            raise Invalid("limit")
        wanted = query.get("query", "")
        found = [one for one in self.contacts.values() if wanted in _digits(json.dumps(_texts(one)))]
        return (200, {"_page": 1, "_embedded": {"contacts": found}}) if found else (204, None)

    def _note(self, place: str, notes: list[dict[str, Any]]) -> Answered:
        made = []
        for note in notes:
            known = {"entity_id": int, "note_type": str, "created_at": int, "params": dict, "request_id": str}
            _check(note, known, ("note_type", "params"))
            if note["note_type"] in ("call_in", "call_out"):
                _check(note["params"], {name: CALL[name] for name in OF_NOTE}, ("uniq", "duration", "source", "phone"))
            elif note["note_type"] == "common":
                _check(note["params"], {"text": str}, ("text",))
            else:
                raise Invalid("note_type")
            made.append({"id": self._keep_note(place, note), "request_id": note.get("request_id", "0")})
        return 200, {"_embedded": {"notes": made}}

    def _notes(self, place: str, query: Mapping[str, str]) -> Answered:
        _check(dict(query), {"limit": str, "order[id]": str, "page": str}, ())
        found = self.notes.get(place, [])[::-1]
        return (200, {"_embedded": {"notes": found}}) if found else (204, None)

    def _keep_note(self, place: str, note: dict[str, Any]) -> int:
        id_ = next(self._ids)
        self.notes.setdefault(place, []).append({**note, "id": id_})
        return id_

    # Tokens and limits.

    def _token(self, method: str, body: Any) -> Answered:
        grant = body.get("grant_type") if isinstance(body, dict) else ""
        shown = {"authorization_code": "code", "refresh_token": "refresh_token"}.get(grant, "")
        expected = {"client_id", "client_secret", "grant_type", "redirect_uri", shown}
        if method != "POST" or not shown or set(body) != expected:
            return 400, _oauth_problem(400, "Check the parameters")
        if (body["client_id"], body["client_secret"], body["redirect_uri"]) != (CLIENT_ID, CLIENT_SECRET, REDIRECT):
            return 401, _oauth_problem(401, "Client authentication failed")
        known = self.codes if shown == "code" else self.refresh_tokens
        if body[shown] not in known:
            hint = "Authorization code has been revoked" if shown == "code" else "Token has been revoked"
            return 401, _oauth_problem(401, hint)
        known.discard(body[shown])
        return 200, self.give_tokens()

    def _is_authorised(self, headers: Mapping[str, str]) -> bool:
        lower = {name.lower(): value for name, value in headers.items()}
        scheme, _, token = lower.get("authorization", "").partition(" ")
        return scheme == "Bearer" and self.access.get(token, 0) > self._now()

    def _limit(self) -> Answered | None:
        if not self.limited:
            return None
        now = self._now()
        self._times = [one for one in self._times if one > now - 1]
        if self._throttled >= BAN_AFTER:
            return 403, None
        if len(self._times) >= PER_SECOND:
            self._throttled += 1
            return 429, "Too many requests"
        self._times.append(now)
        return None

    def _now(self) -> float:
        return self.clock().timestamp()


@contextmanager
def listening(crm: AmoCrm) -> Iterator[AmoCrm]:
    """Serve an account over HTTP on loopback for the time of the block."""
    receiver = Receiver(crm.behave)
    crm.url = f"http://127.0.0.1:{receiver.port}"
    receiver.start()
    try:
        yield crm
    finally:
        receiver.stop()


def _listed(body: Any) -> list[dict[str, Any]]:
    if not isinstance(body, list) or not body or not all(isinstance(one, dict) for one in body):
        raise Invalid("body")
    return body


def _check(found: dict[str, Any], known: Mapping[str, Any], required: tuple[str, ...]) -> None:
    for name in required:
        if found.get(name) in (None, ""):
            raise Invalid(name)
    for name, value in found.items():
        if name not in known or not isinstance(value, known[name]) or (value is True and known[name] is not bool):
            raise Invalid(name)


def _validation(path: str) -> dict[str, Any]:
    error = {"code": "NotSupportedChoice", "path": path, "detail": "The value you selected is not a valid choice."}
    return {
        "validation-errors": [{"request_id": "0", "errors": [error]}], "title": "Bad Request",
        "type": "https://httpstatus.es/400", "status": 400, "detail": "Request validation failed",
    }  # fmt: skip


def _oauth_problem(status: int, hint: str) -> dict[str, Any]:
    detail = "В запросе отсутствует ряд параметров или параметры невалидны"
    return {"hint": hint, "title": "Некорректный запрос", "type": TYPE_OF_OAUTH, "status": status, "detail": detail}


def _phones(contact: Mapping[str, Any]) -> list[str]:
    fields = contact.get("custom_fields_values") or []
    return [value["value"] for one in fields if one.get("field_code") == "PHONE" for value in one["values"]]


def _texts(contact: Mapping[str, Any]) -> list[str]:
    fields = contact.get("custom_fields_values") or []
    return [contact.get("name", ""), *(str(value["value"]) for one in fields for value in one["values"])]


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit() or letter == ",")


def connect(hub: Hub, crm: AmoCrm, **changed: Any) -> Answer:
    """Connect the account `acme`; `crm_user` 512 has the extension 101, and 513 has 102."""
    users = [{"crm_user": "512", "extension": "101"}, {"crm_user": "513", "extension": "102"}]
    wish = {
        "account": "acme", "kind": "amocrm", "name": "amoCRM", "base_url": crm.url, "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET, "redirect_uri": REDIRECT, "users": users, **changed,
    }  # fmt: skip
    made = hub.operator("POST", "/admin/connectors", wish)
    assert made.status == 201, made.text
    return made


def authorised(hub: Hub, connector: str = "1", **fields: Any) -> Answer:
    """Give the hub the code of the CRM's owner, or other fields."""
    body = {"code": CODE, **fields}
    return hub.operator("PUT", f"/admin/connectors/{connector}/authorisation", body, account="acme")
