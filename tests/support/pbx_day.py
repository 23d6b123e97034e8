"""A day of an Asterisk that dials out to the hub: it connects, takes orders of every function, and goes."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from switchboard.bootstrap.adapters import telephonies
from switchboard.bootstrap.asterisk import switch
from switchboard.bootstrap.telephony import telephony_of
from switchboard.telephony.asterisk.model import call_id_of, channel_id
from switchboard.telephony.model import CallRef, PlaceCallRequest, PlayedAudio, SuccessKind, SuccessRule
from tests.support.gateway import ws_event
from tests.support.hub import Hub

GATEWAY, WORKER, PING = "telephony/asterisk", "workers/hear_pbx", "workflows/ping_pbxs"
AUDIO = "audio/{}/1/a.wav"
PASSWORD, CONNECTION = "secret-of-the-pbx", "JKJaXmPLvHcESHA="
# Whatever gives orders to an account's telephony.
ORDERING = (
    "admin/commands",
    "kontur/hangup",
    "vpbx/originate",
    "workers/conduct_dialling",
    "workers/make_crm_call",
    "workflows/run_campaign",
)


def pbx_day(hub: Hub, account: str = "acme") -> None:
    """Each function orders and hangs up; a caller is routed; a message is played; the PBX goes."""
    rules = [{"last_employee": {"days": 30}}, {"responsible_user": True}]
    hub.operator("PUT", f"/admin/accounts/{account}/routing", {"rules": rules, "default": ""})
    path = f"/admin/accounts/{account}/telephony"
    hub.operator("PUT", path, {"provider": "asterisk", "settings": {"password": PASSWORD}})
    assert connect(hub, account) == 200
    frame(hub, event("ApplicationRegistered"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("switchboard.telephony.asterisk.check.LOOKS", 1)
        assert hub.operator("POST", f"{path}/check").json["reason"] == "silent"
    for folder in ORDERING:
        order(hub, account, folder)
    caller = {"id": "1700000000.7", "state": "Ring", "caller": {"number": "79161234567"}}
    frame(hub, event("StasisStart", channel=caller))
    channel = channel_id(call_id_of(account, ORDERING[-1]), 0)
    frame(hub, event("StasisStart", channel={"id": channel, "state": "Up"}))
    frame(hub, event("ChannelDestroyed", channel={"id": channel}, cause=16))
    frame(hub, event("ApplicationRegistered", asterisk_id="again"))
    hub.invoke(PING, {})
    with hub.asking_as(WORKER):
        heard = switch().media(AUDIO.format(account)).removeprefix("https://hub.example")
    hub.restart()
    hub.request("GET", heard)
    gone(hub, event("StasisStart", channel={**caller, "id": "1700000000.8"}))
    assert connect(hub, account) == 200
    gone(hub)
    assert connect(hub, account) == 200
    frame(hub, event("ApplicationRegistered"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("switchboard.aws.pbx_link.GatewayLink.post", lambda *_: False)
        assert hub.operator("POST", f"{path}/check").json["reason"] == "not_connected"
    assert connect(hub, account) == 200
    hub.invoke(GATEWAY, ws_event("$disconnect", CONNECTION))
    settings = {"base_url": "http://127.0.0.1:9", "token": "secret-of-another-pbx"}
    assert hub.operator("PUT", path, {"provider": "vpbx", "settings": settings}).status == 200
    assert not hub.operator("POST", f"{path}/check").json["ok"]
    hub.operator("DELETE", path)
    hub.stack.sqs.purge_queue(QueueUrl=hub.stack.refs["PbxQueue"])  # what came while the PBX was away waits there


def connect(hub: Hub, account: str, password: str = PASSWORD, connection: str = CONNECTION) -> int:
    """The status of a handshake."""
    credentials = base64.b64encode(f"{account}:{password}".encode()).decode()
    headers = {"Authorization": f"Basic {credentials}", "Sec-WebSocket-Protocol": "ari"}
    return int(hub.invoke(GATEWAY, ws_event("$connect", connection, headers=headers))["statusCode"])


def frame(hub: Hub, text: str, connection: str = CONNECTION) -> None:
    """Have the PBX send a frame, and the worker apply it."""
    assert hub.invoke(GATEWAY, ws_event("$default", connection, body=text)) == {"statusCode": 200}
    if hub.visible("PbxQueue"):
        hub.poll("PbxQueue", WORKER)


def event(kind: str, **fields: Any) -> str:
    """An event of ARI."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    told = {"type": kind, "timestamp": now, "application": "switchboard", "asterisk_id": "02:fc:00:00:00:01"}
    return json.dumps({**told, **fields})


def order(hub: Hub, account: str, folder: str) -> None:
    """Have a function place a call and hang it up, with its own role; the last one's call goes on."""
    with hub.asking_as(folder):
        chosen = telephonies().get(account)
        assert chosen
        telephony = telephony_of(chosen)
        audio = (PlayedAudio(AUDIO.format(account), 8.0),)
        rule = SuccessRule(SuccessKind.PLAYED_WHOLE)
        call = telephony.place(PlaceCallRequest(folder, account, "79012345601", audio, rule)).call_id
        if folder != ORDERING[-1]:
            telephony.hang_up("cmd", CallRef(account, call, call))
    with pytest.MonkeyPatch.context() as patch, hub.asking_as(folder):
        patch.setattr("switchboard.telephony.asterisk.switch.Switch.send", lambda *_: False)
        with pytest.raises(Exception, match="not connected"):
            telephony.place(PlaceCallRequest(f"{folder} again", account, "79012345601", audio, rule))


def gone(hub: Hub, text: str = "") -> None:
    """Have somebody find that the connection has gone: the worker by a frame, else the ping."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("switchboard.aws.pbx_link.GatewayLink.post", lambda *_: False)
        if text:
            frame(hub, text)
        else:
            hub.invoke(PING, {})
