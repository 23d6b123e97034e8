"""POST /webhooks/{vpbx,callevents,sprecord}/{source}."""

import base64
import hashlib
import json
from typing import Any

import pytest

from switchboard.accounts.digests import digest_of
from switchboard.accounts.model import AuthScheme, SourceAuth
from switchboard.aws.codec import load
from switchboard.kernel.call import CallEvent
from tests.support.gateway import Answer, proxy_event
from tests.support.hub import Hub

CALL_ID = "9d2c1b7a5e4f60318899aabbccddeeff"
CALLER, CALLED = "79161234567", "73433000100"
EVENTS: dict[str, dict[str, Any]] = {
    "vpbx": {
        "type": "call_event",
        "event_name": "start.call",
        "params": {
            "call_id": CALL_ID,
            "event_date": "2026-03-14 17:00:00",
            "src_phone": CALLER,
            "dst_phone": CALLED,
            "direction": 1,
            "real_local_number": "",
        },
    },
    "callevents": {
        "SessionID": "0f7e6d5c-4b3a-4291-8877-665544332211",
        "HookType": "CreateIncCall",
        "StartTime": "2026-03-14 15:00:00",
        "CityNumber": CALLED,
        "Caller": CALLER,
        "Called": CALLED,
        "Redirecting": CALLED,
    },
    "sprecord": {
        "device_id": "dev-77=",
        "event_type": "incoming_call",
        "payload": {"call_id": 8, "call_src": CALLER, "call_dst": "107", "trunk": "GSM1"},
    },
}
DIALECTS = sorted(EVENTS)
TOKEN = "a-source-token-that-nobody-knows"
SCHEMES = {
    "basic": SourceAuth(AuthScheme.BASIC, digest_of(f"pbx:{TOKEN}")),
    "bearer": SourceAuth(AuthScheme.BEARER, digest_of(TOKEN)),
    "body": SourceAuth(AuthScheme.BODY, digest_of(TOKEN), "token"),
}


def post(hub: Hub, dialect: str, body: Any, source: str = "s-office", **headers: str) -> Answer:
    return hub.request("POST", f"/webhooks/{dialect}/{source}", body, headers)


def queued(hub: Hub) -> list[CallEvent]:
    return [load(record["body"], CallEvent) for record in hub.stack.drain("EventsQueue")]


def assert_refused(answer: Answer, dialect: str, status: int) -> None:
    """In the shape of the dialect whose path was called."""
    assert answer.status == status
    if dialect == "vpbx":
        assert answer.json.keys() == {"name", "message"}
        assert answer.json["name"].startswith(f"{status} ")
    else:
        assert answer.json.keys() == {"error"}
        assert {"code", "message"} <= answer.json["error"].keys() <= {"code", "message", "field"}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_event_is_acknowledged_when_it_is_in_the_queue(hub: Hub, dialect: str) -> None:
    """200, and the queue holds exactly this event, raw payload and all."""
    hub.account()
    hub.source(dialect=dialect)
    answer = post(hub, dialect, EVENTS[dialect])
    (event,) = queued(hub)
    assert (answer.status, answer.json["status"], answer.json["event_id"]) == (200, "accepted", event.id)
    assert (event.account, event.source, event.dialect, event.raw) == ("acme", "s-office", dialect, EVENTS[dialect])


@pytest.mark.parametrize("dialect", DIALECTS)
def test_numbers_are_kept_as_received_and_in_e164(hub: Hub, dialect: str) -> None:
    """Both forms travel with the event."""
    hub.source(dialect=dialect)
    post(hub, dialect, EVENTS[dialect])
    (event,) = queued(hub)
    assert event.caller is not None
    assert (event.caller.received, event.caller.e164) == (CALLER, f"+{CALLER}")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_repeat_is_200_and_no_second_message(hub: Hub, dialect: str) -> None:
    """The same event has the same id."""
    hub.source(dialect=dialect)
    answers = [post(hub, dialect, EVENTS[dialect]) for _ in range(3)]
    assert len({(answer.status, answer.text) for answer in answers}) == 1
    assert len(queued(hub)) == 1


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_same_payload_from_two_sources_is_two_events(hub: Hub, dialect: str) -> None:
    """A source is part of an event's id."""
    hub.source("s-one", dialect=dialect)
    hub.source("s-two", dialect=dialect)
    for source in ("s-one", "s-two"):
        post(hub, dialect, EVENTS[dialect], source)
    assert sorted(event.source for event in queued(hub)) == ["s-one", "s-two"]


