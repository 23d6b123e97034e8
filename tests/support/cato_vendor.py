"""Our own CATO server as somebody else's: an account of the hub hands its campaigns to another one over HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.support.calling import AT_ONCE, choose
from tests.support.campaigning import prepared, start
from tests.support.cato import cato_account, with_bytes
from tests.support.dialled_hub import TRUNK, dial, numbered
from tests.support.gateway import Answer
from tests.support.hub import Hub
from tests.support.receiver import Exchange, Received, Receiver, answer
from tests.support.sounds import tone, wav

POLL = "workflows/poll_campaign"
TONE = wav(tone(2))
AUDIO_KEY = "audio/{}/a88a6210-0000-4ee6-886a-7e43f0beeb4f/" + "ab" * 16 + ".wav"


@dataclass(slots=True)
class CatoVendor:
    """Hands requests to a hub. `loses` are words of requests that are done and not answered, each once."""

    hub: Hub
    auth: Mapping[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    loses: set[str] = field(default_factory=set)
    refuses: dict[str, int] = field(default_factory=dict)
    url: str = ""

    def behave(self, exchange: Exchange, request: Received) -> bool:
        """Answer as the function of the route does."""
        parts = urlsplit(request.path)
        said = f"{request.method} {parts.path}"
        self.asked.append(said)
        status = next((status for word, status in self.refuses.items() if word in said), None)
        if status:
            exchange.send(answer(status, b"{}"))
            return False
        told = self._told(request, parts.path, dict(parse_qsl(parts.query)))
        lost = next((word for word in self.loses if word in said), None)
        if lost:
            self.loses.discard(lost)
            return False
        kind = told.headers.get("Content-Type", "application/json")
        links = {"Link": told.headers["Link"]} if "Link" in told.headers else {}
        exchange.send(answer(told.status, told.content or told.text.encode(), Content_Type=kind, **links))
        return False

    def _told(self, request: Received, path: str, query: dict[str, str]) -> Answer:
        auth = {"Authorization": request.headers["authorization"]}
        if request.headers.get("content-type") == "application/octet-stream":
            return self.hub.answer("cato/audio_files", with_bytes(request.method, path, request.body, auth, query))
        return self.hub.request(request.method, path, request.body.decode() or None, auth, query)


@contextmanager
def other_cato(hub: Hub, account: str = "station") -> Iterator[CatoVendor]:
    """A CATO that listens for the time of the block: that of an account with a quick simulator."""
    vendor = CatoVendor(hub, cato_account(hub, account))
    choose(hub, AT_ONCE, account)
    hub.operator("PUT", f"/admin/accounts/{account}/campaigns", TRUNK)
    receiver = Receiver(vendor.behave)
    vendor.url = f"http://127.0.0.1:{receiver.port}"
    receiver.start()
    try:
        with pytest.MonkeyPatch.context() as patched:
            # The test takes the turns of the workflow, so that no start waits.
            patched.setattr("switchboard.campaigns.handover.await_start.LOOKS", 0)
            yield vendor
    finally:
        receiver.stop()


def handed(hub: Hub, vendor: CatoVendor, auth: Mapping[str, str], ends: Sequence[Any], **settings: Any) -> str:
    """The task of an account `acme` that is there, whose telephony is the vendor."""
    task = prepared(hub, auth, numbered(ends), **settings)
    bucket = hub.stack.refs["CampaignsBucket"]
    hub.stack.clients.s3.put_object(Bucket=bucket, Key=AUDIO_KEY.format("acme"), Body=TONE)
    token = vendor.auth["Authorization"].removeprefix("Bearer plain:")
    chosen = {"provider": "cato", "settings": {"base_url": vendor.url, "token": token, "user_id": "acme"}}
    assert hub.operator("PUT", "/admin/accounts/acme/telephony", chosen).status == 200
    return task


def started_there(hub: Hub, vendor: CatoVendor, auth: Mapping[str, str], ends: Sequence[Any], **settings: Any) -> str:
    """The execution of such a task."""
    return str(start(hub, auth, handed(hub, vendor, auth, ends, **settings)).json["taskExecId"])


def poll(hub: Hub, execution: str, part: int = 0, turn: int = 0, account: str = "acme") -> dict[str, Any]:
    """A turn of the workflow."""
    return hub.invoke(POLL, {"account": account, "execution": execution, "part": part, "turn": turn, "wait": 0})


def followed(hub: Hub, execution: str, part: int = 0, most: int = 20) -> dict[str, Any]:
    """Turns, between which the other system dials, until it is over."""
    following = poll(hub, execution, part)
    for turn in range(1, most):
        if following["done"]:
            break
        dial(hub)
        following = poll(hub, execution, part, turn)
    return following
