"""Campaigns that are made and started by one form."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tests.support.calling import AT_ONCE, choose
from tests.support.campaigning import PROFILE, add_settings
from tests.support.cato import cato_token, with_bytes
from tests.support.dialled_hub import TRUNK
from tests.support.gateway import Answer
from tests.support.hub import Hub
from tests.support.sounds import tone, wav

CAMPAIGNS, FOLDER, BOUNDARY = "/api/v1/campaigns", "cato/campaigns", "------------------------d74496d66958873e"
LIST = b"fullName;phones\nAnna Lee;79010000100\nBoris Ore;79010000265\n"
SOUND = wav(tone(0.1))
SETTINGS = json.dumps({**PROFILE, "attemptDelayS": 0})
File = tuple[str, str, bytes]  # file name, media type, content
FORM: dict[str, Any] = {
    "name": "flood",
    "settings": SETTINGS,
    "list": ("river.csv", "text/csv", LIST),
    "audio": ("warning.wav", "audio/wav", SOUND),
}


def form(fields: Mapping[str, str | File | Sequence[str | File] | None]) -> bytes:
    """A form as curl sends it; a field of None is left out, and a list is a field that comes several times."""
    pieces = [
        _piece(name, one)
        for name, value in fields.items()
        for one in (value if isinstance(value, list) else [value])
        if one is not None
    ]
    return b"".join(f"--{BOUNDARY}\r\n".encode() + piece + b"\r\n" for piece in pieces) + f"--{BOUNDARY}--\r\n".encode()


def _piece(name: str, value: Any) -> bytes:
    if isinstance(value, str):
        return f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()
    file, kind, data = value
    head = f'Content-Disposition: form-data; name="{name}"; filename="{file}"\r\nContent-Type: {kind}\r\n\r\n'
    return head.encode() + data


def launch(hub: Hub, auth: Mapping[str, str], header: str = "k1", body: bytes | None = None, **fields: Any) -> Answer:
    """Send the form, changed by `fields`, with the key in the header."""
    return hub.answer(FOLDER, sent(auth, header, form({**FORM, **fields}) if body is None else body))


def sent(auth: Mapping[str, str], header: str, body: bytes) -> dict[str, Any]:
    """The event of a form with an idempotency key."""
    headers = {**auth, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    headers |= {"Idempotency-Key": header} if header else {}
    return with_bytes("POST", CAMPAIGNS, body, headers)


def able(hub: Hub, account: str = "acme") -> None:
    """Give an account a quick telephony and channels."""
    choose(hub, AT_ONCE, account)
    assert hub.operator("PUT", f"/admin/accounts/{account}/campaigns", TRUNK).status == 200


def launching_day(hub: Hub) -> None:
    """Launch a campaign, launch it again, rehearse one by a preset, and have one handed over."""
    auth = cato_token(hub)
    able(hub)
    for _ in range(2):
        assert launch(hub, auth, "day").status == 200
    add_settings(hub, auth, name="by day")
    assert launch(hub, auth, "day-2", settings=None, preset="by day", rehearsal="79010000100").status == 200
    told = {"base_url": "https://cato.example", "token": "token", "user_id": "acme"}
    chosen = {"provider": "cato", "settings": told}
    assert hub.operator("PUT", "/admin/accounts/acme/telephony", chosen).status == 200
    assert launch(hub, auth, "day-3").json["result"] == "SUCCESS"
    able(hub)
