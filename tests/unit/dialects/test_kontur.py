"""Kontur.CRM's messages: what leaves in them and comes in again, and how they are completed and their answers read."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.dialects.event_with_call import EventWithCall
from switchboard.dialects.kontur import client
from switchboard.dialects.kontur.render import call_of_leg, leg_id
from switchboard.dialects.kontur.tables import KINDS
from switchboard.dialects.model import Rendered
from switchboard.dialects.registry import readers
from switchboard.kernel.call import AppliedEvent, CallEvent, Disposition, Kind, Number
from tests.unit.builders import parsed, played, rendered_as
from tests.unit.dialects.strategies import FEW, calls

WHOLE = ("call-started", "call-finished", "register-call")
# A direction that nobody told is `internal` between short numbers, else `inbound`.
each_vendor = pytest.mark.parametrize("source", readers())


def as_posted(message: Rendered) -> dict[str, Any]:
    """As the server that it is sent to reads it."""
    return {"callback": message.path.strip("/"), **message.body}


def told(data: st.DataObject, source: str) -> list[tuple[AppliedEvent, Rendered, CallEvent]]:
    """What happened, each message that tells it, and what that is read as."""
    return [
        (done, message, parsed("kontur", as_posted(message)))
        for done in played(data.draw(calls(source)))
        for message in rendered_as("kontur", done)
    ]


def digits(number: Number | None) -> str:
    return (number.e164 or number.received).lstrip("+") if number else ""


@each_vendor
@given(data=st.data())
@FEW
def test_what_can_be_said_is_kept(source: str, data: st.DataObject) -> None:
    """Kind, call, time, direction, the other party and the extension, of any event of any vendor."""
    for done, message, back in told(data, source):
        assert done.call is not None
        assert back.kind is KINDS[message.event_names[0]] is message.kind
        assert back.external_id == done.call.id
        if back.name in WHOLE:
            outward = EventWithCall(done.event, done.call).outward
            assert (back.direction == "outgoing") is outward
            # A call between two users has no client: either of them may stand there.
            both = message.body["direction"] == "internal"
            clients = (back.caller, back.callee) if both else (back.callee if outward else back.caller,)
            assert message.body["clientPhone"].lstrip("+") in map(digits, clients)
        if "timestamp" in message.body:
            assert back.at == datetime.fromisoformat(message.body["timestamp"])


@each_vendor
@given(data=st.data())
@FEW
def test_a_call_that_is_registered_comes_in_as_it_was(source: str, data: st.DataObject) -> None:
    """Whether anybody talked, who did, and when."""
    for done, message, back in told(data, source):
        if back.name == "register-call" and done.call:
            expected = Disposition.ANSWERED if done.call.answered else Disposition.NO_ANSWER
            assert back.disposition is expected
            assert len(message.body["items"]) == max(1, len(done.call.legs))


@each_vendor
@given(data=st.data())
@FEW
def test_the_messages_of_a_call_are_in_order(source: str, data: st.DataObject) -> None:
    """The start is told once, the whole once and last; a leg connects after it has appeared."""
    messages = [message for _, message, _ in told(data, source)]
    names = [message.event_names[0] for message in messages]
    assert names.count("call-started") <= 1
    assert names.count("register-call") <= 1
    assert "register-call" not in names[:-1]
    seen = set()
    for message in messages:
        if message.body.get("type") == "connected":
            assert message.body["externalCallItemId"] in seen
        seen.add(message.body.get("externalCallItemId"))


def test_a_leg_s_id_names_its_call() -> None:
    """Whatever is in the call's own."""
    assert call_of_leg(leg_id("a-b-c", "101")) == "a-b-c"
    assert call_of_leg("nothing") == ""


USERS = {"101": "u-anna"}
SIDE = {"type": "user", "userId": "101"}


def test_users_take_the_place_of_extensions() -> None:
    """Wherever they stand; who is none of the CRM's goes without an id."""
    body = {"from": SIDE, "to": {"type": "user", "userId": "109"}, "items": [{"to": SIDE}]}
    assert client.complete(body, "", USERS, "") == {
        "from": {"type": "user", "userId": "u-anna"},
        "to": {"type": "user"},
        "items": [{"to": {"type": "user", "userId": "u-anna"}}],
    }


STAFF = {"101": "u-anna", "102": "u-boris", "0103": "u-vera"}


