"""workers/deliver: messages in, requests to receivers out; and the operator's view of them."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from standardwebhooks import Webhook

from switchboard.aws.codec import dump, load, unpack
from switchboard.deliveries.model import Delivery
from switchboard.kernel.call import Kind
from switchboard.subscriptions.model import AuthType
from tests.support.builders import an_event
from tests.support.hub import Hub
from tests.support.metrics import metrics_of
from tests.support.receiver import Exchange, Received, Receiver, answer, answering, receiving

APPLY, FOLDER, QUEUE = "workers/apply_call_event", "workers/deliver", "DeliveriesQueue"
NAMES = {"start.call": Kind.CALL_STARTED, "start.talk": Kind.CALL_ANSWERED, "end.call": Kind.CALL_ENDED}
SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture(autouse=True)
def _account(hub: Hub) -> None:
    hub.account()


def happen(hub: Hub, *names: str, call_id: str = "call-1") -> None:
    """Let these events happen, and be planned for delivery."""
    for name in names:
        event = an_event(f"{call_id}-{name}", call_id=call_id, external_id=call_id, name=name, kind=NAMES[name])
        hub.stack.sqs.send_message(
            QueueUrl=hub.stack.queue("EventsQueue"),
            MessageBody=dump(event),
            MessageGroupId=f"acme:{event.lane}",
            MessageDeduplicationId=event.id,
        )
    hub.work_events()


def deliver(hub: Hub) -> list[dict[str, Any]]:
    """One batch; what has to come again is made visible at once."""
    failed = hub.poll(QUEUE, FOLDER)
    hub.stack.show_again(QUEUE, failed)
    return failed


def shown(hub: Hub, state: str) -> list[dict[str, Any]]:
    """Deliveries in a state, as the operator sees them."""
    found: list[dict[str, Any]] = hub.operator("GET", "/admin/deliveries", state=state).json["deliveries"]
    return found


def waits(hub: Hub) -> list[int]:
    """Seconds for which the worker hid messages."""
    hidden = [params for folder, _, name, params in hub.calls if folder == FOLDER and name == "ChangeMessageVisibility"]
    return [params["VisibilityTimeout"] for params in hidden]


def test_a_delivery_reaches_its_receiver(hub: Hub, receiver: Receiver) -> None:
    """As JSON in the subscriber's dialect, with the headers that every delivery has."""
    hub.subscribe(url=receiver.url)
    happen(hub, "start.call")
    assert deliver(hub) == []
    (request,) = receiver.requests
    (record,) = shown(hub, "delivered")
    assert json.loads(request.body)["event_name"] == "start.call"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["webhook-id"] == record["id"]
    assert request.headers["webhook-timestamp"].isdecimal()
    assert "webhook-signature" not in request.headers


BASIC = "Basic " + base64.b64encode("crm:пароль".encode()).decode()
HEADERS: dict[str, tuple[dict[str, Any], str | None]] = {
    "none": ({}, None),
    "basic": ({"auth_type": AuthType.BASIC, "auth_string": "crm:пароль"}, BASIC),
    "bearer": ({"auth_type": AuthType.BEARER, "auth_string": "tok-1"}, "Bearer tok-1"),
}


@pytest.mark.parametrize(("fields", "authorization"), HEADERS.values(), ids=HEADERS)
def test_a_delivery_proves_itself_by_header(
    hub: Hub, receiver: Receiver, fields: dict[str, Any], authorization: str | None
) -> None:
    """As the subscriber asked for."""
    hub.subscribe(url=receiver.url, **fields)
    happen(hub, "start.call")
    deliver(hub)
    assert receiver.requests[0].headers.get("authorization") == authorization


def test_a_delivery_proves_itself_in_its_body(hub: Hub, receiver: Receiver) -> None:
    """The token stands in the field that the subscriber named, and in no record of ours."""
    hub.subscribe(url=receiver.url, auth_type=AuthType.BODY, auth_string="hidden-one", auth_field="key")
    happen(hub, "start.call")
    deliver(hub)
    assert json.loads(receiver.requests[0].body)["key"] == "hidden-one"
    (row,) = hub.stack.items("DeliveriesTable")
    assert "hidden-one" not in str(row) + str(unpack(row["data"]["B"], Delivery)) + hub.log.getvalue()


