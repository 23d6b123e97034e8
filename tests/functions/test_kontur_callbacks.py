"""POST /api/v1/{ws}/communications/callbacks/telephony/*: a telephony tells us what it would tell Kontur.CRM."""

import base64
import gzip
import json
from typing import Any
from urllib.parse import urlencode

import pytest

from switchboard.aws.codec import load
from switchboard.kernel.call import CallEvent
from tests.support.gateway import Answer, proxy_event
from tests.support.hub import OPERATOR, Hub
from tests.support.kontur import CALLBACKS, CLIENT, EXTERNAL_ID, INTEGRATION, LEG, LINE, a_key, leg, path_of, tell

NAMES = sorted(CALLBACKS)
LATER = sorted({*NAMES} - {"call-started", "register-call"})
ECHO = "X-XCOM-Integration-Echo"


@pytest.fixture
def key(hub: Hub) -> dict[str, str]:
    hub.account()
    return a_key(hub)


def queued(hub: Hub) -> list[CallEvent]:
    return [load(record["body"], CallEvent) for record in hub.stack.drain("EventsQueue")]


def started(hub: Hub, key: dict[str, str], **changed: Any) -> str:
    """A call that has begun; the CRM's id of it."""
    answer = tell(hub, key, "call-started", **changed)
    assert answer.status == 200
    hub.stack.drain("EventsQueue")
    return str(answer.json["id"])


def assert_invalid(answer: Answer, *fields: str) -> None:
    """In the documented shape, with the names of the fields."""
    assert answer.status == 409
    assert answer.json.keys() == {"errors", "type", "title", "status", "traceId"}
    assert (answer.json["status"], answer.json["title"]) == (400, "One or more validation errors occurred.")
    assert set(answer.json["errors"]) == set(fields)
    assert all(isinstance(said, list) and said[0] for said in answer.json["errors"].values())


def test_a_call_that_begins_is_answered_with_its_communication(hub: Hub, key: dict[str, str]) -> None:
    """With every field that the document shows, and no events yet."""
    answer = tell(hub, key, "call-started")
    told = answer.json
    assert answer.status == 200
    assert told.keys() == {
        "updateInfo", "links", "externalId", "externalCreatedAt", "type", "direction", "status", "integrationId",
        "data", "assignedToGroupId", "id",
    }  # fmt: skip
    assert (told["externalId"], told["type"], told["direction"]) == (f"{INTEGRATION}/{EXTERNAL_ID}", "call", "inbound")
    call = {"clientPhone": CLIENT, "externalVatsPhone": LINE, "items": [], "events": []}
    assert told["data"] == {"call": call}
    assert told["links"] == {"companyIds": [], "contactIds": [], "dealIds": []}
    assert told["updateInfo"].keys() == {"updatedAt", "updatedWith", "createdAt", "createdWith"}


def test_an_answer_is_given_when_the_event_is_in_the_queue(hub: Hub, key: dict[str, str]) -> None:
    """It is one of the account's, under its own call."""
    tell(hub, key, "call-started")
    (event,) = queued(hub)
    assert (event.account, event.dialect, event.kind, event.external_id) == (
        "acme", "kontur", "call.started", EXTERNAL_ID,
    )  # fmt: skip
    assert event.caller is not None
    assert (event.caller.e164, event.direction) == (f"+{CLIENT}", "incoming")


@pytest.mark.parametrize("name", LATER)
def test_what_follows_is_answered_ok(hub: Hub, key: dict[str, str], name: str) -> None:
    """As a JSON string, quotes and all, and its event is of the same call."""
    id_ = started(hub, key)
    answer = tell(hub, key, name, communicationId=id_)
    (event,) = queued(hub)
    assert (answer.status, answer.text) == (200, '"OK"')
    assert (event.external_id, event.raw["callback"]) == (EXTERNAL_ID, name)


@pytest.mark.parametrize("ids", [
    {"externalId": EXTERNAL_ID}, {"externalId": f"{INTEGRATION}/{EXTERNAL_ID}"}, {"externalId": None},
], ids=["bare", "with the name", "none"])  # fmt: skip
@pytest.mark.parametrize("name", LATER)
def test_a_call_is_found_by_either_form_of_its_id(
    hub: Hub, key: dict[str, str], name: str, ids: dict[str, str | None]
) -> None:
    """The telephony's with or without the integration's name; without it by the CRM's alone."""
    id_ = started(hub, key)
    own = {"communicationId": id_} if ids["externalId"] is None else {}
    assert tell(hub, key, name, **ids, **own).status == 200
    assert [event.external_id for event in queued(hub)] == [EXTERNAL_ID]


