"""Zadarma, as strict as its client and its OpenAPI document: an API over HTTP on loopback, and signed notifications.

It refuses an unsigned request and one whose signature is made otherwise, unknown parameters and wrong values, more
requests than the limit, an address that does not repeat `zd_echo`, and a link that is opened with credentials.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from switchboard.dialects.vendor_requests import VendorAnswer, VendorRequest
from tests.support.audio import mp3_of
from tests.support.gateway import Answer
from tests.support.hub import Hub
from tests.support.receiver import Exchange, Received, Receiver, answer

KEY, SECRET = "a1b2c3d4e5f6a7b8c9d0", "0f1e2d3c4b5a69788796"
TOKEN = f"{KEY}:{SECRET}"
SIGNED = {
    "NOTIFY_START": ("caller_id", "called_did", "call_start"),
    "NOTIFY_INTERNAL": ("caller_id", "called_did", "call_start"),
    "NOTIFY_ANSWER": ("caller_id", "destination", "call_start"),
    "NOTIFY_END": ("caller_id", "called_did", "call_start"),
    "NOTIFY_OUT_START": ("internal", "destination", "call_start"),
    "NOTIFY_OUT_END": ("internal", "destination", "call_start"),
    "NOTIFY_RECORD": ("pbx_call_id", "call_id_with_rec"),
    "NOTIFY_IVR": ("caller_id", "called_did", "call_start"),
}
SWITCHES = ("notify_start", "notify_internal", "notify_answer", "notify_end", "notify_out_start", "notify_out_end")
ALWAYS_ON = ("NOTIFY_RECORD", "NOTIFY_IVR")
PARAMETERS: dict[tuple[str, str], set[str]] = {
    ("GET", "/v1/request/callback/"): {"from", "to", "sip", "predicted"},
    ("GET", "/v1/pbx/record/request/"): {"call_id", "pbx_call_id", "lifetime"},
    ("GET", "/v1/pbx/internal/"): set(),
    ("GET", "/v1/pbx/callinfo/"): set(),
    ("POST", "/v1/pbx/callinfo/url/"): {"url"},
    ("POST", "/v1/pbx/callinfo/notifications/"): set(SWITCHES),
}
Form = Mapping[str, str]


def signature(text: str) -> str:
    """Base64 of the hex text of HMAC-SHA1."""
    return base64.b64encode(hmac.new(SECRET.encode(), text.encode(), hashlib.sha1).hexdigest().encode()).decode()


class WrongRequestError(Exception):
    """The API refuses a request with a status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(slots=True)