def test_a_signed_delivery_is_verified_by_the_standard_library(hub: Hub, receiver: Receiver) -> None:
    """Standard Webhooks v1, over the bytes as they are sent."""
    hub.subscribe(url=receiver.url, secret=SECRET, auth_type=AuthType.BODY, auth_string="т", auth_field="key")
    happen(hub, "start.call")
    deliver(hub)
    (request,) = receiver.requests
    assert Webhook(SECRET).verify(request.body, request.headers) == json.loads(request.body)


def test_events_of_a_call_arrive_in_order(hub: Hub, receiver: Receiver) -> None:
    """Though they go by three subscriptions."""
    for number, name in enumerate(NAMES, 1):
        hub.subscribe(name, id=number, url=receiver.url)
    happen(hub, *NAMES)
    hub.work()
    assert [json.loads(request.body)["event_name"] for request in receiver.requests] == list(NAMES)


def test_a_failing_delivery_holds_up_its_call(hub: Hub, receiver: Receiver) -> None:
    """It leaves the queue with what comes after it, and all arrives in order when the receiver is back."""
    for number, name in enumerate(NAMES, 1):
        hub.subscribe(name, id=number, url=receiver.url)
    happen(hub, *NAMES)
    receiver.behave = answering(503)
    assert deliver(hub) == []
    assert [record["event_name"] for record in shown(hub, "parked")] == list(NAMES)[::-1]
    receiver.behave = answering(200)
    hub.work()
    names = [json.loads(request.body)["event_name"] for request in receiver.requests]
    assert names == ["start.call", *NAMES]


def test_a_failing_receiver_holds_up_nobody_else(hub: Hub, receiver: Receiver) -> None:
    """Another receiver of the same call gets its event."""
    hub.subscribe("start.call", id=1, url=receiver.url)
    receiver.behave = answering(500)
    with receiving() as other:
        hub.subscribe("start.talk", id=2, url=other.url)
        happen(hub, "start.call", "start.talk")
        deliver(hub)
        deliver(hub)
        assert len(other.requests) == 1


def test_a_slow_receiver_holds_up_nobody_else(hub: Hub, receiver: Receiver) -> None:
    """While its answer is waited for, the others of the batch are recorded, and their groups are free."""

    def freed() -> bool:
        return any(name == "DeleteMessageBatch" for _, _, name, _ in list(hub.calls))

    def slow(exchange: Exchange, request: Received) -> bool:
        while not freed() and exchange.pause(0.02):
            pass
        exchange.send(answer(200))
        return True

    with receiving(slow) as other:
        hub.subscribe(url=receiver.url, dialect="vpbx")
        hub.subscribe("start.talk", url=other.url, dialect="vpbx")
        happen(hub, "start.call", call_id="call-1")
        happen(hub, "start.talk", call_id="call-2")
        assert deliver(hub) == []
        assert (len(receiver.requests), len(other.requests)) == (1, 1)
    names = [name for folder, _, name, _ in hub.calls if folder == FOLDER]
    assert names.index("BatchWriteItem") < names.index("DeleteMessageBatch")
    assert len(shown(hub, "delivered")) == 2


def test_an_attempt_is_recorded_as_it_went(hub: Hub, receiver: Receiver) -> None:
    """Address, status, answer and duration; the delivery is parked and waits for its time."""
    hub.subscribe(url=receiver.url)
    receiver.behave = answering(503, b"come back later", Retry_After="7")
    happen(hub, "start.call")
    deliver(hub)
    (record,) = shown(hub, "parked")
    (attempt,) = record["attempts"]
    assert (attempt["status"], attempt["answer"], attempt["error"]) == (503, "come back later", None)
    assert (attempt["address"], attempt["retry_after"]) == ("127.0.0.1", "7")
    assert attempt["duration_ms"] >= 0
    assert record["parked_at"]


def test_a_lane_is_tried_again_after_its_wait(hub: Hub, receiver: Receiver) -> None:
    """The schedule's first entry, or what the receiver asks for."""
    hub.stack.refs["RetrySchedule"] = "5,30,120"
    hub.subscribe(url=receiver.url)
    receiver.behave = answering(503)
    happen(hub, "start.call")
    deliver(hub)
    receiver.behave = answering(503, Retry_After="77")
    happen(hub, "start.call", call_id="call-2")
    deliver(hub)
    delays = [
        params["DelaySeconds"] for folder, _, name, params in hub.calls if (folder, name) == (FOLDER, "SendMessage")
    ]
    assert 4 <= delays[0] <= 6
    assert delays[1:] == [77]


