"""Megafon's family on both sides of the hub: a PBX that tells of calls and makes them, and a CRM."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from tests.support.gateway import Answer
from tests.support.hub import Hub
from tests.support.megafon import CRM_TOKEN, FORM, KEY, MegafonPbx, a_megafon_crm, a_megafon_pbx
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


def test_a_crm_of_the_family_asks_the_hub_as_its_pbx(office: Hub) -> None:
    """By both generations: a call rings, the users and the history are told. The simulator is the telephony."""
    token = office.operator("POST", "/admin/tokens", {"account": "acme", "kind": "megafon"}).json["token"]
    office.operator("PUT", "/admin/accounts/acme/telephony", {"provider": "simulator"})
    office.source("s-callevents", dialect="callevents")
    for body in CALL:
        office.request("POST", "/webhooks/callevents/s-callevents", body)
    office.work()
    made = command(office, token=token, cmd="makeCall", phone=PHONE, user="204")
    assert (made.status, made.headers["Content-Type"][:10]) == (200, "text/plain")
    again = rest(office, "POST /makecall", token, {"phone": STRANGER, "user": "205"})
    ids = {made.text, again.json["callid"]}
    assert ids == {one["call_id"] for one in office.operator("GET", "/admin/commands", account="acme").json["commands"]}
    names = [one["name"] for one in command(office, token=token, cmd="accounts").json]
    assert names == [one["login"] for one in rest(office, "GET /users", token).json] == ["204", "205"]
    times = {"start": "20261130T000000Z", "end": "20261201T000000Z"}
    (row,) = rest(office, f"GET /history/json?type=in&{urlencode(times)}", token).json
    assert (row["client"], row["user"], row["status"], row["type"]) == (PHONE, "204", "success", "in")
    (line,) = command(office, token=token, cmd="history", **times).text.splitlines()
    assert line.split(",")[1:6] == ["in", PHONE, "204", "74950000002", "20261130T061500Z"]
    assert rest(office, "GET /history/json?type=missed", token).json == []


BAD: list[tuple[dict[str, str], int, str]] = [
    ({"cmd": "makeCall", "user": "204"}, 400, "Invalid parameters: [phone]"),
    ({"cmd": "makeCall", "user": "999", "phone": PHONE}, 400, "Invalid parameters: [user]"),
    ({"cmd": "makeCall", "user": "204", "phone": "sales"}, 400, "Invalid parameters: [phone]"),
    ({"cmd": "history", "period": "never"}, 400, "Invalid parameters: [period]"),
    ({"cmd": "history", "start": "soon"}, 400, "Invalid parameters: [start]"),
    ({"cmd": "history", "type": "lost"}, 400, "Invalid parameters: [type]"),
    ({"cmd": "set_dnd", "user": "204"}, 400, "Invalid parameters: [cmd]"),
    ({"token": "another-token", "cmd": "accounts"}, 401, "Invalid token"),
]


def test_bad_requests_of_such_a_crm_are_refused_in_its_words(office: Hub) -> None:
    """`error` in the first generation, `message` in the second."""
    token = office.operator("POST", "/admin/tokens", {"account": "acme", "kind": "megafon"}).json["token"]
    office.operator("PUT", "/admin/accounts/acme/telephony", {"provider": "simulator"})
    for fields, status, said in BAD:
        told = command(office, **{"token": token, **fields})
        assert (told.status, told.json) == (status, {"error": said})
    for asked, body, shown, status, said in (
        ("GET /users", None, "another-token", 401, "Invalid token"),
        ("POST /makecall", {"phone": PHONE}, token, 400, "Invalid parameters: [user]"),
        ("GET /history/json?type=lost", None, token, 400, "Invalid parameters: [type]"),
    ):
        told = rest(office, asked, shown, body)
        assert (told.status, told.json) == (status, {"message": said})


def command(hub: Hub, **fields: str) -> Answer:
    """A command of the first generation."""
    return hub.request("POST", "/sys/crm_api.wcgp", urlencode(fields), {"Content-Type": FORM})


def rest(hub: Hub, asked: str, token: str, body: Any = None) -> Answer:
    """A request of the second generation: `GET /users`."""
    method, _, url = asked.partition(" ")
    path, _, query = url.partition("?")
    return hub.request(method, f"/crmapi/v1{path}", body, {"X-API-KEY": token}, dict(parse_qsl(query)) or None)