def internal_story(*events: tuple[str, dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    """The callbacks about a call at an IS.VPBX, by name, as a connector with three users sends them."""
    bodies = [
        {"type": "call_event", "event_name": name, "params": {
            "call_id": "in-7", "event_date": f"2026-03-14 17:00:{second:02}", "src_phone": "101", "dst_phone": "102",
            **params,
        }} for second, (name, params) in enumerate(events)
    ]  # fmt: skip
    return [
        (message.path.strip("/"), client.complete(message.body, message.note, STAFF, "7343"))
        for done in played([parsed("vpbx", body) for body in bodies])
        for message in rendered_as("kontur", done)
    ]


ANNA, BORIS = ({"type": "user", "userId": STAFF[one]} for one in ("101", "102"))
OUT, ENDED = {"direction": 2, "real_local_number": "101"}, ("end.call", {"disposition": "ANSWER"})
ANSWERED = ("start.talk", {"real_local_number": "101"})
BETWEEN_USERS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "the leg alone": [("local.out.call", {"real_local_number": "101"}), ANSWERED, ENDED],
    "with its start": [("start.call", OUT), ("local.out.call", {"real_local_number": "101"}), ANSWERED, ENDED],
    "both legs": [("start.call", OUT), ("local.in.call", {"real_local_number": "102"}), ENDED],
    "the callee answers": [("start.call", OUT), ("start.talk", {"real_local_number": "102"}), ENDED],
    "told as incoming": [("start.call", {"direction": 1}), ("local.in.call", {"real_local_number": "102"}), ENDED],
    "as devices": [("start.call", {**OUT, "src_phone": "SIP/101-0000a1", "dst_phone": "sip:102@10.0.0.5"}), ENDED],
    "by the line": [("start.call", {**OUT, "src_phone": "73433000100"}), ANSWERED, ENDED],
    "unknown leg": [("start.call", {"direction": 2}), ("start.talk", {}), ENDED],
}


def test_a_call_of_two_users_is_internal_with_both() -> None:
    """In every callback about the call, however the PBX tells of the call."""
    for title, events in BETWEEN_USERS.items():
        told = internal_story(*events)
        assert {name for name, _ in told} >= {"call-started", "register-call"}, title
        for name, body in told:
            assert body.get("direction", "internal") == "internal", (title, name)
            for leg in [body, *body.get("items", [])] if name != "call-event" else [body]:
                if "from" in leg:
                    assert (leg["from"], leg["to"]) == (ANNA, BORIS), (title, name)


def test_a_short_number_of_nobody_is_a_client() -> None:
    """An emergency number, an employee without a user, and an unknown caller: the call keeps its direction."""
    for params in (
        {"dst_phone": "112"},
        {"src_phone": "109", "real_local_number": "109"},
        {"dst_phone": "79161234567"},
    ):
        legs = [("start.call", {**OUT, **params}), ("local.out.call", {"real_local_number": "101", **params})]
        for name, body in internal_story(*legs, ("end.call", params)):
            assert body.get("direction", "outbound") == "outbound", (params, name)
            assert body.get("to", {"type": "client"}) == {"type": "client"}, (params, name)


def test_an_extension_in_another_spelling_is_the_same_user() -> None:
    """Zeros before the digits are the connector's."""
    told = internal_story(("start.call", {**OUT, "dst_phone": "103"}), ("local.out.call", {**OUT, "dst_phone": "103"}))
    assert [body["to"]["userId"] for name, body in told if name == "call-event"] == ["u-vera"]
    assert told[0][1]["direction"] == "internal"


def test_an_internal_call_of_another_vendor_names_both_users() -> None:
    """A direction that nobody told, between short numbers."""
    told = internal_story(("start.call", {}), ("start.talk", {"real_local_number": "101"}), ENDED)
    legs = [leg for name, body in told for leg in (body.get("items", []) if name == "register-call" else [body])]
    assert {body["direction"] for name, body in told if name != "call-event"} == {"internal"}
    assert [(leg["from"], leg["to"]) for leg in legs if "from" in leg] == [(ANNA, BORIS)] * 4


@pytest.mark.parametrize(("told", "expected"), [("", "7343"), ("7495", "7495")])
def test_a_line_is_filled_in_where_none_was_told(told: str, expected: str) -> None:
    """And nowhere else."""
    assert client.complete({"externalVatsPhone": told}, "", {}, "7343") == {"externalVatsPhone": expected}
    assert client.complete({"externalId": "1"}, "", {}, "7343") == {"externalId": "1"}


def test_a_communication_is_named_where_it_is_known() -> None:
    """Else there is no such field."""
    assert client.identified({"externalId": "1"}, "c") == {"communicationId": "c", "externalId": "1"}
    assert client.identified({"externalId": "1"}, "") == {"externalId": "1"}


@pytest.mark.parametrize(("answer", "expected"), [
    ('{"id":"c-1"}', "c-1"), ('{"id":7}', "7"), ('"OK"', ""), ("[]", ""), ("", ""), ('{"id":', ""), ("[" * 9999, ""),
    ('{"id":{}}', ""),
])  # fmt: skip
def test_the_id_in_an_answer_is_read(answer: str, expected: str) -> None:
    """Whatever the answer is."""
    assert client.communication_in(answer) == expected


UNKNOWN = '{"status":"communicationNotFound","message":"x"}'
INVALID = '{"errors":{"direction":["x"]},"status":400}'


@pytest.mark.parametrize(("status", "answer", "unknown", "invalid"), [
    (409, UNKNOWN, True, False), (409, INVALID, False, True), (409, '{"status":400}', False, True),
    (409, '"Error"', False, False), (409, "", False, False), (500, UNKNOWN, False, False), (None, "", False, False),
])  # fmt: skip
def test_an_answer_of_409_is_read(status: int | None, answer: str, unknown: bool, invalid: bool) -> None:  # noqa: FBT001
    """By its body."""
    assert (client.is_unknown(status, answer), client.is_invalid(status, answer)) == (unknown, invalid)


def test_only_a_call_that_goes_out_may_have_been_asked_for() -> None:
    """By the number it goes to."""
    body = {"direction": "outbound", "clientPhone": "79012345600"}
    assert client.asked_for(body) == "79012345600"
    assert client.asked_for({**body, "direction": "inbound"}) == ""
    assert client.asked_for({"direction": "outbound"}) == ""


def test_every_kind_of_the_table_can_be_told() -> None:
    """But a recording, which is not uploaded."""
    told = {name for name, kind in KINDS.items() if kind is not Kind.CUSTOM}
    assert {name.partition(".")[0] for name in told} == {
        "call-started", "call-event", "call-finished", "call-failed", "register-call",
    }  # fmt: skip
    assert json.dumps(sorted(client.MESSAGES))
