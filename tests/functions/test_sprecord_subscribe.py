"""GET and POST /sys/subscribe_events: the account's hook, kept once it has answered."""

import hashlib
import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from tests.functions.test_operator import assert_refused
from tests.support.gateway import Answer
from tests.support.hub import Hub
from tests.support.receiver import (
    Behaviour,
    Exchange,
    Received,
    Receiver,
    answer,
    answering,
    receiving,
    resetting,
    silent,
    verifying,
)
from tests.support.sprecord_day import sprecord_token
from tests.unit.builders import sample

PATH = "/sys/subscribe_events"
EVENTS = ["answer_elsewhere", "incoming_call", "call_end"]
ALL = ["startup", "incoming_call", "outgoing_call", "start_talk", "call_end", "incoming_sms", "answer_elsewhere"]
NOTHING: dict[str, Any] = {"hook": "", "subscribe": []}


@pytest.fixture
def crm() -> Iterator[Receiver]:
    with receiving(verifying) as one:
        yield one


@pytest.fixture
def auth(hub: Hub) -> dict[str, str]:
    hub.account()
    return sprecord_token(hub)


def post(hub: Hub, auth: dict[str, str], hook: Any, subscribe: Any = EVENTS) -> Answer:
    return hub.request("POST", PATH, {"hook": hook, "subscribe": subscribe}, auth)


def shown(hub: Hub, auth: dict[str, str]) -> Any:
    return hub.request("GET", PATH, headers=auth).json


def test_a_hook_is_answered_as_documented(hub: Hub, auth: dict[str, str], crm: Receiver) -> None:
    """With what is in force now, which is shown from then on."""
    answer = post(hub, auth, crm.url)
    assert (answer.status, answer.json) == (200, {"hook": crm.url, "subscribe": EVENTS})
    assert shown(hub, auth) == answer.json


def test_a_hook_is_asked_as_documented_before_it_is_kept(hub: Hub, auth: dict[str, str], crm: Receiver) -> None:
    """The device, the type, and a string that nobody can guess."""
    for _ in range(2):
        post(hub, auth, crm.url)
    asked = [json.loads(one.body) for one in crm.requests]
    assert [(one.method, one.headers["content-type"]) for one in crm.requests] == [("POST", "application/json")] * 2
    assert [set(one) for one in asked] == [{"device_id", "event_type", "payload"}] * 2
    assert asked[0]["event_type"] == "verification"
    assert asked[0]["device_id"] == asked[1]["device_id"]
    assert asked[0]["payload"] != asked[1]["payload"]


def forms(md5: str) -> list[bytes]:
    return [
        md5.encode(),
        f"  {md5.upper()}\r\n".encode(),
        json.dumps(md5).encode(),
        json.dumps({"result": f" {md5.upper()} "}).encode(),
    ]


def saying(form: int, exchange: Exchange, request: Received) -> bool:
    payload = json.loads(request.body)["payload"].encode()
    exchange.send(answer(201, forms(hashlib.md5(payload, usedforsecurity=False).hexdigest())[form]))
    return True


@pytest.mark.parametrize("form", range(4))
def test_every_form_of_the_answer_is_taken(hub: Hub, auth: dict[str, str], crm: Receiver, form: int) -> None:
    """Plain text, a JSON string, an object with the result; letter case and white space do not matter."""
    crm.behave = partial(saying, form)
    assert post(hub, auth, crm.url).status == 200


