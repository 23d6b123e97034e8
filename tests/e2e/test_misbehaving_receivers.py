"""Receivers that misbehave in every way: nothing is lost, order is kept, and nobody else waits for them."""

import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook

from local.receiver import Answer, Received, Receiver
from tests.e2e.conftest import Hub
from tests.e2e.tenants import NAMES, Tenant, new_tenant
from tests.support.receiver import (
    Behaviour,
    Exchange,
    answering,
    dripping_body,
    dripping_headers,
    pouring,
    receiving,
    resetting,
    silent,
)
from tests.support.receiver import Received as RawRequest

Make = Callable[..., Receiver]
Wait = Callable[..., Any]
DEAD_AT_ONCE = (400, 405, 413, 415, 422)


def names(received: Sequence[Received], call: str) -> list[str]:
    """The events of a call that a receiver got, in order."""
    told = [one.json() for one in received]
    return [one["event_name"] for one in told if one["params"]["call_id"] == call]


def without_repeats(found: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(found))


def whole(calls: Iterable[str]) -> dict[str, list[str]]:
    return {call: list(NAMES) for call in calls}


def failing(received: Received) -> Answer:
    return Answer(500, b"no")


def half_an_answer(exchange: Exchange, request: RawRequest) -> bool:
    """Owe most of the body."""
    exchange.send(b"HTTP/1.1 500 No\r\nContent-Length: 100\r\n\r\nhalf")
    return False


def attempts_of(tenant: Tenant, state: str) -> list[dict[str, Any]]:
    """Every attempt at deliveries in a state."""
    return [attempt for delivery in tenant.deliveries(state) for attempt in delivery["attempts"]]


def test_a_receiver_that_recovers(hub: Hub, receiver: Make, wait_for: Wait) -> None:
    """What it failed waits for it, driven by exactly one execution, and arrives in order once it is back."""
    tenant, crm = new_tenant(hub), receiver(failing)
    tenant.subscribe(crm.url, *NAMES)
    tenant.play("call-1")
    wait_for(tenant.executions)
    assert tenant.endpoint(crm.url)["state"] == "failing"
    wait_for(lambda: len(tenant.deliveries("parked")) == len(NAMES))
    crm.respond = lambda _: Answer()
    wait_for(lambda: len(tenant.deliveries("delivered")) == len(NAMES))
    assert set(names(crm.requests, "call-1")[:-4]) == {"start.call"}
    assert names(crm.requests, "call-1")[-4:] == list(NAMES)
    assert wait_for(lambda: [one["status"] for one in tenant.executions()] == ["SUCCEEDED"])
    assert tenant.endpoint(crm.url)["state"] == "ok"


@pytest.mark.parametrize(
    ("behave", "expected"),
    [
        (silent, (None, "timeout")),
        (resetting, (None, "connection_broken")),
        (half_an_answer, (500, None)),
    ],
)
def test_a_receiver_without_a_proper_answer(
    hub: Hub, wait_for: Wait, behave: Behaviour, expected: tuple[int | None, str | None]
) -> None:
    """Each attempt is recorded with what came of it, and when the receiver answers, all arrives in order."""
    tenant = new_tenant(hub)
    with receiving(behave) as crm:
        tenant.subscribe(crm.url, *NAMES)
        tenant.play("call-1")
        wait_for(lambda: attempts_of(tenant, "parked"))
        (attempt, *_) = attempts_of(tenant, "parked")
        assert (attempt["status"], attempt["error"]) == expected
        crm.behave = answering()
        wait_for(lambda: len(tenant.deliveries("delivered")) == len(NAMES), timeout=30)
        told = [json.loads(one.body)["event_name"] for one in crm.requests]
    assert without_repeats(told) == list(NAMES)
    assert told[-3:] == list(NAMES[1:])


def ten_megabytes(exchange: Exchange, request: RawRequest) -> bool:
    """A long answer to a short question."""
    exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n")
    exchange.send(b"x" * 10_000_000)
    return False


@pytest.mark.parametrize("behave", [ten_megabytes, pouring, dripping_body, dripping_headers])
def test_a_yes_with_a_body_that_is_no_use(hub: Hub, wait_for: Wait, behave: Behaviour) -> None:
    """However long or slow its body is, a 2xx is a yes: delivered at the first attempt, with 1 KiB of it kept."""
    tenant = new_tenant(hub)
    with receiving(behave) as crm:
        tenant.subscribe(crm.url, "start.call")
        tenant.play("call-1", "start.call")
        (delivery,) = wait_for(lambda: tenant.deliveries("delivered"))
    (attempt,) = delivery["attempts"]
    assert attempt["status"] == 200
    assert len(attempt["answer"]) <= 1024
    assert attempt["duration_ms"] < 3000