def test_every_attempt_has_the_same_id(hub: Hub, receiver: Receiver) -> None:
    """So that a receiver can tell a repeat."""
    hub.subscribe(url=receiver.url)
    receiver.behave = answering(500)
    happen(hub, "start.call")
    hub.work()
    assert len(receiver.requests) == 3
    assert len({request.headers["webhook-id"] for request in receiver.requests}) == 1


def test_a_final_refusal_is_a_dead_letter_at_once(hub: Hub, receiver: Receiver) -> None:
    """With its one attempt and the reason; the list of deliveries shows it unless told otherwise."""
    hub.subscribe(url=receiver.url)
    receiver.behave = answering(422)
    happen(hub, "start.call")
    assert deliver(hub) == []
    listed = hub.operator("GET", "/admin/deliveries").json
    (record,) = listed["deliveries"]
    assert (record["state"], len(record["attempts"]), bool(record["reason"])) == ("dead", 1, True)
    assert (record["finished_at"] is not None, listed["cursor"]) == (True, None)
    assert hub.operator("GET", f"/admin/deliveries/{record['id']}").json == record


def test_the_next_of_a_call_goes_out_when_the_first_is_dead(hub: Hub, receiver: Receiver) -> None:
    """A dead letter stands in nobody's way."""
    hub.subscribe("start.call", id=1, url=receiver.url + "?refuse")
    hub.subscribe("start.talk", id=2, url=receiver.url)
    receiver.behave = lambda exchange, request: answering(422 if "refuse" in request.path else 200)(exchange, request)
    happen(hub, "start.call", "start.talk")
    hub.work()
    assert [record["event_name"] for record in shown(hub, "delivered")] == ["start.talk"]


def test_a_receiver_that_is_gone_ends_its_subscription(hub: Hub, receiver: Receiver) -> None:
    """410: the operator sees why, and is told of it on the topic; the next event goes nowhere."""
    queue = hub.stack.told("OperationsTopic")
    hub.subscribe(url=receiver.url)
    receiver.behave = answering(410)
    happen(hub, "start.call")
    hub.work()
    happen(hub, "start.call", call_id="call-2")
    hub.work()
    (subscription,) = hub.operator("GET", "/admin/subscriptions", account="acme").json["subscriptions"]
    told = hub.stack.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    assert (subscription["state"], bool(subscription["reason"]), len(receiver.requests)) == ("disabled", True, 1)
    assert {json.loads(one["Body"])["event"] for one in told} == {"subscription.disabled", "delivery.dead"}


def dead_letter(hub: Hub, receiver: Receiver) -> str:
    """The id of a delivery that was refused."""
    hub.subscribe(url=receiver.url)
    receiver.behave = answering(400)
    happen(hub, "start.call")
    hub.work()
    receiver.behave = answering(200)
    (record,) = shown(hub, "dead")
    return str(record["id"])


def test_a_dead_letter_is_replayed_under_the_same_id(hub: Hub, receiver: Receiver) -> None:
    """202, and the receiver gets it again with the id that it knows."""
    id_ = dead_letter(hub, receiver)
    answer = hub.operator("POST", f"/admin/deliveries/{id_}/replay")
    assert (answer.status, answer.json) == (202, {"id": id_, "state": "pending", "replays": 1})
    hub.work()
    (record,) = shown(hub, "delivered")
    assert [attempt["status"] for attempt in record["attempts"]] == [400, 200]
    assert {request.headers["webhook-id"] for request in receiver.requests} == {id_}


def test_a_replay_that_fails_waits_for_its_receiver(hub: Hub, receiver: Receiver) -> None:
    """With all its attempts again."""
    id_ = dead_letter(hub, receiver)
    receiver.behave = answering(502)
    hub.operator("POST", f"/admin/deliveries/{id_}/replay")
    hub.work()
    (record,) = shown(hub, "parked")
    assert [attempt["status"] for attempt in record["attempts"]] == [400, 502, 502, 502]


def test_a_delivered_one_can_be_replayed_too(hub: Hub, receiver: Receiver) -> None:
    """A receiver that lost its data asks for it again."""
    hub.subscribe(url=receiver.url)
    happen(hub, "start.call")
    deliver(hub)
    (record,) = shown(hub, "delivered")
    assert hub.operator("POST", f"/admin/deliveries/{record['id']}/replay").status == 202
    hub.work()
    assert len(receiver.requests) == 2