@pytest.mark.parametrize("name", LATER)
def test_a_call_that_nobody_told_of_is_not_found(hub: Hub, key: dict[str, str], name: str) -> None:
    """In the documented shape, and nothing is stored."""
    answer = tell(hub, key, name, communicationId="7c1d")
    expected = {"status": "communicationNotFound", "message": "Communication not found. Id: 7c1d"}
    assert (answer.status, answer.json) == (409, expected)
    assert queued(hub) == []


@pytest.mark.parametrize("name", NAMES)
def test_another_workspaces_call_is_not_found(hub: Hub, key: dict[str, str], name: str) -> None:
    """Not by its CRM's id, and the telephony's id is another call there."""
    id_ = started(hub, key)
    hub.account("other")
    stranger = a_key(hub, "other")
    answer = tell(hub, stranger, name, "other", communicationId=id_)
    if name in LATER:
        assert (answer.status, answer.json["status"]) == (409, "communicationNotFound")
    assert {event.account for event in queued(hub)} <= {"other"}
    assert len([row for row in hub.stack.items("CommunicationsTable") if row["pk"]["S"] == "acme#acme"]) == 2


@pytest.mark.parametrize("name", NAMES)
def test_a_repeat_changes_nothing(hub: Hub, key: dict[str, str], name: str) -> None:
    """The same answer, the same event, and the tables as they were."""
    if name in LATER:
        started(hub, key)
    first = tell(hub, key, name)
    rows = hub.stack.items("CommunicationsTable")
    again = tell(hub, key, name)
    assert (first.status, first.text) == (again.status, again.text)
    assert hub.stack.items("CommunicationsTable") == rows
    assert len(queued(hub)) == 1


def test_a_whole_call_is_one_of_the_accounts(hub: Hub, key: dict[str, str]) -> None:
    """Folded like any other, with its legs and times."""
    tell(hub, key, "call-started")
    tell(hub, key, "call-event")
    tell(hub, key, "call-event", **leg("connected", "12:00:10"))
    tell(hub, key, "call-event", **leg("disconnected", "12:01:09"))
    tell(hub, key, "call-finished")
    hub.work_events()
    (call,) = hub.operator("GET", "/admin/calls").json["calls"]
    assert (call["state"], call["talk_duration"], call["direction"]) == ("ended", 60, "incoming")


def test_a_communication_grows_with_what_is_told_of_it(hub: Hub, key: dict[str, str]) -> None:
    """Who asks again gets its events, legs and recordings."""
    tell(hub, key, "call-started")
    tell(hub, key, "call-event")
    tell(hub, key, "call-event", **leg("disconnected", "12:01:09"))
    tell(hub, key, "call-recording")
    hub.work_events()
    call = tell(hub, key, "call-started").json["data"]["call"]
    (item,) = call["items"]
    assert [event["type"] for event in call["events"]] == ["appeared", "disconnected"]
    assert (item["id"], item["recordings"]) == (LEG["externalCallItemId"], [{"fileId": "f-3310"}])
    assert item["finishedAt"] == "2026-03-14T12:01:09+00:00"


def test_an_id_of_the_crms_is_kept(hub: Hub, key: dict[str, str]) -> None:
    """A call that a CRM asked for is known by the id that it came with."""
    assert started(hub, key, communicationId="30a7-b4e1") == "30a7-b4e1"
    assert tell(hub, key, "call-event", communicationId="30a7-b4e1", externalId=None).status == 200


def test_registering_fills_in_a_call_that_was_not_seen(hub: Hub, key: dict[str, str]) -> None:
    """With all that is told of it."""
    assert tell(hub, key, "register-call").text == '"OK"'
    hub.work_events()
    (call,) = hub.operator("GET", "/admin/calls").json["calls"]
    assert (call["state"], call["disposition"], call["duration"]) == ("ended", "answered", 70)
    assert (call["talk_duration"], call["direction"]) == (60, "incoming")


def test_registering_adds_nothing_to_a_call_that_was_seen(hub: Hub, key: dict[str, str]) -> None:
    """It was told of to its end."""
    started(hub, key)
    tell(hub, key, "call-finished")
    queued(hub)
    assert tell(hub, key, "register-call").text == '"OK"'
    assert queued(hub) == []