@pytest.mark.parametrize(
    "behave",
    [
        answering(200, b"d41d8cd98f00b204e9800998ecf8427e"),
        answering(200, b'{"result": null}'),
        answering(200, b'{"md5": "x"}'),
        answering(200, b""),
        answering(200, b"[" * 100_000),
        answering(200, b"\xff" * 32),
        answering(404, b"nothing here"),
        answering(500, b"secret of the other side"),
        answering(302, b"", Location="http://127.0.0.1:1/"),
        resetting,
        silent,
    ],
)
def test_a_hook_that_does_not_know_the_answer_is_not_kept(
    hub: Hub, auth: dict[str, str], crm: Receiver, behave: Behaviour
) -> None:
    """The reason is told, and nothing of what it said; the hook before stays."""
    before = post(hub, auth, crm.url).json
    crm.behave = behave
    answer = post(hub, auth, f"{crm.url}/other")
    assert_refused(answer, 400, "invalid", "hook")
    assert "The verification failed." in answer.json["error"]["message"]
    assert "secret" not in answer.text
    assert shown(hub, auth) == before


def test_a_hook_where_nobody_is_is_not_kept(hub: Hub, auth: dict[str, str]) -> None:
    """It cannot be reached."""
    with receiving() as gone:
        url = gone.url
    assert_refused(post(hub, auth, url), 400, "invalid", "hook")
    assert shown(hub, auth) == NOTHING


def test_a_second_hook_takes_the_place_of_the_first(hub: Hub, auth: dict[str, str], crm: Receiver) -> None:
    """There is one for an account; its id stays."""
    post(hub, auth, crm.url)
    post(hub, auth, f"{crm.url}/new", ["call_end"])
    (kept,) = hub.operator("GET", "/admin/destinations", account="acme").json["destinations"]
    assert shown(hub, auth) == {"hook": f"{crm.url}/new", "subscribe": ["call_end"]}
    assert (kept["id"], kept["made_by"], kept["dialect"], kept["events"]) == (1, "receiver", "sprecord", ["call_end"])


@pytest.mark.parametrize("body", [{"hook": "https://crm.example/", "subscribe": []}, {"subscribe": []}])
def test_without_events_the_hook_is_removed(
    hub: Hub, auth: dict[str, str], crm: Receiver, body: dict[str, Any]
) -> None:
    """Twice is as good as once; nobody is asked."""
    post(hub, auth, crm.url)
    asked = len(crm.requests)
    for _ in range(2):
        answer = hub.request("POST", PATH, body, auth)
        assert (answer.status, answer.json) == (200, NOTHING)
    assert (shown(hub, auth), len(crm.requests)) == (NOTHING, asked)


def test_an_account_without_a_hook_has_none_to_show(hub: Hub, auth: dict[str, str]) -> None:
    """The same two fields, empty."""
    assert shown(hub, auth) == NOTHING


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"hook": "https://crm.example/"}, "subscribe"),
        ({"hook": "https://crm.example/", "subscribe": None}, "subscribe"),
        ({"hook": "https://crm.example/", "subscribe": "call_end"}, "subscribe"),
        ({"hook": "https://crm.example/", "subscribe": [1]}, "subscribe.0"),
        ({"hook": "https://crm.example/", "subscribe": ["call_end", "call_paused"]}, "subscribe.1"),
        ({"hook": "https://crm.example/", "subscribe": ["call_end"] * 101}, "subscribe"),
        ({"subscribe": ["call_end"]}, "hook"),
        ({"hook": None, "subscribe": ["call_end"]}, "hook"),
        ({"hook": 7, "subscribe": ["call_end"]}, "hook"),
        ({"hook": "", "subscribe": ["call_end"]}, "hook"),
        ({"hook": "ftp://crm.example/", "subscribe": ["call_end"]}, "hook"),
        ({"hook": "https://user:word@crm.example/", "subscribe": ["call_end"]}, "hook"),
        ({"hook": f"https://crm.example/{'x' * 2048}", "subscribe": ["call_end"]}, "hook"),
    ],
)
def test_a_bad_field_is_named(hub: Hub, auth: dict[str, str], body: dict[str, Any], field: str) -> None:
    """And nothing is kept."""
    assert_refused(hub.request("POST", PATH, body, auth), 400, "invalid", field)
    assert shown(hub, auth) == NOTHING


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"text"', "\x00"])
def test_a_body_that_is_no_object_is_refused(hub: Hub, auth: dict[str, str], body: str) -> None:
    """In the one shape."""
    assert_refused(hub.request("POST", PATH, body, auth), 400, "invalid")