class Zadarma:
    """One account. `asked` are the accepted requests, `left` those that the minute's limit leaves."""

    hub: Any  # a Hub; None where no notification is sent
    port: int = 0
    left: int = 100
    hook: str = ""
    switches: dict[str, str] = field(default_factory=lambda: dict.fromkeys(SWITCHES, "false"))
    extensions: tuple[str, ...] = ("204", "205")
    recordings: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, Form]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def behave(self, exchange: Exchange, request: Received) -> bool:
        """Answer one request to the API, or for a file."""
        parts = urlsplit(request.path)
        if parts.path.startswith("/file/"):
            exchange.send(self._file(parts.path, request))
            return False
        status, told = self._respond(request)
        exchange.send(answer(status, json.dumps(told).encode(), Content_Type="application/json"))
        return False

    def ask(self, request: VendorRequest) -> VendorAnswer:
        """Answer one request to the API in this process."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        status, told = self._respond(Received(request.paths[0], headers, request.content or b"", 1, request.method))
        return VendorAnswer(status, told)

    def _respond(self, request: Received) -> tuple[int, dict[str, Any]]:
        try:
            return 200, {"status": "success", **self._told(request)}
        except WrongRequestError as error:
            return error.status, {"status": "error", "message": str(error)}

    def _file(self, path: str, request: Received) -> bytes:
        if "authorization" in request.headers:
            return answer(400, b"A link takes no credentials.")
        found = self.recordings.get(path.removeprefix("/file/").removesuffix(".mp3"))
        return answer(404) if found is None else answer(200, found, Content_Type="audio/mpeg")

    def _told(self, request: Received) -> dict[str, Any]:
        parts = urlsplit(request.path)
        sent = parts.query if request.method == "GET" else request.body.decode()
        params = dict(parse_qsl(sent, keep_blank_values=True, strict_parsing=bool(sent)))
        self._check(request, parts.path, params)
        allowed = PARAMETERS.get((request.method, parts.path))
        if allowed is None:
            raise WrongRequestError(404, "Method not found")
        if set(params) - allowed:
            raise WrongRequestError(400, "Unknown parameter")
        self.asked.append((parts.path, params))
        return self._answers()[parts.path](params)

    def _check(self, request: Received, path: str, params: Form) -> None:
        query = urlencode(sorted(params.items()))
        wanted = signature(path + query + hashlib.md5(query.encode(), usedforsecurity=False).hexdigest())
        if request.headers.get("authorization") != f"{KEY}:{wanted}":
            raise WrongRequestError(401, "Not authorized")
        self.left -= 1
        if self.left < 0:
            raise WrongRequestError(429, "You exceeded the rate limit")

    def _answers(self) -> dict[str, Callable[[Form], dict[str, Any]]]:
        return {
            "/v1/request/callback/": self._callback,
            "/v1/pbx/record/request/": self._link,
            "/v1/pbx/internal/": lambda _: {"pbx_id": 1234, "numbers": list(self.extensions)},
            "/v1/pbx/callinfo/": lambda _: {"url": self.hook, "notifications": self.switches},
            "/v1/pbx/callinfo/url/": self._set_hook,
            "/v1/pbx/callinfo/notifications/": self._switch,
        }

    def _callback(self, params: Form) -> dict[str, Any]:
        if params.get("from") not in self.extensions or not params.get("to", "").isdigit():
            raise WrongRequestError(400, "Wrong number")
        return {"from": params["from"], "to": params["to"], "time": 1_780_000_000}

    def _link(self, params: Form) -> dict[str, Any]:
        if (
            not 180 <= int(params.get("lifetime", "1800")) <= 5_184_000
            or len({"call_id", "pbx_call_id"} & set(params)) != 1
        ):
            raise WrongRequestError(400, "Wrong parameters")
        if params["call_id"] not in self.recordings:
            raise WrongRequestError(400, "Recording not found")
        return {"link": f"{self.url}/file/{params['call_id']}.mp3", "lifetime_till": "2026-12-01 00:00:00"}

    def _set_hook(self, params: Form) -> dict[str, Any]:
        path = urlsplit(params["url"]).path
        echo = hashlib.sha256(path.encode()).hexdigest()
        told = self.hub.request("GET", path, None, None, {"zd_echo": echo})
        if (told.status, told.text) != (200, echo):
            raise WrongRequestError(400, "The address did not answer")
        self.hook = params["url"]
        return {"url": self.hook}

    def _switch(self, params: Form) -> dict[str, Any]:
        if set(params.values()) - {"true", "false"}:
            raise WrongRequestError(400, "Wrong value")
        self.switches.update(params)
        return {"notifications": self.switches}

    def notify(self, fields: Form, sign: str | None = None) -> Answer | None:
        """Post a notification, signed unless `sign` is given; None if the notification is switched off."""
        name = fields["event"]
        if name not in ALWAYS_ON and self.switches.get(name.lower()) != "true":
            return None
        made = signature("".join(fields.get(one, "") for one in SIGNED[name])) if sign is None else sign
        headers = {"Content-Type": "application/x-www-form-urlencoded", **({"Signature": made} if made else {})}
        return self.hub.request("POST", urlsplit(self.hook).path, urlencode(dict(fields)), headers)

    def record(self, recording_id: str, seconds: float) -> None:
        """Have a recording that can be asked for."""
        self.recordings[recording_id] = mp3_of(seconds)


@contextmanager
def zadarma_account(hub: Hub) -> Iterator[Zadarma]:
    """An account of Zadarma that listens for the time of the block."""
    vendor = Zadarma(hub)
    receiver = Receiver(vendor.behave)
    vendor.port = receiver.port
    receiver.start()
    try:
        yield vendor
    finally:
        receiver.stop()
