"""workers/apply_call_event: messages in, calls and deliveries out."""

import json
from typing import Any

import pytest

from switchboard.aws.codec import dump, load
from switchboard.aws.deliveries_table import DeliveriesTable
from switchboard.deliveries.model import Delivery, DeliveryRecord, DeliveryState
from switchboard.deliveries.ports import Deliveries
from switchboard.errors import Busy
from switchboard.kernel.call import CallEvent, Kind
from tests.support.builders import CALLER, an_attempt, an_event, an_event_of_no_call
from tests.support.hub import Hub
from tests.support.metrics import metrics_of

FOLDER = "workers/apply_call_event"


def send(hub: Hub, *events: CallEvent, body: str | None = None) -> None:
    """Put events into the queue, as the webhooks do."""
    for event in events:
        hub.stack.sqs.send_message(
            QueueUrl=hub.stack.queue("EventsQueue"),
            MessageBody=dump(event) if body is None else body,
            MessageGroupId=f"{event.account}:{event.lane}",
            MessageDeduplicationId=event.id,
        )


def record(event: CallEvent, receives: int = 1, body: str | None = None) -> dict[str, Any]:
    """A message as the queue hands it out, though it is in none."""
    return {
        "messageId": f"m-{event.id}",
        "receiptHandle": f"r-{event.id}",
        "body": dump(event) if body is None else body,
        "attributes": {"MessageGroupId": f"{event.account}:{event.lane}", "ApproximateReceiveCount": str(receives)},
        "eventSource": "aws:sqs",
    }


def queued(hub: Hub) -> list[Delivery]:
    return [load(message["body"], Delivery) for message in hub.stack.drain("DeliveriesQueue")]


def call(hub: Hub, call_id: str = "call-1") -> dict[str, Any]:
    found: dict[str, Any] = hub.operator("GET", f"/admin/calls/{call_id}", account="acme").json
    return found


@pytest.fixture(autouse=True)
def _account(hub: Hub) -> None:
    hub.account()


def test_an_event_becomes_a_call(hub: Hub) -> None:
    """The call is there, with the event in its log, and the message is done."""
    send(hub, an_event())
    assert hub.poll("EventsQueue", FOLDER) == []
    found = call(hub)
    assert (found["state"], found["caller"]) == ("ringing", {"received": CALLER.received, "e164": CALLER.e164})
    assert [event["id"] for event in found["events"]] == ["e1"]


def test_an_event_is_sent_to_whom_it_was_promised(hub: Hub) -> None:
    """One delivery for the subscription to this event, none for those to others."""
    hub.subscribe("start.call", id=1)
    hub.subscribe("end.call", id=2)
    hub.subscribe("start.call", account="other")
    send(hub, an_event())
    hub.poll("EventsQueue", FOLDER)
    (delivery,) = queued(hub)
    assert (delivery.account, delivery.event_name, delivery.subscription_id) == ("acme", "start.call", 1)
    assert json.loads(delivery.body)["params"]["src_phone"] == CALLER.received
    assert [one["id"] for one in call(hub)["deliveries"]] == [delivery.id]


