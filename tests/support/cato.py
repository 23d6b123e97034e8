"""The API of SP5000 CATO as its clients use it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from tests.support.gateway import Answer, proxy_event
from tests.support.hub import Hub

AUDIO = "/api/v1/audio-files"
BYTES = {"Content-Type": "application/octet-stream", "accept": "application/json"}


def cato_token(hub: Hub, account: str = "acme", name: str = "user") -> dict[str, str]:
    """The headers of a new token of an account that is there."""
    wish = {"account": account, "kind": "cato", "name": name}
    return {"Authorization": f"Bearer plain:{hub.operator('POST', '/admin/tokens', wish).json['token']}"}


def cato_account(hub: Hub, account: str = "acme") -> dict[str, str]:
    """A new account, and the headers of its token."""
    hub.account(account)
    return cato_token(hub, account)


def with_bytes(
    method: str, path: str, data: bytes, headers: Mapping[str, str], query: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The event of a request whose body is bytes, as API Gateway passes them on."""
    event = proxy_event(method, path, None, {**BYTES, **headers}, query)
    return event | {"body": base64.b64encode(data).decode(), "isBase64Encoded": True}


def add(hub: Hub, auth: Mapping[str, str], data: bytes, name: str = "flood_warning", **query: str) -> Answer:
    """Add an audio file."""
    return hub.answer("cato/audio_files", with_bytes("PUT", f"{AUDIO}/add/{name}", data, auth, query))


def change(hub: Hub, auth: Mapping[str, str], id_: str, data: bytes) -> Answer:
    """Give an audio file other bytes."""
    return hub.answer("cato/audio_files", with_bytes("PUT", f"{AUDIO}/{id_}", data, auth))


def assert_refused_by_cato(answer: Answer, status: int, reason: str, path: str, says: str = "") -> None:
    """In the documented shape (section 2.2, ruling cato 5)."""
    told = answer.json
    assert told.keys() == {"timestamp", "status", "error", "path", "message"}
    assert (answer.status, told["status"], told["error"], told["path"]) == (status, status, reason, path)
    assert told["timestamp"] > 1_700_000_000_000
    assert says in told["message"]