def test_the_lane_of_an_event_is_its_call(hub: Hub) -> None:
    """Events of one call wait for each other, and for no others."""
    hub.source()
    post(hub, "vpbx", EVENTS["vpbx"])
    (record,) = hub.stack.drain("EventsQueue")
    assert record["attributes"]["MessageGroupId"] == f"acme:{CALL_ID}"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_unknown_kind_of_event_is_accepted_and_marked(hub: Hub, dialect: str) -> None:
    """What a vendor adds tomorrow is kept today."""
    hub.source(dialect=dialect)
    answer = post(hub, dialect, {**EVENTS[dialect], **dict.fromkeys(("event_name", "HookType", "event_type"), "new.1")})
    (event,) = queued(hub)
    assert (answer.status, event.kind.value) == (200, "unknown")


@pytest.mark.parametrize("body", [{}, {"params": []}, {"payload": None}, {"a": {"b": [1, "ё", None, 1e300]}}], ids=str)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_object_of_nothing_known_is_accepted(hub: Hub, dialect: str, body: dict[str, Any]) -> None:
    """An event without a call, a time or a name is an event all the same."""
    hub.source(dialect=dialect)
    assert post(hub, dialect, body).status == 200
    assert [event.raw for event in queued(hub)] == [body]


WRONG_TYPES: list[Any] = [
    None,
    True,
    7,
    -1.5,
    "",
    "x",
    [],
    {},
    [[]],
    {"a": {}},
    "9" * 5000,
    "\x00",
    "ё🤙",
    10**30,
    -(10**30),
]


@pytest.mark.parametrize("value", WRONG_TYPES, ids=lambda value: f"{type(value).__name__}-{str(value)[:6]!r}")
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_field_of_a_wrong_type_is_no_error(hub: Hub, dialect: str, value: Any) -> None:
    """Whatever stands in a field, the event is accepted and kept."""
    hub.source(dialect=dialect)
    outer = EVENTS[dialect]
    bodies = [{**outer, name: value} for name in outer]
    inner = "params" if dialect == "vpbx" else "payload"
    if inner in outer:
        bodies += [{**outer, inner: {**outer[inner], name: value}} for name in outer[inner]]
    assert [post(hub, dialect, body).status for body in bodies] == [200] * len(bodies)
    assert queued(hub)


BAD_BODIES = {
    "empty": "",
    "no JSON": "SessionID",
    "the beginning of it": "{",
    "a list": "[]",
    "a string": '"x"',
    "a number": "12",
    "null": "null",
    "bottomless": "[" * 30_000,
    "nested too deeply": '{"a":' * 100 + "1" + "}" * 100,
}


READ_ALL_THE_SAME = {
    "a byte-order mark and windows line ends": b"\xef\xbb\xbf%s\r\n",
    "a NUL at the end": b"%s\x00",
    "a brace too many": b"%s}",
    "an array of one": b"[%s]",
    "a form's field": b"json=%s",
}


@pytest.mark.parametrize("frame", READ_ALL_THE_SAME.values(), ids=READ_ALL_THE_SAME)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_body_that_is_not_quite_json_is_an_event_all_the_same(hub: Hub, dialect: str, frame: bytes) -> None:
    """A PBX does not send again what is refused. `tests/unit/kernel/test_lenient.py` has every such body."""
    hub.source(dialect=dialect)
    body = frame % json.dumps(EVENTS[dialect]).encode()
    assert post(hub, dialect, body.decode("utf-8")).status == 200
    assert len(queued(hub)) == 1


@pytest.mark.parametrize("dialect", DIALECTS)
def test_long_integers_pass_as_they_came(hub: Hub, dialect: str) -> None:
    """Ids of 19 digits are integers for many vendors, and their receivers compare them."""
    hub.source(dialect=dialect)
    ids = {"least": -(2**63), "id": 9223372036854775808, "nineteen": 9999999999999999999}
    assert post(hub, dialect, {**EVENTS[dialect], "ids": ids}).status == 200
    assert [event.raw["ids"] for event in queued(hub)] == [ids]


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_body_that_is_no_json_object_is_400(hub: Hub, dialect: str, body: str) -> None:
    """In the dialect's shape, and nothing is queued."""
    hub.source(dialect=dialect)
    assert_refused(post(hub, dialect, body), dialect, 400)
    assert queued(hub) == []


@pytest.mark.parametrize("size", [70_000, 3_000_000])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_body_over_the_limit_is_413(hub: Hub, dialect: str, size: int) -> None:
    """In the dialect's shape, and nothing is queued."""
    hub.source(dialect=dialect)
    assert_refused(post(hub, dialect, {**EVENTS[dialect], "filler": "x" * size}), dialect, 413)
    assert queued(hub) == []