def test_a_queue_that_refuses_deliveries_gets_the_events_back_and_then_one_by_one(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deliveries of several calls are queued together. After a failure no event waits for another's deliveries."""
    hub.subscribe("start.call")
    records = [record(an_event(f"e{n}", call_id=f"call-{n}")) for n in range(3)]
    with monkeypatch.context() as away:
        away.setattr("switchboard.aws.queues.SqsDeliveryQueue._send", _refusing)
        answer = hub.invoke(FOLDER, {"Records": records})
    assert sorted(one["itemIdentifier"] for one in answer["batchItemFailures"]) == ["m-e0", "m-e1", "m-e2"]
    again = [record(an_event(f"e{n}", call_id=f"call-{n}"), receives=2) for n in range(3)]
    assert hub.invoke(FOLDER, {"Records": again}) == {"batchItemFailures": []}
    assert sorted(one.event_id for one in queued(hub)) == ["e0", "e1", "e2"]


def _refusing(*_: object) -> None:
    raise Busy("The queue of deliveries refused a message.")


def test_an_event_nobody_asked_for_is_kept(hub: Hub) -> None:
    """Without subscribers there is a call and no delivery."""
    send(hub, an_event())
    hub.poll("EventsQueue", FOLDER)
    assert (call(hub)["deliveries"], queued(hub)) == ([], [])


def test_events_of_a_batch_are_applied_in_their_order(hub: Hub) -> None:
    """A whole call in one batch, and its deliveries in the same order."""
    names = {"start.call": Kind.CALL_STARTED, "start.talk": Kind.CALL_ANSWERED, "end.call": Kind.CALL_ENDED}
    for number, name in enumerate(names):
        hub.subscribe(name, id=number)
    send(hub, *(an_event(f"e{n}", name=name, kind=kind) for n, (name, kind) in enumerate(names.items())))
    hub.poll("EventsQueue", FOLDER)
    assert call(hub)["state"] == "ended"
    assert [delivery.event_name for delivery in queued(hub)] == list(names)


def test_the_same_message_again_has_no_second_effect(hub: Hub) -> None:
    """A message that comes back after it was done leaves call, log and deliveries as they are."""
    hub.subscribe("start.call")
    batch = {"Records": [record(an_event())]}
    for _ in range(2):
        assert hub.invoke(FOLDER, batch) == {"batchItemFailures": []}
    assert (call(hub)["events_count"], len(call(hub)["deliveries"]), len(queued(hub))) == (1, 1, 1)


def test_a_late_repeat_of_a_delivered_event_is_not_delivered_again(hub: Hub, deliveries: Deliveries) -> None:
    """When the queue has forgotten the first, the record has not."""
    hub.subscribe("start.call")
    hub.invoke(FOLDER, {"Records": [record(an_event())]})
    (delivery,) = queued(hub)
    deliveries.write([DeliveryRecord(delivery, DeliveryState.DELIVERED, (an_attempt(200),))])
    forget_deduplication(hub)
    hub.invoke(FOLDER, {"Records": [record(an_event())]})
    assert queued(hub) == []


@pytest.fixture
def deliveries(hub: Hub) -> Deliveries:
    return DeliveriesTable(hub.stack.dynamodb, hub.stack.table("DeliveriesTable"))


def forget_deduplication(hub: Hub) -> None:
    """A queue without a memory, as it is after five minutes."""
    url = hub.stack.queue("DeliveriesQueue")
    hub.stack.sqs.delete_queue(QueueUrl=url)
    name = url.rsplit("/", 1)[1]
    hub.stack.sqs.create_queue(QueueName=name, Attributes={"FifoQueue": "true"})


@pytest.mark.refused_by_aws
def test_a_crash_before_the_queue_heals(hub: Hub) -> None:
    """What was kept and not sent is sent when the message comes again, once and under the same id."""
    hub.subscribe("start.call")
    batch = {"Records": [record(an_event())]}
    missing = hub.stack.queue("DeliveriesQueue").replace("Deliveries", "Missing")
    told = hub.invoke(FOLDER, batch, DELIVERIES_QUEUE_URL=missing)
    assert told == {"batchItemFailures": [{"itemIdentifier": "m-e1"}]}
    kept = call(hub)["deliveries"]
    hub.restart()
    assert hub.invoke(FOLDER, batch) == {"batchItemFailures": []}
    assert [delivery.id for delivery in queued(hub)] == [one["id"] for one in kept]
    assert call(hub)["events_count"] == 1


def test_a_failed_event_holds_up_its_call_alone(hub: Hub) -> None:
    """What comes after it in its lane waits, in order; the other call is done."""
    poison = record(an_event("e1"), body="{")
    batch = [poison, record(an_event("e2")), record(an_event("o1", call_id="call-2")), record(an_event("e3"))]
    told = hub.invoke(FOLDER, {"Records": batch})
    assert [one["itemIdentifier"] for one in told["batchItemFailures"]] == ["m-e1", "m-e2", "m-e3"]
    assert call(hub, "call-2")["events_count"] == 1
    assert "error" in call(hub, "call-1")


def test_what_came_before_a_failure_is_done(hub: Hub) -> None:
    """The first of a lane is not handed back for the second's sake."""
    batch = [record(an_event("e1")), record(an_event("e2"), body="[]")]
    told = hub.invoke(FOLDER, {"Records": batch})
    assert told == {"batchItemFailures": [{"itemIdentifier": "m-e2"}]}
    assert call(hub)["events_count"] == 1


def test_a_failed_event_waits_out_of_sight(hub: Hub) -> None:
    """The rest of the lane is hidden together, so that nothing overtakes."""
    send(hub, an_event("e1"), body="{")
    send(hub, an_event("e2"))
    failed = hub.poll("EventsQueue", FOLDER)
    hidden = [params for _, _, name, params in hub.calls if name == "ChangeMessageVisibility"]
    assert {params["ReceiptHandle"] for params in hidden} == {message["receiptHandle"] for message in failed}
    assert {params["VisibilityTimeout"] for params in hidden} == {15}


def test_without_time_left_nothing_is_begun(hub: Hub) -> None:
    """A batch that comes too late is handed back whole, and at once."""
    send(hub, an_event("e1"), an_event("e2"))
    records = hub.stack.messages("EventsQueue")
    told = hub.invoke(FOLDER, {"Records": records}, remaining=1.0)
    assert len(told["batchItemFailures"]) == 2
    assert hub.operator("GET", "/admin/calls").json["calls"] == []


def test_an_event_of_no_call_is_kept_with_its_source(hub: Hub) -> None:
    """And makes no call."""
    hub.source()
    send(hub, an_event_of_no_call())
    hub.poll("EventsQueue", FOLDER)
    shown = hub.operator("GET", "/admin/sources/s-office/events").json["events"]
    assert [event["id"] for event in shown] == ["n1"]
    assert hub.operator("GET", "/admin/calls").json["calls"] == []


def test_an_event_is_logged_by_its_ids_and_outcome(hub: Hub) -> None:
    """One line, without a number."""
    send(hub, an_event())
    hub.poll("EventsQueue", FOLDER)
    (line,) = [json.loads(line) for line in hub.log.getvalue().splitlines()]
    wanted = {"message": "call_event.applied", "account": "acme", "call_id": "call-1", "event_id": "e1"}
    assert line.items() >= {**wanted, "outcome": "advanced", "state": "ringing"}.items()
    assert metrics_of(line) == (["event.applied_after"], [["service"]])
    assert CALLER.received not in hub.log.getvalue()


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '{"id":7}', '{"caller":"79161234567"}'])
def test_a_poisoned_message_is_logged_without_what_it_holds(hub: Hub, body: str) -> None:
    """It comes again until the queue gives it up; its text is in no log."""
    told = hub.invoke(FOLDER, {"Records": [record(an_event(), body=body)]})
    assert len(told["batchItemFailures"]) == 1
    assert "message.failed" in hub.log.getvalue()
    assert CALLER.received not in hub.log.getvalue()