def test_another_accounts_delivery_is_not_replayed(hub: Hub, receiver: Receiver) -> None:
    """Where the operator names an account, it is that account's or none."""
    id_ = dead_letter(hub, receiver)
    hub.account("other")
    assert hub.operator("POST", f"/admin/deliveries/{id_}/replay", account="other").status == 404
    assert hub.operator("GET", f"/admin/deliveries/{id_}", account="other").status == 404


def test_a_delivery_of_a_cancelled_subscription_is_not_sent(hub: Hub, receiver: Receiver) -> None:
    """It is finished without an attempt."""
    auth = hub.account("fresh")
    wish = {"event_name": "start.call", "webhook_url": receiver.url}
    hub.request("POST", "/api/v1/events/subscribe", wish, auth)
    event = an_event("f1", account="fresh")
    send_event(hub, event)
    hub.request("DELETE", "/api/v1/events/subscribe", None, auth, {"event_name": "start.call"})
    assert deliver(hub) == []
    (record,) = shown(hub, "cancelled")
    assert (record["attempts"], receiver.requests) == ([], [])


def send_event(hub: Hub, event: Any) -> None:
    hub.stack.sqs.send_message(
        QueueUrl=hub.stack.queue("EventsQueue"),
        MessageBody=dump(event),
        MessageGroupId=f"{event.account}:{event.lane}",
        MessageDeduplicationId=event.id,
    )
    hub.work_events()


def test_a_new_url_holds_from_the_next_event_on(hub: Hub, receiver: Receiver) -> None:
    """A warm worker that remembers the old one is told by the event that there is a newer."""
    auth = hub.account("fresh")
    wish = {"event_name": "start.call", "webhook_url": receiver.url}
    hub.request("POST", "/api/v1/events/subscribe", wish, auth)
    send_event(hub, an_event("f1", account="fresh"))
    deliver(hub)
    with receiving() as other:
        hub.request("PUT", "/api/v1/events/subscribe", {**wish, "webhook_url": other.url}, auth)
        send_event(hub, an_event("f2", account="fresh", call_id="call-2"))
        deliver(hub)
        assert (len(receiver.requests), len(other.requests)) == (1, 1)


def test_a_retry_goes_to_the_new_url(hub: Hub, receiver: Receiver) -> None:
    """A receiver that moved gets what the old address refused."""
    auth = hub.account("fresh")
    wish = {"event_name": "start.call", "webhook_url": receiver.url}
    hub.request("POST", "/api/v1/events/subscribe", wish, auth)
    receiver.behave = answering(500)
    send_event(hub, an_event("f1", account="fresh"))
    deliver(hub)
    with receiving() as other:
        hub.request("PUT", "/api/v1/events/subscribe", {**wish, "webhook_url": other.url}, auth)
        hub.restart()
        hub.work()
        assert len(other.requests) == 1


def test_the_same_message_again_is_not_sent_again(hub: Hub, receiver: Receiver) -> None:
    """A message whose deletion was lost finds its delivery finished."""
    hub.subscribe(url=receiver.url)
    happen(hub, "start.call")
    (record,) = hub.stack.messages(QUEUE)
    hub.invoke(FOLDER, {"Records": [record]})
    again = {**record, "attributes": {**record["attributes"], "ApproximateReceiveCount": "2"}}
    assert hub.invoke(FOLDER, {"Records": [again]}) == {"batchItemFailures": []}
    assert len(receiver.requests) == 1


@pytest.mark.refused_by_aws
def test_a_crash_between_the_attempt_and_its_record_costs_a_repeat_at_most(hub: Hub, receiver: Receiver) -> None:
    """Nothing of the batch is acknowledged, the receiver sees the same id twice, and the delivery is finished."""
    hub.subscribe(url=receiver.url)
    happen(hub, "start.call")
    records = hub.stack.messages(QUEUE)
    answer = hub.invoke(FOLDER, {"Records": records}, DELIVERIES_TABLE="missing-table")
    assert {one["itemIdentifier"] for one in answer["batchItemFailures"]} == {one["messageId"] for one in records}
    hub.restart()
    hub.stack.show_again(QUEUE, records)
    assert deliver(hub) == []
    assert len({request.headers["webhook-id"] for request in receiver.requests}) == 1
    assert (len(receiver.requests), len(shown(hub, "delivered"))) == (2, 1)