def test_a_redirect_is_not_followed(hub: Hub, receiver: Make, wait_for: Wait) -> None:
    """A redirect is a failure like any other, and nothing is sent where it points."""
    tenant, elsewhere = new_tenant(hub), receiver()
    crm = receiver(lambda _: Answer(302, headers={"Location": f"{elsewhere.url}/internal"}))
    tenant.subscribe(crm.url, "start.call")
    tenant.play("call-1", "start.call")
    assert crm.wait_for(lambda received: len(received) >= 3, 20)
    assert elsewhere.requests == []
    assert {attempt["status"] for attempt in wait_for(lambda: attempts_of(tenant, "parked"))} == {302}
    crm.respond = lambda _: Answer()
    wait_for(lambda: tenant.deliveries("delivered"))


def test_a_receiver_that_asks_for_time(hub: Hub, receiver: Make, wait_for: Wait) -> None:
    """After 429 with Retry-After it is left alone for that long, though the schedule would be quicker."""
    tenant = new_tenant(hub)
    crm = receiver(lambda _: Answer(429, headers={"Retry-After": "6"}))
    tenant.subscribe(crm.url, "start.call")
    tenant.play("call-1", "start.call")
    assert crm.wait_for(lambda received: len(received) == 1, 20)
    crm.respond = lambda _: Answer()
    assert crm.wait_for(lambda received: len(received) == 2, 20)
    first, second = crm.requests
    assert 6 <= second.at - first.at < 12
    wait_for(lambda: tenant.deliveries("delivered"))


def test_a_throttling_receiver_is_left_alone_longer(hub: Hub, receiver: Make, wait_for: Wait) -> None:
    """429 alone waits for twelve times the first entry of the schedule: a minute of the default one."""
    tenant, crm = new_tenant(hub), receiver(lambda _: Answer(429))
    tenant.subscribe(crm.url, "start.call")
    tenant.play("call-1", "start.call")
    assert crm.wait_for(lambda received: len(received) == 1, 20)
    crm.respond = lambda _: Answer()
    assert crm.wait_for(lambda received: len(received) == 2, 20)
    first, second = crm.requests
    assert second.at - first.at >= 3


def test_a_receiver_that_is_gone(hub: Hub, receiver: Make, wait_for: Wait) -> None:
    """410 disables the subscription, which is kept with its reason; it is sent nothing more until it is made anew."""
    tenant, crm = new_tenant(hub), receiver(lambda _: Answer(410))
    tenant.subscribe(crm.url, "start.call", "end.call")
    tenant.play("call-1", "start.call")
    wait_for(lambda: tenant.subscription("start.call")["state"] == "disabled")
    gone = tenant.subscription("start.call")
    assert (gone["reason"], bool(gone["disabled_at"])) == ("the receiver answered 410 Gone", True)
    assert tenant.subscription("end.call")["state"] == "active"
    crm.respond = lambda _: Answer()
    tenant.play("call-2", "start.call", "end.call")
    assert crm.wait_for(lambda received: names(received, "call-2") == ["end.call"], 20)
    tenant.subscribe(crm.url, "start.call")
    tenant.play("call-3", "start.call")
    assert crm.wait_for(lambda received: names(received, "call-3") == ["start.call"], 20)
    assert len(crm.requests) == 3


def test_what_is_refused_for_good(hub: Hub, receiver: Make, wait_for: Wait) -> None:
    """Each final answer is a dead letter after one attempt, and the calls go on as if nothing had been."""
    refusals = {f"call-{status}": status for status in DEAD_AT_ONCE}

    def refuse(received: Received) -> Answer:
        told = received.json()
        refused = told["event_name"] == "local.in.call"
        return Answer(refusals.get(told["params"]["call_id"], 200) if refused else 200)

    tenant, crm = new_tenant(hub), receiver(refuse)
    tenant.subscribe(crm.url, *NAMES)
    for call in refusals:
        tenant.play(call)
    wait_for(lambda: len(tenant.deliveries("dead")) == len(refusals))
    assert crm.wait_for(lambda received: len(received) == len(refusals) * len(NAMES), 20)
    assert {call: names(crm.requests, call) for call in refusals} == whole(refusals)
    tried = [[attempt["status"] for attempt in one["attempts"]] for one in tenant.deliveries("dead")]
    assert sorted(tried) == [[status] for status in refusals.values()]
    assert tenant.endpoint(crm.url)["state"] == "ok"
    assert tenant.executions() == []


