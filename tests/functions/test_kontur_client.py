"""A connector tells its Kontur.CRM of the account's calls; our own server is the CRM."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.crm import OLGA, SERGEY, WORKSPACE, Crm, connected
from tests.support.hub import Hub
from tests.support.kontur import INTEGRATION

CLIENT, LINE = "79161234567", "73433000100"
CALL = "9d2c1b7a5e4f60318899aabbccddeeff"


@pytest.fixture
def crm(hub: Hub) -> Iterator[Crm]:
    with connected(hub) as crm:
        hub.source()
        yield crm


def happens(hub: Hub, name: str, at: str, **params: Any) -> None:
    """An event of a call at the account's IS.VPBX."""
    told = {"call_id": CALL, "event_date": f"2026-03-14 17:{at}", "src_phone": CLIENT, "dst_phone": LINE, **params}
    body = {"type": "call_event", "event_name": name, "params": told}
    assert hub.request("POST", "/webhooks/vpbx/s-office", body).status == 200
    hub.work_events()


def answered(hub: Hub) -> None:
    """Two phones ring, Sergey's is answered, and somebody hangs up."""
    happens(hub, "start.call", "00:00", direction=1)
    happens(hub, "local.in.call", "00:01", real_local_number="101")
    happens(hub, "local.in.call", "00:02", real_local_number="102")
    happens(hub, "start.talk", "00:10", real_local_number="101")
    happens(hub, "end.call", "01:10", disposition="ANSWER", duration=70, billsec=60, wait_time=10)


def missed(hub: Hub) -> None:
    happens(hub, "start.call", "00:00", direction=1)
    happens(hub, "local.in.call", "00:01", real_local_number="102")
    happens(hub, "end.call", "00:30", disposition="NOANSWER", duration=30, billsec=0, wait_time=30)


def states(hub: Hub) -> set[str]:
    found = [one for state in ("delivered", "dead", "pending", "parked")
             for one in hub.operator("GET", "/admin/deliveries", state=state).json["deliveries"]]  # fmt: skip
    return {one["state"] for one in found}


def test_an_answered_call_is_told_from_its_start_to_its_whole(hub: Hub, crm: Crm) -> None:
    """In the order in which the CRM wants to hear of it, each taken by the CRM."""
    answered(hub)
    hub.work()
    assert crm.names == [
        "call-started", "appeared", "appeared", "connected", "disconnected", "finished", "call-finished",
        "register-call",
    ]  # fmt: skip
    assert {one.answer.status for one in crm.told} == {200}
    assert states(hub) == {"delivered"}


def test_what_follows_carries_the_crms_id(hub: Hub, crm: Crm) -> None:
    """As it was in the answer to the first message, which is longer than what is kept of an answer."""
    answered(hub)
    hub.work()
    id_ = crm.told[0].answer.json["id"]
    assert "communicationId" not in crm.told[0].body
    assert {one.body["communicationId"] for one in crm.told[1:]} == {id_}


def test_a_call_is_told_as_the_document_has_it(hub: Hub, crm: Crm) -> None:
    """Numbers without plus, times with their zone, and the client's side."""
    answered(hub)
    hub.work()
    assert crm.told[0].body == {
        "timestamp": "2026-03-14T12:00:00.000000+00:00",
        "externalId": CALL,
        "externalVatsPhone": LINE,
        "clientPhone": CLIENT,
        "direction": "inbound",
    }


def test_the_calls_id_has_the_integrations_name_where_the_document_prints_it(hub: Hub, crm: Crm) -> None:
    """In call-event and call-finished; call-started and register-call have the id alone."""
    answered(hub)
    hub.work()
    ids = {callback: {body["externalId"] for body in crm.bodies(callback)} for callback in dict.fromkeys(
        one.callback for one in crm.told)}  # fmt: skip
    assert ids == {
        "call-started": {CALL}, "call-event": {f"{INTEGRATION}/{CALL}"}, "call-finished": {f"{INTEGRATION}/{CALL}"},
        "register-call": {CALL},
    }  # fmt: skip