def test_an_event_that_grows_beyond_what_can_be_kept_is_413(hub: Hub) -> None:
    """Numbers that are short to write and long to keep are refused before they are acknowledged."""
    hub.source()
    body = '{"params": [' + ",".join(["1e15"] * 12_000) + "]}"
    assert_refused(post(hub, "vpbx", body), "vpbx", 413)
    assert queued(hub) == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_largest_event_goes_all_the_way(hub: Hub, dialect: str) -> None:
    """What is acknowledged is applied, kept and delivered, whatever its characters cost."""
    hub.source(dialect=dialect)
    hub.subscribe("start.call")
    limit = 64 * 1024
    for filler in ('"', "\x01", "ё", "🤙"):
        empty = json.dumps({**EVENTS[dialect], "f": ""}, ensure_ascii=False)
        cost = len(json.dumps(filler, ensure_ascii=False).encode()) - 2
        body = {**EVENTS[dialect], "f": filler * ((limit - len(empty.encode())) // cost)}
        assert post(hub, dialect, body).status == 200
        assert hub.poll("EventsQueue", "workers/apply_call_event") == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_body_in_base64_is_read(hub: Hub, dialect: str) -> None:
    """API Gateway encodes what it takes for binary."""
    hub.source(dialect=dialect)
    event = proxy_event("POST", f"/webhooks/{dialect}/s-office", None)
    event |= {"body": base64.b64encode(json.dumps(EVENTS[dialect]).encode()).decode(), "isBase64Encoded": True}
    assert hub.answer(f"webhooks/{dialect}", event).status == 200
    assert len(queued(hub)) == 1


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_body_in_broken_base64_is_400(hub: Hub, dialect: str) -> None:
    """In the dialect's shape."""
    hub.source(dialect=dialect)
    event = proxy_event("POST", f"/webhooks/{dialect}/s-office", "é===") | {"isBase64Encoded": True}
    assert_refused(hub.answer(f"webhooks/{dialect}", event), dialect, 400)


@pytest.mark.parametrize("source", ["s-unknown", "x" * 3000, "a b", "%2e%2e", "ё"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_unknown_source_is_404(hub: Hub, dialect: str, source: str) -> None:
    """In the dialect's shape, and nothing is queued."""
    hub.source(dialect=dialect)
    assert_refused(post(hub, dialect, EVENTS[dialect], source), dialect, 404)
    assert queued(hub) == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_source_of_another_dialect_is_404(hub: Hub, dialect: str) -> None:
    """The address of a source is good under its own dialect alone, warm function or cold."""
    hub.source(dialect=dialect)
    post(hub, dialect, EVENTS[dialect])
    queued(hub)
    for other in DIALECTS:
        if other != dialect:
            assert_refused(post(hub, other, EVENTS[other]), other, 404)
    assert queued(hub) == []


def test_a_removed_source_is_404(hub: Hub) -> None:
    """After half a minute everywhere, in a cold function at once."""
    hub.account()
    hub.source()
    hub.operator("DELETE", "/admin/sources/s-office")
    assert_refused(post(hub, "vpbx", EVENTS["vpbx"]), "vpbx", 404)


def shown(scheme: str, token: str) -> tuple[dict[str, str], dict[str, Any]]:
    """What a source shows: headers and fields of the body."""
    if scheme == "basic":
        return {"Authorization": "Basic " + base64.b64encode(f"pbx:{token}".encode()).decode()}, {}
    if scheme == "bearer":
        return {"Authorization": f"bearer {token}"}, {}
    return {}, {"token": token}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_source_that_proves_itself_is_let_in(hub: Hub, dialect: str, scheme: str) -> None:
    """By header or body, and its secret is neither kept nor logged."""
    hub.source(dialect=dialect, auth=SCHEMES[scheme])
    headers, fields = shown(scheme, TOKEN)
    answer = post(hub, dialect, {**EVENTS[dialect], **fields}, "s-office", **headers)
    (record,) = hub.stack.drain("EventsQueue")
    assert answer.status == 200
    assert TOKEN not in record["body"] + hub.log.getvalue() + answer.text


@pytest.mark.parametrize("token", ["", "wrong", TOKEN[:-1], TOKEN + " x", "ё"])
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_source_that_does_not_prove_itself_is_401(hub: Hub, dialect: str, scheme: str, token: str) -> None:
    """In the dialect's shape, and nothing is queued."""
    hub.source(dialect=dialect, auth=SCHEMES[scheme])
    headers, fields = shown(scheme, token)
    assert_refused(post(hub, dialect, {**EVENTS[dialect], **fields}, "s-office", **headers), dialect, 401)
    assert queued(hub) == []


@pytest.mark.parametrize(
    "authorization", ["", "Basic", "Basic ???", "Basic é", "Digest x", "Bearer", "Bearer é", TOKEN]
)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_malformed_proof_is_401(hub: Hub, scheme: str, authorization: str) -> None:
    """Whatever stands in the header, nothing breaks."""
    hub.source(auth=SCHEMES[scheme])
    assert_refused(post(hub, "vpbx", EVENTS["vpbx"], Authorization=authorization), "vpbx", 401)


@pytest.mark.parametrize("value", [None, 7, [], {}, True])
def test_a_token_in_the_body_of_a_wrong_type_is_401(hub: Hub, value: Any) -> None:
    """Nothing but the string itself will do."""
    hub.source(auth=SCHEMES["body"])
    assert_refused(post(hub, "vpbx", {**EVENTS["vpbx"], "token": value}), "vpbx", 401)


VERIFICATION = {"device_id": "dev-77=", "event_type": "verification", "payload": "строка-123"}
MD5 = hashlib.md5("строка-123".encode(), usedforsecurity=False).hexdigest()


def test_a_verification_is_answered_in_plain_text(hub: Hub) -> None:
    """The hex MD5 of the payload and nothing else; nothing is queued."""
    hub.source(dialect="sprecord")
    answer = post(hub, "sprecord", VERIFICATION)
    assert (answer.status, answer.text, answer.headers["Content-Type"]) == (200, MD5, "text/plain; charset=utf-8")
    assert queued(hub) == []


def test_a_verification_is_answered_in_json_where_the_source_says_so(hub: Hub) -> None:
    """The vendor's newer form."""
    hub.source(dialect="sprecord", verification="json")
    answer = post(hub, "sprecord", VERIFICATION)
    assert (answer.status, answer.json, answer.headers["Content-Type"]) == (200, {"result": MD5}, "application/json")


def test_another_form_of_the_verification_holds_at_once(hub: Hub) -> None:
    """Though the source is remembered: whoever connects it tries both forms within seconds."""
    hub.source(dialect="sprecord")
    first = hub.request("POST", "/webhooks/sprecord/s-office", VERIFICATION)
    hub.operator("PATCH", "/admin/sources/s-office", {"verification": "json"})
    second = hub.request("POST", "/webhooks/sprecord/s-office", VERIFICATION)
    assert second.json == {"result": first.text}


def test_a_verification_proves_itself_as_events_do(hub: Hub) -> None:
    """Who cannot post events cannot have anything hashed either."""
    hub.source(dialect="sprecord", auth=SCHEMES["bearer"])
    assert_refused(post(hub, "sprecord", VERIFICATION), "sprecord", 401)


@pytest.mark.parametrize("payload", [None, 5, [], {"a": 1}, ""])
def test_a_verification_of_a_wrong_type_is_no_failure(hub: Hub, payload: Any) -> None:
    """It is answered somehow, and not with a 500."""
    hub.source(dialect="sprecord")
    assert post(hub, "sprecord", {**VERIFICATION, "payload": payload}).status == 200


@pytest.mark.parametrize("dialect", ["vpbx", "callevents"])
def test_other_dialects_know_no_verification(hub: Hub, dialect: str) -> None:
    """There it is an event of an unknown kind."""
    hub.source(dialect=dialect)
    assert post(hub, dialect, VERIFICATION).json["status"] == "accepted"


@pytest.mark.refused_by_aws
@pytest.mark.parametrize("dialect", DIALECTS)
def test_without_a_queue_nothing_is_acknowledged(hub: Hub, dialect: str) -> None:
    """500 in the dialect's shape, which tells nothing of the inside, and the vendor posts again."""
    hub.source(dialect=dialect)
    missing = hub.stack.queue("EventsQueue") + "-missing.fifo"
    event = proxy_event("POST", f"/webhooks/{dialect}/s-office", json.dumps(EVENTS[dialect]))
    told = hub.invoke(f"webhooks/{dialect}", event, EVENTS_QUEUE_URL=missing)
    answer = Answer(told["statusCode"], told["headers"], told["body"])
    assert_refused(answer, dialect, 500)
    assert "missing" not in answer.text
    assert "Queue" not in answer.text


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_event_is_logged_by_its_ids_alone(hub: Hub, dialect: str) -> None:
    """Account, call and event, and no number."""
    hub.source(dialect=dialect)
    answer = post(hub, dialect, EVENTS[dialect])
    (line,) = [json.loads(line) for line in hub.log.getvalue().splitlines()]
    assert (line["message"], line["account"], line["event_id"]) == (
        "call_event.received",
        "acme",
        answer.json["event_id"],
    )
    assert line["call_id"] == answer.json["call_id"]
    assert not any(number in hub.log.getvalue() for number in (CALLER, CALLED))