@pytest.mark.parametrize("status", [401, 404])
def test_a_receiver_that_is_deployed_anew(hub: Hub, receiver: Make, wait_for: Wait, status: int) -> None:
    """A receiver that took deliveries before loses nothing by answering 401 or 404 for a while."""
    tenant, crm = new_tenant(hub), receiver()
    tenant.subscribe(crm.url, *NAMES)
    tenant.play("before")
    wait_for(lambda: len(tenant.deliveries("delivered")) == len(NAMES))
    crm.respond = lambda _: Answer(status)
    tenant.play("meanwhile")
    assert {attempt["status"] for attempt in wait_for(lambda: attempts_of(tenant, "parked"))} == {status}
    crm.respond = lambda _: Answer()
    wait_for(lambda: len(tenant.deliveries("delivered")) == 2 * len(NAMES), timeout=30)
    assert without_repeats(names(crm.requests, "meanwhile")) == list(NAMES)
    assert tenant.deliveries("dead") == []


def test_a_flapping_receiver(hub: Hub, receiver: Make, wait_for: Wait) -> None:
    """One that is up every other second gets everything, each call in order."""
    tenant = new_tenant(hub)
    crm = receiver(lambda received: Answer(200 if int(received.at) % 2 else 503))
    tenant.subscribe(crm.url, *NAMES)
    calls = [f"call-{number}" for number in range(4)]
    for call in calls:
        tenant.play(call)
    wait_for(lambda: len(tenant.deliveries("delivered")) == len(calls) * len(NAMES), timeout=40)
    assert {call: without_repeats(names(crm.requests, call)) for call in calls} == whole(calls)


def test_a_poison_call(hub: Hub, receiver: Make, wait_for: Wait) -> None:
    """A call that its receiver chokes on delays only itself."""

    def choke(received: Received) -> Answer:
        return Answer(500 if received.json()["params"]["call_id"] == "poison" else 200)

    tenant, crm = new_tenant(hub), receiver(choke)
    tenant.subscribe(crm.url, *NAMES)
    tenant.play("poison")
    calls = [f"call-{number}" for number in range(3)]
    for call in calls:
        tenant.play(call)
    wait_for(lambda: len(tenant.deliveries("delivered")) == len(calls) * len(NAMES))
    assert len(tenant.deliveries("parked")) == len(NAMES)
    wait_for(tenant.executions)
    assert tenant.endpoint(crm.url)["state"] == "failing"
    tenant.play("late")
    assert crm.wait_for(lambda received: names(received, "late") == list(NAMES), 20)
    crm.respond = lambda _: Answer()
    everything = (len(calls) + 2) * len(NAMES)  # also of the poison call and the late one
    wait_for(lambda: len(tenant.deliveries("delivered")) == everything, timeout=40)
    assert (tenant.deliveries("parked"), tenant.deliveries("pending"), tenant.deliveries("dead")) == ([], [], [])


def test_a_failing_receiver_delays_nobody_else(hub: Hub, receiver: Make, wait_for: Wait) -> None:
    """While one receiver hangs on all its calls, another receiver gets every event."""
    tenant, crm = new_tenant(hub), receiver()
    with receiving(silent) as hanging:
        tenant.subscribe(hanging.url, "start.call")
        tenant.subscribe(crm.url, "end.call")
        for number in range(10):
            tenant.play(f"call-{number}", "start.call")
        wait_for(lambda: len(hanging.requests) >= 3)
        for number in range(10):
            tenant.play(f"call-{number}", "end.call")
        assert crm.wait_for(lambda received: len(received) == 10, 20)
        wait_for(lambda: len(tenant.deliveries("delivered")) == 10)
        hanging.behave = answering()
        wait_for(lambda: len(tenant.deliveries("delivered")) == 20, timeout=40)