def test_a_leg_has_the_same_ids_to_its_end(hub: Hub, crm: Crm) -> None:
    """And names the CRM's user at its extension."""
    answered(hub)
    hub.work()
    legs: dict[str, list[str]] = {}
    for body in crm.bodies("call-event"):
        assert body["externalCallItemId"] == body["realtimeCallItemId"]
        assert body["from"] == {"type": "client"}
        legs.setdefault(body["externalCallItemId"], []).append(f"{body['to']['userId']} {body['type']}")
    assert sorted(legs.values()) == [
        [f"{OLGA} appeared", f"{OLGA} disconnected"],
        [f"{SERGEY} appeared", f"{SERGEY} connected", f"{SERGEY} finished"],
    ]


def test_a_call_is_registered_with_its_legs(hub: Hub, crm: Crm) -> None:
    """Who took it has a start."""
    answered(hub)
    hub.work()
    (body,) = crm.bodies("register-call")
    by_user = {item["to"]["userId"]: item for item in body["items"]}
    assert body["externalCreatedAt"] == "2026-03-14T12:00:00.000000+00:00"
    assert by_user[SERGEY]["startedAt"] == "2026-03-14T12:00:10.000000+00:00"
    assert by_user[SERGEY]["finishedAt"] == "2026-03-14T12:01:10.000000+00:00"
    assert "startedAt" not in by_user[OLGA]
    assert all(item["recordings"] == [] for item in body["items"])


def test_a_missed_call_is_registered_too(hub: Hub, crm: Crm) -> None:
    """Without anybody who took it."""
    missed(hub)
    hub.work()
    assert crm.names == ["call-started", "appeared", "disconnected", "call-finished", "register-call"]
    (body,) = crm.bodies("register-call")
    assert [set(item) & {"startedAt", "finishedAt"} for item in body["items"]] == [{"finishedAt"}]


def test_a_call_of_which_only_the_end_is_heard_is_registered_and_no_more(hub: Hub, crm: Crm) -> None:
    """Nobody's screen shows a call that is over."""
    happens(hub, "end.call", "01:10", disposition="ANSWER", duration=70, billsec=60, wait_time=10)
    hub.work()
    assert crm.names == ["register-call"]


def test_a_line_that_nobody_told_is_the_connectors(hub: Hub, crm: Crm) -> None:
    """And a user at no extension of the CRM's is a user without an id."""
    happens(hub, "start.call", "00:00", direction=1, dst_phone="")
    happens(hub, "local.in.call", "00:01", real_local_number="109", dst_phone="109")
    hub.work()
    assert crm.told[0].body["externalVatsPhone"] == "73433000199"
    assert crm.told[1].body["to"] == {"type": "user"}


def test_the_calls_are_the_same_at_the_other_end(hub: Hub, crm: Crm) -> None:
    """What was told comes out of the CRM's own hub as it went in."""
    answered(hub)
    hub.work()
    hub.work_events()
    calls = {account: hub.operator("GET", "/admin/calls", account=account).json["calls"] for account in ("acme", "crm")}
    (here,), (there,) = calls["acme"], calls["crm"]
    for name in ("state", "direction", "talk_duration"):
        assert here[name] == there[name]


def test_a_communication_that_is_not_found_is_healed_by_the_whole_call(hub: Hub, crm: Crm) -> None:
    """Each is tried a few times, and then the call goes on; the last message has no id that the CRM does not know."""
    lost = (409, json.dumps({"status": "communicationNotFound", "message": "Communication not found. Id: x"}))
    crm.refusals = dict.fromkeys(("call-event", "call-finished"), lost)
    missed(hub)
    hub.work()
    assert crm.names.count("appeared") == 3
    assert crm.names[-1] == "register-call"
    assert crm.told[-1].answer.status == 200
    assert "communicationId" not in crm.told[-1].body
    assert states(hub) == {"delivered", "dead"}


def test_a_message_that_is_invalid_is_not_repeated(hub: Hub, crm: Crm) -> None:
    """It would be as invalid again."""
    wrong = (409, json.dumps({"errors": {"direction": ["no"]}, "status": 400}))
    crm.refusals = {"call-started": wrong}
    missed(hub)
    hub.work()
    assert crm.names.count("call-started") == 1
    assert crm.told[-1].answer.status == 200
    assert crm.names[-1] == "register-call"


