"""An Asterisk connects to the hub's WebSocket gateway, and calls go through it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from switchboard.accounts.model import AccountState
from switchboard.aws.accounts_table import AccountsTable
from switchboard.bootstrap.asterisk import switch
from switchboard.telephony.asterisk.model import channel_id
from tests.support.gateway import ws_event
from tests.support.hub import Hub
from tests.support.pbx_day import CONNECTION, GATEWAY, PASSWORD, PING, connect, event, frame


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The requests that the PBX was sent."""
    found: list[dict[str, Any]] = []

    def post(_: Any, connection: str, text: str) -> bool:
        found.append({**json.loads(text), "connection": connection})
        return True

    monkeypatch.setattr("switchboard.aws.pbx_link.GatewayLink.post", post)
    return found


@pytest.fixture
def acme(hub: Hub) -> Hub:
    """An account with an Asterisk and an extension."""
    hub.operator("POST", "/admin/accounts", {"id": "acme", "name": "Acme"})
    hub.operator("POST", "/admin/extensions", {"account": "acme", "number": "104"})
    settings = {"password": PASSWORD}
    hub.operator("PUT", "/admin/accounts/acme/telephony", {"provider": "asterisk", "settings": settings})
    return hub


def call(hub: Hub) -> Any:
    order = {"account": "acme", "extension": "104", "number": "79012345600"}
    return hub.operator("POST", "/admin/calls", order)


def test_a_pbx_is_let_in_by_its_credentials(acme: Hub) -> None:
    """By no others, and with no others' account; the subprotocol is answered."""
    for account, password, status in (
        ("acme", PASSWORD, 200),
        ("acme", "wrong", 401),
        ("acme", "", 401),
        ("", "", 401),
        ("other", PASSWORD, 401),
        ("x" * 3000, PASSWORD, 401),
    ):
        assert connect(acme, account, password) == status
    for authorization in ("", "Bearer x", "Basic %%%", "Basic Og==", "Basic"):
        headers = {"Authorization": authorization}
        assert acme.invoke(GATEWAY, ws_event("$connect", "c", headers=headers))["statusCode"] == 401
    assert PASSWORD not in acme.log.getvalue()


def test_a_suspended_account_has_no_pbx(acme: Hub) -> None:
    """The handshake is refused until the account is active again."""
    rows = AccountsTable(acme.stack.dynamodb, acme.stack.table("AccountsTable")).accounts
    found = rows.get("acme")
    assert found
    rows.save(replace(found, state=AccountState.SUSPENDED))
    assert connect(acme, "acme") == 403


def test_a_call_goes_out_through_the_connection(acme: Hub, sent: list[dict[str, Any]]) -> None:
    """The extension is dialled, then the number; subscribers are told of the call."""
    connect(acme, "acme")
    frame(acme, event("ApplicationRegistered"))
    assert [one["uri"] for one in sent] == ["applications/switchboard/eventFilter"]
    answer = call(acme)
    assert answer.status == 202
    call_id = answer.json["command"]["call_id"]
    frame(acme, event("StasisStart", channel={"id": channel_id(call_id, 0), "state": "Up"}))
    dialled = [json.loads(one["message_body"]) for one in sent if one["uri"] == "channels"]
    assert [one["endpoint"] for one in dialled] == ["PJSIP/104", "PJSIP/79012345600@trunk"]
    acme.work_events()
    (told,) = acme.operator("GET", "/admin/calls", account="acme").json["calls"]
    assert (told["id"], told["direction"]) == (call_id, "outgoing")


def test_without_a_connection_a_call_fails_at_once(acme: Hub, sent: list[dict[str, Any]]) -> None:
    """A later try may succeed, so the reason is `unavailable`; a connection that has gone is forgotten."""
    assert (call(acme).status, sent) == (502, [])
    connect(acme, "acme")
    frame(acme, event("ApplicationRegistered"))
    acme.invoke(GATEWAY, ws_event("$disconnect", CONNECTION))
    answer = call(acme)
    assert (answer.status, "not connected" in answer.text) == (502, True)


def test_the_late_end_of_an_old_connection_ends_no_new_one(acme: Hub, sent: list[dict[str, Any]]) -> None:
    """The new connection mostly comes first; the replaced one is told in the log."""
    connect(acme, "acme")
    connect(acme, "acme", connection="newer")
    acme.invoke(GATEWAY, ws_event("$disconnect", CONNECTION))
    frame(acme, event("ApplicationRegistered"), "newer")
    assert call(acme).status == 202
    assert {one["connection"] for one in sent} == {"newer"}
    assert "pbx.replaced" in acme.log.getvalue()


def test_a_frame_of_nobody_is_dropped(acme: Hub) -> None:
    """Nothing is raised, and nothing queued: an answer would be answered."""
    for text in ("", "no json", event("Dial"), event("ApplicationRegistered"), "x" * 40_000):
        frame(acme, text, "unknown")
    assert not acme.visible("PbxQueue")


def test_every_pbx_is_pinged(acme: Hub, sent: list[dict[str, Any]]) -> None:
    """The ping keeps the connection open."""
    connect(acme, "acme")
    assert acme.invoke(PING, {}) == {"pinged": 1}
    assert [one["uri"] for one in sent] == ["asterisk/ping"]


def test_what_a_pbx_cannot_be_given_is_refused(acme: Hub) -> None:
    """Short passwords, and names of endpoints without the place of the number."""
    path = "/admin/accounts/acme/telephony"
    for settings, field in (
        ({}, "settings.password"),
        ({"password": "short"}, "settings.password"),
        ({"password": PASSWORD, "trunk": "PJSIP/trunk"}, "settings.trunk"),
        ({"password": PASSWORD, "phone": "PJSIP/{number}"}, "settings.phone"),
        ({"password": PASSWORD, "trunk": "PJSIP/{number.x}@t"}, "settings.trunk"),
    ):
        answer = acme.operator("PUT", path, {"provider": "asterisk", "settings": settings})
        assert (answer.status, answer.json["error"]["field"]) == (400, field)
    assert "password" not in acme.operator("GET", path).text


def test_the_audio_of_a_campaign_is_fetched_by_a_signed_address(acme: Hub) -> None:
    """The address ends in `.wav`; another file, another day or another signature is not found."""
    key = "audio/acme/0f5e3a7c/9b1d4e6f.wav"
    acme.stack.clients.s3.put_object(Bucket=acme.stack.refs["CampaignsBucket"], Key=key, Body=b"RIFF1234")
    with acme.running("workers/hear_pbx"):
        path = switch().media(key).removeprefix("https://hub.example")
    assert path.endswith(".wav")
    answer = acme.request("GET", path)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "audio/wav")
    for wrong in (
        path.replace("0f5e3a7c", "0f5e3a7d"),
        path.replace("-", "-0", 1),
        "/telephony/audio/1-x/acme/a/b.wav",
    ):
        assert acme.request("GET", wrong).status == 404