def test_registering_ends_a_call_whose_end_was_lost(hub: Hub, key: dict[str, str]) -> None:
    """Once."""
    started(hub, key)
    for _ in range(2):
        assert tell(hub, key, "register-call").text == '"OK"'
    assert [event.kind for event in queued(hub)] == ["call.ended"]


@pytest.mark.parametrize("echo", ["ue1-11o", "x" * 200])
@pytest.mark.parametrize("name", NAMES)
def test_the_echo_comes_back(hub: Hub, key: dict[str, str], name: str, echo: str) -> None:
    """Whatever the answer is: fine, invalid, or without a key."""
    for body, headers in ((CALLBACKS[name], key), ({}, key), ("x", {}), ("x", key)):
        answer = hub.request("POST", path_of(name), body, {**headers, ECHO: echo})
        assert answer.headers[ECHO] == echo


def test_the_echo_comes_back_from_paths_that_nobody_serves(hub: Hub) -> None:
    """With the refusal in this API's shape."""
    for method, path, status in (("POST", path_of("call-lost"), 404), ("GET", path_of("call-event"), 405)):
        answer = hub.request(method, path, None, {ECHO: "e-5"})
        assert (answer.status, answer.headers[ECHO], answer.json.keys()) == (status, "e-5", {"status", "message"})


WRONG_KEYS = {"none": {}, "another": {"X-XCOM-AccessKey": "dda-67"}, "as a bearer": {"Authorization": "Bearer dda"}}


@pytest.mark.parametrize("headers", WRONG_KEYS.values(), ids=WRONG_KEYS)
@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_key_is_401(hub: Hub, key: dict[str, str], name: str, headers: dict[str, str]) -> None:
    """And nothing is stored."""
    answer = hub.request("POST", path_of(name), CALLBACKS[name], headers)
    assert (answer.status, answer.json["status"]) == (401, "unauthorized")
    assert queued(hub) == []


@pytest.mark.parametrize("name", NAMES)
def test_keys_of_other_apis_and_workspaces_are_401(hub: Hub, key: dict[str, str], name: str) -> None:
    """A token of IS.VPBX, the operator's, and a good key on another workspace's path."""
    vpbx = hub.operator("POST", "/admin/tokens", {"account": "acme", "kind": "vpbx"}).json["token"]
    assert hub.request("POST", path_of(name), CALLBACKS[name], {"X-XCOM-AccessKey": vpbx}).status == 401
    operator = OPERATOR["Authorization"].removeprefix("Bearer ")
    assert hub.request("POST", path_of(name), CALLBACKS[name], {"X-XCOM-AccessKey": operator}).status == 401
    assert tell(hub, key, name, "other").status == 401


BODIES = {
    "call-started": "callStartedInfo", "call-event": "callEventInfo", "call-finished": "callFinishedInfo",
    "call-failed": "callFailedInfo", "call-recording": "callRecordingInfo", "register-call": "registerCallInfo",
}  # fmt: skip


@pytest.mark.parametrize("body", ["", "x", "[]", "null", "{", "[" * 30_000], ids=lambda body: body[:5])
@pytest.mark.parametrize("name", NAMES)
def test_a_body_that_is_no_object_is_told_in_the_documented_shape(
    hub: Hub, key: dict[str, str], name: str, body: str
) -> None:
    """With the name of the whole body, and nothing is stored."""
    answer = hub.request("POST", path_of(name), body, key)
    if name == "register-call":
        assert (answer.status, answer.text) == (409, '"Error"')
    else:
        assert_invalid(answer, "", BODIES[name])
    assert queued(hub) == []


def test_a_body_that_is_not_quite_json_is_a_callback_all_the_same(hub: Hub, key: dict[str, str]) -> None:
    """With a mark, in another encoding, with a comma or a brace too many, as a form, packed."""
    told = json.dumps({**CALLBACKS["call-started"], "note": "Иван"}, ensure_ascii=False)
    frames = (
        b"\xef\xbb\xbf" + told.encode(), told.encode("cp1251"), told.encode("utf-16"), told.encode() + b"}\x00",
        told[:-1].encode() + b",}", f"[{told}]".encode(), urlencode({"json": told}).encode(),
        gzip.compress(told.encode()),
    )  # fmt: skip
    for frame in frames:
        event = proxy_event("POST", path_of("call-started"), None, key)
        event |= {"body": base64.b64encode(frame).decode(), "isBase64Encoded": True}
        assert hub.answer("kontur/call_started", event).status == 200, frame
    assert all(event.raw["note"] == "Иван" for event in queued(hub))