def test_a_crm_in_trouble_gets_everything_in_order_later(hub: Hub, crm: Crm) -> None:
    """Like any receiver."""
    crm.refusals = {"call-started": (503, "busy")}
    happens(hub, "start.call", "00:00", direction=1)
    hub.work_events()
    hub.poll("DeliveriesQueue", "workers/deliver")
    happens(hub, "local.in.call", "00:01", real_local_number="102")
    crm.refusals = {}
    hub.work()
    taken = [one.callback for one in crm.told if one.answer.status == 200]
    assert taken == ["call-started", "call-event"]
    assert crm.told[-1].body["communicationId"] == crm.told[-2].answer.json["id"]


def test_another_accounts_calls_are_not_told(hub: Hub, crm: Crm) -> None:
    """A connector is its account's."""
    hub.account("other")
    hub.source("s-foreign", account="other")
    body = {"type": "call_event", "event_name": "start.call", "params": {"call_id": "x", "direction": 1}}
    hub.request("POST", "/webhooks/vpbx/s-foreign", body)
    hub.work()
    assert crm.told == []


def night(hub: Hub, *accounts: str) -> dict[str, Any]:
    """The CRM is told of what it missed."""
    told = hub.invoke("workflows/register_missed_calls", {"accounts": list(accounts)})
    hub.work()
    return told


def now_missed(hub: Hub) -> None:
    """A call of just now that nobody took."""
    for name in ("start.call", "end.call"):
        params = {"call_id": CALL, "src_phone": CLIENT, "dst_phone": LINE, "direction": 1}
        hub.request("POST", "/webhooks/vpbx/s-office", {"type": "call_event", "event_name": name, "params": params})
    hub.work_events()


def test_a_call_that_the_crm_refused_is_registered_at_night(hub: Hub, crm: Crm) -> None:
    """Once."""
    crm.refusals = {"register-call": (409, json.dumps({"errors": {"items": ["no"]}, "status": 400}))}
    now_missed(hub)
    hub.work()
    crm.refusals = {}
    assert night(hub) == {"registered": 1, "more": False}
    assert night(hub) == {"registered": 0, "more": False}
    assert [one.answer.status for one in crm.told if one.callback == "register-call"] == [409, 200]


def test_a_call_that_the_crm_has_is_not_registered_again(hub: Hub, crm: Crm) -> None:
    """Nor one that is on its way."""
    now_missed(hub)
    assert night(hub, "acme") == {"registered": 0, "more": False}
    hub.work()
    assert night(hub, "acme") == {"registered": 0, "more": False}
    assert len(crm.bodies("register-call")) == 1


def test_calls_of_before_the_connector_are_registered_at_night(hub: Hub) -> None:
    """Those of the last two days; other accounts' are not."""
    hub.account("acme")
    hub.account("other")
    for source, account in (("s-office", "acme"), ("s-foreign", "other")):
        hub.source(source, account=account)
    now_missed(hub)
    happens(hub, "end.call", "01:10")
    hub.work()
    with connected(hub) as crm:
        assert night(hub)["registered"] == 1
        assert crm.names == ["register-call"]


def test_a_night_that_is_too_short_says_so(hub: Hub, crm: Crm) -> None:
    """The next one goes on."""
    crm.refusals = {"register-call": (409, json.dumps({"errors": {"items": ["no"]}, "status": 400}))}
    now_missed(hub)
    hub.work()
    told = hub.invoke("workflows/register_missed_calls", {}, remaining=1.0)
    assert told == {"registered": 0, "more": True}


def test_a_delivery_shows_the_message_that_the_crm_got(hub: Hub, crm: Crm) -> None:
    """With the CRM's id of the call and its users, and the CRM's address; not the message as first rendered."""
    answered(hub)
    hub.work()
    shown = hub.operator("GET", "/admin/deliveries", state="delivered").json["deliveries"]
    got = {json.dumps(one.body, sort_keys=True) for one in crm.told}
    assert {json.dumps(json.loads(one["body"]), sort_keys=True) for one in shown} == got
    assert {one["url"].rpartition("/")[0] for one in shown} == {
        f"{crm.url}/api/v1/{WORKSPACE}/communications/callbacks/telephony"
    }