def test_the_breaker(hub: Hub, receiver: Make, wait_for: Wait) -> None:
    """Many calls of a dead receiver cost one execution; the operator sees it all, and `try` drains it at once."""
    tenant, crm = new_tenant(hub), receiver(failing)
    tenant.subscribe(crm.url, *NAMES)
    calls = [f"call-{number}" for number in range(15)]
    for call in calls[:5]:
        tenant.play(call)
    endpoint = wait_for(lambda: (found := tenant.endpoint(crm.url))["state"] == "down" and found)
    assert endpoint["calls_waiting"] == 5
    assert datetime.fromisoformat(endpoint["next_attempt_at"]) > datetime.now(UTC) - timedelta(seconds=30)
    for call in calls[5:]:
        tenant.play(call)
    wait_for(lambda: tenant.endpoint(crm.url)["calls_waiting"] == len(calls))
    assert names(crm.requests, calls[-1]) == []  # the breaker is open: these were parked unsent
    crm.respond = lambda _: Answer()
    assert hub.operator("POST", f"/endpoints/{endpoint['id']}/try?account={tenant.id}").status_code == 202
    wait_for(lambda: len(tenant.deliveries("delivered")) == len(calls) * len(NAMES))
    assert {call: without_repeats(names(crm.requests, call)) for call in calls} == whole(calls)
    wait_for(lambda: tenant.endpoint(crm.url)["state"] == "ok")
    assert wait_for(lambda: [one["status"] for one in tenant.executions()] == ["SUCCEEDED"])


class Crowd:
    """Counts how many requests a receiver has at once."""

    def __init__(self) -> None:
        self._lock, self._now, self.most = threading.Lock(), 0, 0

    def __call__(self, exchange: Exchange, request: RawRequest) -> bool:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        exchange.pause(0.1)
        with self._lock:
            self._now -= 1
        return answering()(exchange, request)


@pytest.mark.parametrize("limit", [1, 10])
def test_a_limit_of_requests_in_flight(hub: Hub, wait_for: Wait, limit: int) -> None:
    """A receiver that takes one request at a time never has two; with the default it has several."""
    tenant, crowd = new_tenant(hub), Crowd()
    with receiving(crowd) as crm:
        tenant.subscribe(crm.url, "start.call")
        endpoint = tenant.endpoint(crm.url)["id"]
        body = {"max_in_flight": limit}
        limited = hub.operator("PATCH", f"/endpoints/{endpoint}?account={tenant.id}", json=body)
        assert limited.json()["max_in_flight"] == limit
        for number in range(16):
            tenant.play(f"call-{number}", "start.call")
        wait_for(lambda: len(tenant.deliveries("delivered")) == 16)
    assert (crowd.most == 1) == (limit == 1)


@pytest.mark.parametrize("limit", [1, 3])
def test_a_limit_of_requests_in_flight_while_a_receiver_recovers(hub: Hub, wait_for: Wait, limit: int) -> None:
    """What waited, what is tried again fast, and new calls: all together are no more at once than it takes."""
    tenant, crowd = new_tenant(hub), Crowd()
    with receiving(answering(500)) as crm:
        tenant.subscribe(crm.url, "start.call")
        endpoint = tenant.endpoint(crm.url)["id"]
        hub.operator("PATCH", f"/endpoints/{endpoint}?account={tenant.id}", json={"max_in_flight": limit})
        for number in range(12):
            tenant.play(f"call-{number}", "start.call")
        wait_for(lambda: tenant.endpoint(crm.url)["state"] == "down")
        crm.behave = crowd
        hub.operator("POST", f"/endpoints/{endpoint}/try?account={tenant.id}")
        for number in range(12, 20):
            tenant.play(f"call-{number}", "start.call")
        wait_for(lambda: len(tenant.deliveries("delivered")) == 20, timeout=40)
    assert 1 <= crowd.most <= limit


def test_a_limit_of_requests_a_second(hub: Hub, receiver: Make, wait_for: Wait) -> None:
    """A receiver that takes two a second gets no more, and everything in the end."""
    tenant, crm = new_tenant(hub), receiver()
    tenant.subscribe(crm.url, "start.call")
    endpoint = tenant.endpoint(crm.url)["id"]
    hub.operator("PATCH", f"/endpoints/{endpoint}?account={tenant.id}", json={"rate": 2})
    for number in range(8):
        tenant.play(f"call-{number}", "start.call")
    wait_for(lambda: len(tenant.deliveries("delivered")) == 8, timeout=40)
    seconds: dict[int, int] = defaultdict(int)
    for one in crm.requests:
        seconds[int(one.headers["webhook-timestamp"])] += 1
    assert max(seconds.values()) <= 2