def test_private_receivers_are_refused_unless_allowed(hub: Hub, receiver: Receiver) -> None:
    """On AWS a subscription cannot point the hub at its own network."""
    hub.stack.refs["AllowPrivateTargets"] = "false"
    hub.subscribe(url=receiver.url)
    happen(hub, "start.call")
    deliver(hub)
    (record,) = shown(hub, "parked")
    assert (record["attempts"][0]["error"], receiver.connections) == ("address_not_public", 0)


BAD_BODIES = {"no JSON": "{", "empty": "", "a list": "[]", "another shape": '{"id": 7}', "huge": "x" * 250_000}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
def test_a_message_that_is_none_is_handed_back_alone(hub: Hub, receiver: Receiver, body: str) -> None:
    """It goes to the dead letters of the queue in the end; what came with it in other groups is done."""
    hub.subscribe(url=receiver.url)
    happen(hub, "start.call")
    (good,) = hub.stack.messages(QUEUE)
    bad = {**good, "messageId": "bad", "body": body, "attributes": {**good["attributes"], "MessageGroupId": "other"}}
    told = hub.invoke(FOLDER, {"Records": [bad, good]})
    assert told == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert len(receiver.requests) == 1


def test_a_receivers_rate_holds_back_what_is_too_much(hub: Hub, receiver: Receiver) -> None:
    """The message comes again; nothing is parked, and the call's order is kept."""
    hub.subscribe("start.call", id=1, url=receiver.url)
    hub.subscribe("start.talk", id=2, url=receiver.url)
    endpoint = hub.operator("GET", "/admin/endpoints", account="acme").json["endpoints"][0]
    hub.operator("PATCH", f"/admin/endpoints/{endpoint['id']}", {"rate": 0.01}, account="acme")
    happen(hub, "start.call", "start.talk")
    failed = hub.poll(QUEUE, FOLDER)
    assert (len(failed), len(receiver.requests), shown(hub, "parked")) == (1, 1, [])
    assert waits(hub) == [100]


def test_without_time_left_no_attempt_is_begun(hub: Hub, receiver: Receiver) -> None:
    """An attempt that could be cut off is left for the next worker."""
    hub.subscribe(url=receiver.url)
    happen(hub, "start.call")
    told = hub.invoke(FOLDER, {"Records": hub.stack.messages(QUEUE)}, remaining=6.0)
    assert (len(told["batchItemFailures"]), receiver.requests) == (1, [])


def test_an_attempt_that_fails_is_no_metric(hub: Hub) -> None:
    """The time to a delivery is known once the receiver has taken the delivery."""
    hub.subscribe(url="http://127.0.0.1:1/nobody")
    happen(hub, "start.call")
    deliver(hub)
    lines = [json.loads(line) for line in hub.log.getvalue().splitlines()]
    assert "delivery.attempted" in {line["message"] for line in lines}
    assert not [line for line in lines if "delivery.delivered_after" in line]


def test_an_attempt_is_logged_by_its_ids_and_result(hub: Hub, receiver: Receiver) -> None:
    """One line, without a number, a URL or a secret."""
    hub.subscribe(url=receiver.url + "?key=hidden-one", auth_type=AuthType.BEARER, auth_string="hidden-two")
    happen(hub, "start.call")
    deliver(hub)
    line = json.loads(hub.log.getvalue().splitlines()[-1])
    wanted = {"message": "delivery.attempted", "account": "acme", "call_id": "call-1", "state": "delivered"}
    assert line.items() >= {**wanted, "attempt": 1, "status": 200}.items()
    assert metrics_of(line) == (["delivery.delivered_after", "event.delivered_after"], [["service"]])
    assert line["event.delivered_after"] >= line["delivery.delivered_after"]
    assert not any(word in hub.log.getvalue() for word in ("hidden", "79161234567", receiver.url))


def test_what_is_in_the_queue_is_what_is_on_record(hub: Hub, receiver: Receiver) -> None:
    """Message and row tell the same delivery."""
    hub.subscribe(url=receiver.url)
    happen(hub, "start.call")
    (message,) = hub.stack.messages(QUEUE)
    (row,) = hub.stack.items("DeliveriesTable")
    assert load(message["body"], Delivery) == unpack(row["data"]["B"], Delivery)