@pytest.mark.parametrize("name", NAMES)
def test_a_huge_body_is_413(hub: Hub, key: dict[str, str], name: str) -> None:
    """In this API's shape."""
    answer = tell(hub, key, name, note="x" * 65_536)
    assert (answer.status, answer.json["status"]) == (413, "too_large")


@pytest.mark.parametrize(("name", "changed", "field"), [
    ("call-started", {"externalId": None}, "externalId"),
    ("call-started", {"direction": None}, "direction"),
    ("call-started", {"direction": "in2bound"}, "direction"),
    ("call-started", {"timestamp": "soon"}, "timestamp"),
    ("call-event", {"type": None}, "type"),
    ("call-event", {"type": "vanished"}, "type"),
    ("call-event", {"externalId": None}, "communicationId"),
    ("call-finished", {"externalId": {}}, "communicationId"),
    ("call-failed", {"externalId": None}, "communicationId"),
    ("call-recording", {"recordingFileId": None}, "recordingFileId"),
    ("register-call", {"items": "none"}, "items"),
    ("register-call", {"externalId": []}, "externalId"),
], ids=str)  # fmt: skip
def test_a_field_that_is_missing_or_wrong_is_named(
    hub: Hub, key: dict[str, str], name: str, changed: dict[str, Any], field: str
) -> None:
    """With the body's own name, as the document has it; register-call has one answer to everything."""
    started(hub, key)
    answer = tell(hub, key, name, **changed)
    if name == "register-call":
        assert (answer.status, answer.text) == (409, '"Error"')
    else:
        assert_invalid(answer, field, BODIES[name])
    assert queued(hub) == []


@pytest.mark.parametrize("value", [None, 7, True, [], {}, "x" * 3000, [{"from": 1}], {"type": []}], ids=str)
@pytest.mark.parametrize("field", ["from", "to", "clientPhone", "externalVatsPhone", "externalCallItemId"])
def test_a_wrong_type_elsewhere_is_no_error(hub: Hub, key: dict[str, str], field: str, value: Any) -> None:
    """What can be read is read, and the rest is kept as it came."""
    for name in ("call-started", "call-event", "call-finished", "call-recording", "register-call"):
        body = {**CALLBACKS[name], field: value, "items": [value, {field: value}]}
        assert hub.request("POST", path_of(name), body, key).status == 200
    hub.work_events()
    assert len(hub.operator("GET", "/admin/calls").json["calls"]) == 1


@pytest.mark.parametrize("last", ["call-event", "register-call"])
def test_a_leg_between_two_users_has_both_extensions(hub: Hub, key: dict[str, str], last: str) -> None:
    """The calling user is the caller; the called user is the callee and has the leg."""
    sides = {"from": {"type": "user", "userId": "101"}, "to": {"type": "user", "userId": "102"}}
    whole = {"direction": "internal", "clientPhone": None, "externalVatsPhone": None}
    tell(hub, key, "call-started", **whole)
    if last == "call-event":
        tell(hub, key, "call-event", **sides, type="connected")
    else:
        (item,) = CALLBACKS["register-call"]["items"]
        tell(hub, key, "register-call", **whole, items=[{**item, **sides}])
    hub.work_events()
    (call,) = hub.operator("GET", "/admin/calls", account="acme").json["calls"]
    assert [call[side]["received"] for side in ("caller", "callee", "extension")] == ["101", "102", "102"]
    assert (call["direction"], call["answered"]) == (None, True)


IDS = {
    "6F2D4C10-9A3B-4E57-8C11-2B7D90AE5F36": True,
    "9D2C1B7A5E4F60318899AABBCCDDEEFF": True,
    "{6F2D4C10-9A3B-4E57-8C11-2B7D90AE5F37}": True,
    "Call-77-B": False,
    "902-5517": True,
}


@pytest.mark.parametrize("given", IDS)
def test_ids_are_compared_as_what_they_are(hub: Hub, key: dict[str, str], given: str) -> None:
    """A UUID or a hex string without letter case, any other id by letter; the integration's name without case."""
    begun = tell(hub, key, "call-started", externalId=f"{INTEGRATION}/{given}").json["id"]
    small = [f"{INTEGRATION.lower()}/{given.lower()}", given.lower()]
    found = [tell(hub, key, "call-event", externalId=one).status for one in small]
    assert found == [200 if IDS[given] else 409] * 2
    assert tell(hub, key, "call-finished", externalId=None, communicationId=begun.upper()).status == 200
    hub.work_events()
    assert len(hub.operator("GET", "/admin/calls", account="acme").json["calls"]) == 1
