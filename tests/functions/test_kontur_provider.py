"""The hub as the CRM of an integration that speaks Kontur.CRM's protocol: it sends CALL and HANGUP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.hub import Hub
from tests.support.integration import Integration, integrated
from tests.support.kontur import CLIENT

SIDES = {"from": {"type": "user", "userId": "101"}, "to": {"type": "client"}}
LEG = {"externalCallItemId": "262-280-1", "realtimeCallItemId": "rt-7"}


@pytest.fixture
def integration(hub: Hub) -> Iterator[Integration]:
    hub.account()
    with integrated(hub) as made:
        yield made


def call_of(integration: Integration) -> dict[str, Any]:
    """The only call of the account, as the operator sees it."""
    (call,) = integration.hub.operator("GET", "/admin/calls", account="acme").json["calls"]
    return dict(call)


def answered(integration: Integration) -> None:
    """Tell the beginning and the answer of the ordered call."""
    whole = {"externalVatsPhone": "73433000100", "clientPhone": CLIENT, "direction": "outbound"}
    assert integration.tell("call-started", timestamp="2026-03-14T12:00:00+00:00", **whole).status == 200
    for type_, at in (("appeared", "12:00:01"), ("connected", "12:00:05")):
        stamp = f"2026-03-14T{at}+00:00"
        assert integration.tell("call-event", type=type_, timestamp=stamp, **LEG, **SIDES).status == 200


def test_a_call_is_ordered_by_call(integration: Integration) -> None:
    """With the fields of the document, the key of the workspace, and the command's id as the communication."""
    told = integration.originate(f"+{CLIENT}")
    assert told.status == 202, told.text
    (path, body) = integration.asked[0]
    assert path == "/api/v1/acme/communications/call"
    assert body == {"communicationId": told.json["command"]["id"], "fromUserId": "3f6-anna", "clientPhone": CLIENT}
    assert integration.keys == set(integration.key.values())


def test_an_internal_call_names_the_called_user(integration: Integration) -> None:
    """Beside the number."""
    assert integration.originate("102").status == 202
    assert integration.asked[0][1] | {"communicationId": ""} == {
        "communicationId": "", "fromUserId": "3f6-anna", "toUserId": "44d-boris", "clientPhone": "102",
    }  # fmt: skip


def test_the_callbacks_are_the_events_of_the_ordered_call(integration: Integration) -> None:
    """One call, whose id the command named at once; the end of the callbacks is the end of the call."""
    ordered = integration.originate().json["command"]
    answered(integration)
    assert (call_of(integration)["id"], call_of(integration)["state"]) == (ordered["call_id"], "talking")
    whole = {"clientPhone": CLIENT, "direction": "outbound", "timestamp": "2026-03-14T12:01:00+00:00"}
    assert integration.tell("call-finished", **whole).text == '"OK"'
    assert call_of(integration)["state"] == "ended"


def test_a_call_that_fails_is_told_by_call_failed(integration: Integration) -> None:
    """With the communication's id alone, as the document has it."""
    ordered = integration.originate().json["command"]
    assert integration.tell("call-failed", externalId=None).status == 200
    told = call_of(integration)
    assert (told["id"], told["state"], told["disposition"]) == (ordered["call_id"], "ended", "failed")


def test_a_call_is_ended_by_hangup(integration: Integration) -> None:
    """With the leg and the user of the last call-event."""
    call = integration.originate().json["command"]["call_id"]
    answered(integration)
    communication = integration.asked[0][1]["communicationId"]
    told = integration.hub.operator("POST", f"/admin/calls/{call}/hangup")
    assert told.status in (200, 202), told.text
    path, body = integration.asked[-1]
    assert path == f"/api/v1/acme/communications/{communication}/hangup"
    assert body == {"realtimeCallItemId": "rt-7", "userId": "101"}


def test_an_answer_without_the_echo_proves_nothing(integration: Integration) -> None:
    """Another server may have answered, and the call may have been started."""
    integration.echoes = False
    assert integration.originate().status == 504


@pytest.mark.parametrize(("status", "said", "shown"), [
    (409, b'{"status": "notSupported", "message": "Feature Call is not supported by any integration"}', 409),
    (409, b'"Error"', 502), (401, b"", 502), (500, b"", 502), (404, b"", 502),
], ids=str)  # fmt: skip
def test_a_refusal_starts_no_call(integration: Integration, status: int, said: bytes, shown: int) -> None:
    """The operator is told, and may ask again."""
    integration.status, integration.said = status, said
    assert integration.originate().status == shown
    integration.status, integration.said = 200, b'"OK"'
    assert integration.originate().status == 202


@pytest.mark.parametrize("changed", [
    {"base_url": "ftp://x"}, {"workspace": ""}, {"workspace": "a/b"}, {"access_key": "short"}, {"access_key": None},
    {"users": [{"user": "", "extension": "101"}]}, {"users": [{"user": "a", "extension": "x"}]},
], ids=str)  # fmt: skip
def test_settings_that_are_missing_or_wrong_are_refused(hub: Hub, changed: dict[str, Any]) -> None:
    """With the field's name; nothing is stored."""
    hub.account()
    good = {"base_url": "https://crm.example", "workspace": "acme", "access_key": "a-long-key"}
    settings = {name: value for name, value in {**good, **changed}.items() if value is not None}
    told = hub.operator("PUT", "/admin/accounts/acme/telephony", {"provider": "kontur", "settings": settings})
    assert (told.status, told.json["error"]["field"].split(".")[0]) == (400, "settings")


def test_the_key_is_never_shown(integration: Integration) -> None:
    """Neither by the choice nor by a reading of it."""
    shown = integration.hub.operator("GET", "/admin/accounts/acme/telephony")
    assert shown.json["provider"] == "kontur"
    assert integration.key["X-XCOM-AccessKey"] not in shown.text