def test_a_huge_body_is_refused(hub: Hub, auth: dict[str, str]) -> None:
    """Unread."""
    assert_refused(post(hub, auth, "x" * 100_000), 413, "too_large")


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer unknown", "x" * 10_000])
def test_a_token_of_the_account_is_needed(hub: Hub, authorization: str) -> None:
    """For both methods."""
    hub.account()
    headers = {"Authorization": authorization} if authorization else {}
    for method in ("GET", "POST"):
        assert_refused(hub.request(method, PATH, {"subscribe": []}, headers), 401, "unauthorized")


def test_a_token_for_another_api_is_not_taken(hub: Hub) -> None:
    """Whoever it belongs to."""
    assert_refused(hub.request("GET", PATH, headers=hub.account()), 401, "unauthorized")


def test_a_hook_is_its_accounts_alone(hub: Hub, auth: dict[str, str], crm: Receiver) -> None:
    """Another account neither sees it nor takes it away."""
    hub.account("other")
    stranger = sprecord_token(hub, "other")
    mine = post(hub, auth, crm.url).json
    assert shown(hub, stranger) == NOTHING
    hub.request("POST", PATH, {"subscribe": []}, stranger)
    assert shown(hub, auth) == mine


def test_a_private_address_is_not_asked(hub: Hub, auth: dict[str, str], crm: Receiver) -> None:
    """On AWS no hook may lead there."""
    body = {"hook": crm.url, "subscribe": EVENTS}
    event = {"httpMethod": "POST", "path": PATH, "headers": auth, "body": json.dumps(body), "requestContext": {}}
    told = hub.invoke("sprecord/subscribe_events", event, ALLOW_PRIVATE_TARGETS="false")
    assert (told["statusCode"], json.loads(told["body"])["error"]["field"]) == (400, "hook")
    assert crm.requests == []


def test_the_hook_gets_the_events_that_it_asked_for(hub: Hub, auth: dict[str, str], crm: Receiver) -> None:
    """In order, in SpRecord's shapes, by the way that all deliveries go."""
    post(hub, auth, crm.url, ["incoming_call", "call_end"])
    hub.source("s-sprecord", dialect="sprecord")
    for name in ("incoming_call", "start_talk", "call_end"):
        hub.request("POST", "/webhooks/sprecord/s-sprecord", sample(f"sprecord/{name}"))
        hub.work()
    told = [json.loads(one.body) for one in crm.requests[1:]]
    assert [one["event_type"] for one in told] == ["incoming_call", "call_end"]
    assert [one["event_name"] for one in hub.operator("GET", "/admin/deliveries", state="delivered").json["deliveries"]]


def test_credentials_that_the_operator_gave_stay_with_their_receiver(
    hub: Hub, auth: dict[str, str], crm: Receiver
) -> None:
    """Whoever has the token sends them nowhere else."""
    post(hub, auth, crm.url)
    bearer = {"auth": {"type": "bearer", "token": "of-the-crm"}}
    hub.operator("PATCH", "/admin/destinations/1", bearer, account="acme")

    def kind() -> str:
        return str(hub.operator("GET", "/admin/destinations/1", account="acme").json["auth"]["type"])

    post(hub, auth, f"{crm.url}/new")
    assert kind() == "bearer"
    with receiving(verifying) as other:
        post(hub, auth, other.url)
    assert kind() == "none"


def test_what_the_operator_chose_is_shown_in_sprecords_words(hub: Hub, auth: dict[str, str], crm: Receiver) -> None:
    """By the hub's kinds, or everything."""
    post(hub, auth, crm.url)
    for events, expected in ((["call.started"], ["incoming_call", "outgoing_call"]), ([], ALL)):
        hub.operator("PATCH", "/admin/destinations/1", {"events": events}, account="acme")
        assert shown(hub, auth)["subscribe"] == expected