def test_secrets_are_not_readable_where_they_are_kept(hub: Hub, receiver: Make) -> None:
    """Neither credentials nor signing secrets stand in any row, yet they arrive where they are for."""
    tenant, crm = new_tenant(hub), receiver()
    tenant.subscribe(crm.url, "start.call", auth_type="BearerTokenAuth", auth_string="hidden-from-rows")
    id_ = tenant.subscription("start.call")["id"]
    signed = hub.operator("POST", f"/subscriptions/{id_}/secret?account={tenant.id}").json()
    tenant.play("call-1", "start.call")
    assert crm.wait_for(lambda received: len(received) == 1, 20)
    assert crm.requests[0].headers["authorization"] == "Bearer hidden-from-rows"
    dynamodb = hub.aws("dynamodb")
    rows = [
        json.dumps(item, default=str)
        for table in ("SubscriptionsTable", "DeliveriesTable", "EndpointsTable", "CallsTable")
        for page in dynamodb.get_paginator("scan").paginate(TableName=hub.resource(table))
        for item in page["Items"]
    ]
    assert any(tenant.id in row for row in rows)
    assert not any(hidden in row for row in rows for hidden in ("hidden-from-rows", signed["secret"]))


def test_secrets_overlap_when_they_change(hub: Hub, receiver: Make) -> None:
    """After a rotation a delivery is signed with the new secret and with the old one."""
    tenant, crm = new_tenant(hub), receiver()
    tenant.subscribe(crm.url, "start.call")
    path = f"/subscriptions/{tenant.subscription('start.call')['id']}/secret?account={tenant.id}"
    secrets = [hub.operator("POST", path).json()["secret"] for _ in range(2)]
    tenant.play("call-1", "start.call")
    assert crm.wait_for(lambda received: len(received) == 1, 20)
    (arrived,) = crm.requests
    assert len(arrived.headers["webhook-signature"].split()) == 2
    for secret in secrets:
        Webhook(secret).verify(arrived.body, dict(arrived.headers))


def test_replay_of_a_time(hub: Hub, receiver: Make, wait_for: Wait) -> None:
    """What was delivered in a time goes out again under its ids, in order; a dry run only counts."""
    tenant, crm = new_tenant(hub), receiver()
    tenant.subscribe(crm.url, *NAMES)
    tenant.play("before")
    wait_for(lambda: len(tenant.deliveries("delivered")) == len(NAMES))
    since = datetime.now(UTC).isoformat()
    tenant.play("after")
    wait_for(lambda: len(tenant.deliveries("delivered")) == 2 * len(NAMES))
    body = {"account": tenant.id, "state": "delivered", "since": since}
    counted = hub.operator("POST", "/deliveries/replay", json={**body, "dry_run": True}).json()
    assert counted["count"] == len(NAMES)
    assert len(crm.requests) == 2 * len(NAMES)
    assert hub.operator("POST", "/deliveries/replay", json=body).json()["count"] == len(NAMES)
    assert crm.wait_for(lambda received: len(received) == 3 * len(NAMES), 20)
    again = crm.requests[2 * len(NAMES) :]
    assert names(again, "after") == list(NAMES)
    assert [one.headers["webhook-id"] for one in again] == [one.headers["webhook-id"] for one in crm.requests[4:8]]


def test_operational_events(hub: Hub, receiver: Make, wait_for: Wait) -> None:
    """Whoever subscribes to the topic hears of trouble, of its end, of a dead letter and of a subscription's end."""
    sqs, heard = hub.aws("sqs"), defaultdict(list)
    queue = sqs.create_queue(QueueName="operations")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    hub.aws("sns").subscribe(TopicArn=hub.resource("OperationsTopic"), Protocol="sqs", Endpoint=arn)

    def listen() -> dict[str, list[str]]:
        for message in sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
            told = json.loads(json.loads(message["Body"])["Message"])
            heard[told["account"]].append(told["event"])
        return heard

    def answer(received: Received) -> Answer:
        return Answer(answers[received.json()["event_name"]])

    answers = dict.fromkeys(NAMES, 500)
    tenant, crm = new_tenant(hub), receiver(answer)
    tenant.subscribe(crm.url, *NAMES)
    tenant.play("call-1")
    wait_for(lambda: "endpoint.failing" in listen()[tenant.id])
    answers |= {"start.call": 200, "local.in.call": 422, "start.talk": 410, "end.call": 200}
    expected = ["delivery.dead", "delivery.dead", "endpoint.failing", "endpoint.recovered", "subscription.disabled"]
    assert wait_for(lambda: sorted(listen()[tenant.id]) == expected)
