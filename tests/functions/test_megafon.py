"""Megafon's family on both sides of the hub: a PBX that tells of calls and makes them, and a CRM."""

import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.support.hub import Hub
from tests.support.megafon import CRM_TOKEN, KEY, MegafonPbx, a_megafon_crm, a_megafon_pbx
from tests.support.receiver import receiving

PHONE, STRANGER = "79110000001", "79110000002"


@pytest.fixture
def office(hub: Hub, links: None, monkeypatch: pytest.MonkeyPatch) -> Hub:
    """An account with two employees, of whom one is responsible for a client."""
    monkeypatch.setattr("switchboard.routing.route.TIME_LIMIT", 60)
    hub.account()
    for number in ("204", "205"):
        hub.operator("POST", "/admin/extensions", {"account": "acme", "number": number})
    rules = [{"numbers": [f"+{PHONE}"], "extension": "204"}]
    hub.operator("PUT", "/admin/accounts/acme/routing", {"rules": rules, "default": ""})
    return hub


def connected(hub: Hub) -> tuple[str, str]:
    """A source for the PBX; its id, and the path of its webhook."""
    auth = {"type": "body", "field": "crm_token", "value": CRM_TOKEN}
    made = hub.operator("POST", "/admin/sources", {"account": "acme", "dialect": "megafon", "auth": auth}).json
    return made["id"], urlsplit(made["webhook_url"]).path


def choose(hub: Hub, pbx: MegafonPbx, source: str) -> None:
    settings = {"base_url": pbx.url, "token": KEY, "source": source}
    wish = {"provider": "megafon", "settings": settings}
    assert hub.operator("PUT", "/admin/accounts/acme/telephony", wish).status == 200


def test_an_incoming_call_reaches_a_standard_destination(office: Hub) -> None:
    """One call with its legs and its end; the responsible employee rang, and the recording was fetched."""
    _, webhook = connected(office)
    with receiving() as receiver, a_megafon_pbx(office, webhook) as pbx:
        wish = {"account": "acme", "dialect": "standard", "url": receiver.url}
        assert office.operator("POST", "/admin/destinations", wish).status == 201
        assert pbx.call_in(PHONE) == "204"
        assert {told.status for told in pbx.answers} == {200}
        assert all(one["done"] for one in office.fetches())
        office.work()
        bodies = [json.loads(request.body) for request in receiver.requests]
    kinds = ["call.started", "leg.started", "call.answered", "leg.ended", "call.ended", "recording.available"]
    assert [body["type"] for body in bodies] == kinds
    assert len({body["data"]["call_id"] for body in bodies}) == 1
    end = bodies[4]["data"]
    assert (end["caller"]["e164"], end["extension"]["received"], end["duration"]) == (f"+{PHONE}", "204", 62)
    (call,) = office.operator("GET", "/admin/calls", account="acme").json["calls"]
    assert (call["state"], call["disposition"]) == ("ended", "answered")
    assert CRM_TOKEN not in json.dumps(office.operator("GET", f"/admin/calls/{call['id']}", account="acme").json)


def test_a_client_of_nobody_is_left_to_the_pbx(office: Hub) -> None:
    """The answer to `contact` is an empty object; those of other commands are 200."""
    _, webhook = connected(office)
    with a_megafon_pbx(office, webhook) as pbx:
        assert pbx.post("contact", callid="1", phone=STRANGER).json == {}
        assert pbx.post("contact", callid="1", phone=PHONE).json == {"responsible": "204"}
        assert pbx.post("event", type="INCOMING", callid="1", phone=PHONE, user="ivanov").status == 200


def test_a_wrong_token_is_refused_in_the_vendors_words(office: Hub) -> None:
    """401 with `error`, and nothing is stored."""
    _, webhook = connected(office)
    with a_megafon_pbx(office, webhook) as pbx:
        pbx.crm_token = "another"
        told = pbx.post("contact", callid="1", phone=PHONE)
    assert (told.status, told.json) == (401, {"error": "Invalid token"})
    assert office.operator("GET", "/admin/calls", account="acme").json["calls"] == []


def test_the_hub_makes_the_token_of_a_source(office: Hub) -> None:
    """Shown once, for the field that the PBX has."""
    made = office.operator("POST", "/admin/sources", {"account": "acme", "dialect": "megafon", "auth": {}}).json
    assert made["auth"] == {"type": "body", "field": "crm_token"}
    assert made["secrets"]["value"]


@pytest.mark.parametrize("generation", [1, 2])
def test_a_call_is_made_by_either_generation(office: Hub, generation: int) -> None:
    """The PBX names the call, so the command knows its call at once, and the events are of this call."""
    source, webhook = connected(office)
    with a_megafon_pbx(office, webhook, generation) as pbx:
        choose(office, pbx, source)
        wish: dict[str, Any] = {"account": "acme", "extension": "204", "number": f"+{STRANGER}"}
        command = office.operator("POST", "/admin/calls", wish).json["command"]
        assert (command["state"], pbx.made) == ("succeeded", [{"callid": "made-1", "phone": STRANGER, "user": "204"}])
        pbx.call_out()
    (call,) = office.operator("GET", "/admin/calls", account="acme").json["calls"]
    assert (call["id"], call["direction"], call["disposition"]) == (command["call_id"], "outgoing", "busy")
    timeline = office.operator("GET", f"/admin/calls/{call['id']}", account="acme").json["timeline"]
    assert [one["kind"] for one in timeline].count("command.succeeded") == 1
    bad = office.operator("POST", "/admin/calls", wish | {"extension": "999"})
    assert (bad.status, len(pbx.made)) == (404, 1)


def test_a_crm_of_the_family_is_told_of_any_pbxs_call(office: Hub) -> None:
    """In forms with its token, every field in place: the call of another vendor's PBX."""
    office.source("s-callevents", dialect="callevents")
    with a_megafon_crm() as crm:
        auth = {"type": "body", "field": "crm_token", "value": CRM_TOKEN}
        wish = {"account": "acme", "dialect": "megafon", "url": crm.url, "auth": auth}
        assert office.operator("POST", "/admin/destinations", wish).status == 201
        for body in CALL:
            assert office.request("POST", "/webhooks/callevents/s-callevents", body).status == 200
            office.work()
        assert crm.refused == []
    assert [one.get("type") if one["cmd"] == "event" else one["cmd"] for one in crm.told] == [
        "contact", "INCOMING", "ACCEPTED", "COMPLETED", "history",
    ]  # fmt: skip
    assert {one["phone"] for one in crm.told} == {PHONE}


AT = {"SessionID": "7", "CityNumber": "4950000002", "Caller": "9110000001"}
CALL: list[dict[str, Any]] = [
    {**AT, "HookType": "CreateIncCall", "StartTime": "2026-11-30 09:15:00"},
    {**AT, "HookType": "AttemptIncCallBegin", "StartTime": "2026-11-30 09:15:01", "Called": "204"},
    {**AT, "HookType": "ChangeIncCall", "StartDuration": "2026-11-30 09:15:09", "Called": "204"},
    {
        **AT,
        "HookType": "EndIncCall",
        "EndTime": "2026-11-30 09:16:02",
        "Duration": 53,
        "ResultCode": "200",
        "Called": "204",
    },
]
