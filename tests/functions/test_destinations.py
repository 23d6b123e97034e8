"""Destinations from the operator's request to the receiver's door."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from standardwebhooks import Webhook

from switchboard.dialects.registry import renderers
from tests.functions.test_operator import assert_refused
from tests.support.gateway import Answer
from tests.support.hub import Hub
from tests.support.receiver import Receiver, answering, receiving
from tests.support.stories import LINKS, SPOKEN, TIMES, left_in, read_message, without
from tests.unit.builders import sample

PATH = "/admin/destinations"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture(autouse=True)
def _account(hub: Hub) -> None:
    hub.account()


def add(hub: Hub, url: str, **fields: Any) -> Answer:
    return hub.operator("POST", PATH, {"account": "acme", "dialect": "standard", "url": url, **fields})


def play(hub: Hub, dialect: str, *names: str) -> None:
    """Let a source of a dialect tell these samples, and the workers do the rest."""
    for name in names:
        assert hub.request("POST", f"/webhooks/{dialect}/s-{dialect}", sample(f"{dialect}/{name}")).status == 200
        hub.work_events()
    hub.work()


def got(receiver: Receiver) -> list[dict[str, Any]]:
    """The bodies: of JSON, or of a form whose values are texts."""
    return [read_message(request.body) for request in receiver.requests]


CHANGING = TIMES | LINKS | {"event_id"}


@pytest.mark.parametrize("target", renderers())
@pytest.mark.parametrize("source", SPOKEN)
def test_a_call_of_any_vendor_reaches_a_destination_of_any_dialect(
    hub: Hub, receiver: Receiver, source: str, target: str
) -> None:
    """As its story has it, in order, and every request is signed."""
    hub.source(f"s-{source}", dialect=source)
    secret = add(hub, receiver.url, dialect=target).json["secret"]
    play(hub, source, *SPOKEN[source])
    expected = left_in(source, target)
    assert without(CHANGING, got(receiver)) == without(CHANGING, expected)
    for request in receiver.requests:
        with suppress(json.JSONDecodeError):  # the library compares the signature, and reads JSON then
            Webhook(secret).verify(request.body, request.headers)
    assert len({request.headers["webhook-id"] for request in receiver.requests}) == len(expected)


def test_an_event_of_several_messages_waits_and_arrives_in_order(hub: Hub, receiver: Receiver) -> None:
    """A receiver that fails gets none of them out of turn, nor one twice."""
    hub.source("s-sprecord", dialect="sprecord")
    add(hub, receiver.url, dialect="callevents")
    receiver.behave = answering(503)
    play(hub, "sprecord", "incoming_call_masked")
    waiting = len(receiver.requests)
    receiver.behave = answering(200)
    play(hub, "sprecord", "call_end_no_answer")
    hub.turns()
    hub.work()
    hooks = [body["HookType"] for body in got(receiver)[waiting:]]
    assert hooks == ["CreateIncCall", "AttemptIncCallBegin", "AttemptIncCallEnd", "EndIncCall", "MissedIncCall"]


def test_an_event_filter_leaves_the_end_of_a_missed_call_out(hub: Hub, receiver: Receiver) -> None:
    """A CRM that counts each `EndIncCall` as a conversation still gets `MissedIncCall`, and no `EndIncCall`."""
    hub.source("s-sprecord", dialect="sprecord")
    names = ["CreateIncCall", "AttemptIncCallBegin", "AttemptIncCallEnd", "ChangeIncCall", "MissedIncCall"]
    add(hub, receiver.url, dialect="callevents", events=names)
    play(hub, "sprecord", "incoming_call_masked", "call_end_no_answer")
    hooks = [body["HookType"] for body in got(receiver)]
    assert hooks == ["CreateIncCall", "AttemptIncCallBegin", "AttemptIncCallEnd", "MissedIncCall"]


def test_a_destination_is_made_shown_changed_and_removed(hub: Hub) -> None:
    """The secret is told once; what is shown after that is what was made."""
    fields = {"name": "CRM", "events": ["call.ended"], "filters": {"numbers": ["+7916*"]}, "timeout": 5}
    made = add(hub, "https://crm.example/calls", **fields)
    shown = {name: value for name, value in made.json.items() if name != "secret"}
    assert (made.status, made.json["secret"][:6]) == (201, "whsec_")
    assert hub.operator("GET", f"{PATH}/1", account="acme").json == shown
    assert hub.operator("GET", PATH, account="acme").json == {"destinations": [shown], "cursor": None}
    changed = hub.operator("PATCH", f"{PATH}/1", {"events": [], "name": "New"}, account="acme")
    assert (changed.status, changed.json) == (200, {**shown, "events": [], "name": "New", "version": 2})
    assert hub.operator("DELETE", f"{PATH}/1", account="acme").status == 204
    assert_refused(hub.operator("GET", f"{PATH}/1", account="acme"), 404, "not_found", "destination")


def test_credentials_are_sealed_and_in_no_log(hub: Hub, receiver: Receiver) -> None:
    """They are in the request, and nowhere else."""
    secret = add(hub, receiver.url, auth={"type": "body", "field": "key", "value": "hidden-one"}).json["secret"]
    add(hub, receiver.url, auth={"type": "basic", "login": "hub", "password": "hidden-two"})
    hub.source("s-vpbx")
    play(hub, "vpbx", "start_call")
    kept = str([hub.stack.items(table) for table in ("SubscriptionsTable", "DeliveriesTable")]) + hub.log.getvalue()
    assert all(one not in kept for one in ("hidden-one", "hidden-two", secret))
    assert got(receiver)[0]["key"] == "hidden-one"
    assert receiver.requests[1].headers["authorization"].startswith("Basic ")


def test_events_and_filters_choose_what_is_sent(hub: Hub, receiver: Receiver) -> None:
    """By kind or by name, and by the call."""
    hub.source("s-vpbx")
    add(hub, f"{receiver.url}/ended", events=["call.ended"])
    add(hub, f"{receiver.url}/named", dialect="callevents", events=["ChangeIncCall"])
    add(hub, f"{receiver.url}/of-104", filters={"extensions": ["104"]})
    add(hub, f"{receiver.url}/outgoing", filters={"direction": "outgoing"})
    add(hub, f"{receiver.url}/others", filters={"numbers": ["+7916*"]})
    play(hub, "vpbx", *SPOKEN["vpbx"])
    told = [(request.path, json.loads(request.body)) for request in receiver.requests]
    names = [(path.removeprefix("/calls"), body.get("type") or body["HookType"]) for path, body in told]
    assert sorted(names) == [
        ("/ended", "call.ended"),
        ("/named", "ChangeIncCall"),
        ("/of-104", "call.answered"),
        ("/of-104", "call.ended"),
        ("/of-104", "leg.started"),
    ]


def test_a_new_secret_signs_beside_the_old_one(hub: Hub, receiver: Receiver) -> None:
    """For a day, so that the receiver can change over."""
    hub.source("s-vpbx")
    first = add(hub, receiver.url).json["secret"]
    signed = hub.operator("POST", f"{PATH}/1/secret", account="acme")
    play(hub, "vpbx", "start_call")
    (request,) = receiver.requests
    assert signed.status == 201
    for secret in (first, signed.json["secret"]):
        Webhook(secret).verify(request.body, request.headers)


def test_a_destination_can_be_tried(hub: Hub, receiver: Receiver) -> None:
    """A sample arrives, signed, and is a delivery that can be looked up."""
    secret = add(hub, receiver.url, dialect="callevents").json["secret"]
    answer = hub.operator("POST", f"{PATH}/1/test", account="acme")
    hub.work()
    (request,) = receiver.requests
    Webhook(secret).verify(request.body, request.headers)
    assert (answer.status, answer.json) == (202, {"deliveries": [request.headers["webhook-id"]]})
    shown = hub.operator("GET", f"/admin/deliveries/{request.headers['webhook-id']}").json
    assert (shown["state"], shown["event_name"]) == ("delivered", "CreateIncCall")
    assert hub.operator("GET", "/admin/calls").json["calls"] == []


def test_what_waits_for_a_destination_that_is_removed_is_cancelled(hub: Hub, receiver: Receiver) -> None:
    """Nothing is sent to it any more."""
    hub.source("s-vpbx")
    add(hub, receiver.url)
    hub.request("POST", "/webhooks/vpbx/s-vpbx", sample("vpbx/start_call"))
    hub.work_events()
    hub.operator("DELETE", f"{PATH}/1", account="acme")
    hub.work()
    assert receiver.requests == []
    assert len(hub.operator("GET", "/admin/deliveries", state="cancelled").json["deliveries"]) == 1


def test_subscriptions_and_destinations_are_views_of_the_same(hub: Hub) -> None:
    """The operator sees and filters all of them; a receiver sees what its dialect's own API made."""
    auth = hub.account("other")
    wish = {"event_name": "start.call", "webhook_url": "https://crm.example/"}
    hub.request("POST", "/api/v1/events/subscribe", wish, auth)
    url = "https://crm.example/b"
    hub.operator("POST", PATH, {"account": "other", "dialect": "vpbx", "url": url, "events": ["start.call"]})
    shown = hub.operator("GET", PATH, account="other").json["destinations"]
    assert [(one["id"], one["made_by"], one["events"]) for one in shown] == [
        (1, "receiver", ["start.call"]),
        (2, "operator", ["start.call"]),
    ]
    listed = hub.operator("GET", "/admin/subscriptions", account="other").json["subscriptions"]
    assert [(one["id"], one["event_name"], one["events"]) for one in listed] == [
        (1, "start.call", ["start.call"]),
        (2, "", ["start.call"]),
    ]
    active = hub.request("GET", "/api/v1/events/subscribe", None, auth).json["active_events"]
    assert [one["id"] for one in active] == [1]
    changed = hub.operator("PATCH", f"{PATH}/1", {"filters": {"direction": "incoming"}}, account="other")
    assert (changed.status, changed.json["filters"]["direction"]) == (200, "incoming")
    assert_refused(
        hub.operator("PATCH", f"{PATH}/1", {"events": ["end.call"]}, account="other"), 409, "conflict", "events"
    )


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"dialect": "morse"}, "dialect"),
        ({"dialect": "cato"}, "dialect"),
        ({"dialect": None}, "dialect"),
        ({"url": "file:///etc/passwd"}, "url"),
        ({"url": ["https://crm.example/"]}, "url"),
        ({"events": ["call.melted"]}, "events.0"),
        ({"filters": {"numbers": ["*"]}}, "filters.numbers"),
        ({"auth": {"type": "bearer"}}, "auth.token"),
        ({"timeout": "long"}, "timeout"),
    ],
    ids=str,
)
def test_a_bad_destination_is_400(hub: Hub, fields: dict[str, Any], field: str) -> None:
    """The field is named, and nothing is kept."""
    answer = add(hub, **{"url": "https://crm.example/", **fields})
    assert_refused(answer, 400, "invalid", field)
    assert hub.operator("GET", PATH, account="acme").json == {"destinations": [], "cursor": None}


def test_the_hubs_own_dialect_is_for_destinations_alone(hub: Hub) -> None:
    """No source speaks it."""
    answer = hub.operator("POST", "/admin/sources", {"account": "acme", "dialect": "standard"})
    assert_refused(answer, 400, "invalid", "dialect")


def test_a_destination_of_an_unknown_account_is_404(hub: Hub) -> None:
    """As every request for one is."""
    answer = hub.operator("POST", PATH, {"account": "nobody", "dialect": "standard", "url": "https://crm.example/"})
    assert_refused(answer, 404, "not_found", "account")


def test_a_destination_that_asks_for_what_has_no_sample_is_409(hub: Hub) -> None:
    """Nothing is sent."""
    add(hub, "https://crm.example/", dialect="vpbx", events=["custom.queue.full"])
    assert_refused(hub.operator("POST", f"{PATH}/1/test", account="acme"), 409, "conflict", "events")