def test_a_call_is_opened_with_all_that_is_kept_of_it(hub: Hub) -> None:
    """State, timeline, raw events and deliveries."""
    hub.subscribe("start.call")
    send(hub, an_event(), an_event("e2", kind=Kind.CALL_ENDED, name="end.call"))
    hub.work_events()
    found = call(hub)
    assert [moment["kind"] for moment in found["timeline"]] == ["call.started", "call.ended"]
    assert found["events"][0]["raw"] == an_event().raw
    assert found["deliveries"][0]["state"] == "pending"


def test_calls_are_listed_by_number_state_and_time(hub: Hub) -> None:
    """In any usual spelling of the number, newest first, a page at a time."""
    send(hub, *(an_event(f"e{n}", call_id=f"call-{n}") for n in range(3)))
    send(hub, an_event("end", call_id="call-0", kind=Kind.CALL_ENDED))
    hub.work_events()
    query = {"number": "8 (916) 123-45-67", "state": "ringing", "since": "2026-03-14T00:00:00", "until": "2026-03-15"}
    shown = hub.operator("GET", "/admin/calls", **query).json
    assert sorted(one["id"] for one in shown["calls"]) == ["call-1", "call-2"]
    first = hub.operator("GET", "/admin/calls", limit="2").json
    rest = hub.operator("GET", "/admin/calls", limit="2", cursor=first["cursor"]).json
    assert len(first["calls"] + rest["calls"]) == 3


@pytest.mark.parametrize(
    ("name", "value"), [("state", "gone"), ("since", "yesterday"), ("until", "32.13.2026")], ids=str
)
def test_a_bad_filter_is_400(hub: Hub, name: str, value: str) -> None:
    """By its name."""
    answer = hub.operator("GET", "/admin/calls", **{name: value})
    assert (answer.status, answer.json["error"]["field"]) == (400, name)
