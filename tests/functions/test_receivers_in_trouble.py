"""workers/retry_lane, workflows/redeliver, workflows/watch_endpoints; and admin/endpoints, as the operator sees it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from switchboard.aws.codec import dump, unpack
from switchboard.deliveries.endpoint import Drain, EndpointKey, RetryMessage
from switchboard.deliveries.fan_out import endpoint_id
from switchboard.deliveries.model import Delivery
from switchboard.kernel.call import Kind
from tests.support.builders import NOON, an_event
from tests.support.hub import Hub
from tests.support.receiver import Receiver, answering, receiving

DELIVER, RETRY = "workers/deliver", "workers/retry_lane"
REDELIVER, WATCH = "workflows/redeliver", "workflows/watch_endpoints"


@pytest.fixture
def receiver(hub: Hub) -> Iterator[Receiver]:
    """One that says 500, and is subscribed."""
    hub.account()
    with receiving(answering(500)) as one:
        hub.subscribe("start.call", id=1, url=one.url)
        hub.subscribe("end.call", id=2, url=one.url)
        yield one


def happen(hub: Hub, calls: int = 1, first: int = 0) -> None:
    """Calls that begin and end, delivered as far as they can be."""
    for number in range(first, first + calls):
        for kind, name in ((Kind.CALL_STARTED, "start.call"), (Kind.CALL_ENDED, "end.call")):
            event = an_event(
                f"{number}-{name}", call_id=f"call-{number}", external_id=f"call-{number}", kind=kind, name=name
            )
            hub.stack.sqs.send_message(
                QueueUrl=hub.stack.queue("EventsQueue"),
                MessageBody=dump(event),
                MessageGroupId=f"acme:{event.lane}",
                MessageDeduplicationId=event.id,
            )
    hub.work()


def id_of(receiver: Receiver) -> str:
    return endpoint_id(f"http://127.0.0.1:{receiver.port}")


def endpoint(hub: Hub, receiver: Receiver) -> dict[str, Any]:
    found: dict[str, Any] = hub.operator("GET", f"/admin/endpoints/{id_of(receiver)}", account="acme").json
    return found


def states(hub: Hub) -> dict[str, int]:
    """How many deliveries are in which state."""
    lists = {
        state: hub.operator("GET", "/admin/deliveries", state=state).json for state in ("parked", "delivered", "dead")
    }
    return {state: len(found["deliveries"]) for state, found in lists.items() if found["deliveries"]}


def message(subject: str, endpoint: str = "e1", body: str | None = None) -> dict[str, Any]:
    key = EndpointKey("acme", endpoint)
    drain = Drain(key, subject, f"{endpoint}:0", NOON) if subject else None
    text = dump(RetryMessage(key, drain)) if body is None else body
    attributes = {"ApproximateReceiveCount": "1"}
    return {"messageId": f"m-{subject}", "receiptHandle": "r", "body": text, "attributes": attributes}


def last_sent(hub: Hub, queue: str) -> str:
    """The last message to a queue, which may hold it back."""
    url = hub.stack.queue(queue)
    return [
        call[3]["MessageBody"] for call in hub.calls if call[3].get("QueueUrl") == url and "MessageBody" in call[3]
    ][-1]


def test_a_failing_call_is_handed_to_one_workflow(hub: Hub, receiver: Receiver) -> None:
    """After its fast attempts, with all that its turns need."""
    happen(hub)
    (state,) = hub.stack.executions()
    assert len(receiver.requests) == 3
    assert (state["account"], state["endpoint"], state["episode"], state["part"]) == ("acme", id_of(receiver), 1, 0)
    assert states(hub) == {"parked": 2}


def test_many_failing_calls_cost_one_workflow(hub: Hub, receiver: Receiver) -> None:
    """The breaker opens, and what comes then is not sent."""
    happen(hub, calls=4)
    sent = len(receiver.requests)
    happen(hub, calls=3, first=4)
    found = endpoint(hub, receiver)
    assert (found["state"], found["calls_waiting"], len(receiver.requests)) == ("down", 7, sent)
    assert len(hub.stack.executions()) == 1


def test_a_turn_says_how_long_to_wait(hub: Hub, receiver: Receiver) -> None:
    """In whole seconds, and what it was told goes on to the next turn."""
    happen(hub)
    (state,) = hub.stack.executions()
    (told,) = hub.turns()
    assert told == {**state, "turn": 2, "done": False, "wait": told["wait"]}
    assert 0.8 * 3600 - 5 <= told["wait"] <= 1.2 * 3600
    assert isinstance(told["wait"], int)


def test_a_receiver_that_is_back_gets_everything_in_order(hub: Hub, receiver: Receiver) -> None:
    """One turn drains what waits, and the workflow is done."""
    happen(hub, calls=4)
    receiver.behave = answering(200)
    receiver.requests.clear()
    (told,) = hub.turns()
    names: dict[str, list[str]] = {}
    for request in receiver.requests:
        body = json.loads(request.body)
        names.setdefault(body["params"]["call_id"], []).append(body["event_name"])
    assert told["done"] is True
    assert list(names.values()) == [["start.call", "end.call"]] * 4
    assert (states(hub), endpoint(hub, receiver)["state"]) == ({"delivered": 8}, "ok")


def test_failing_and_recovering_are_told(hub: Hub, receiver: Receiver) -> None:
    """On the topic, and as metrics in the log."""
    queue = hub.stack.told("OperationsTopic")
    happen(hub)
    receiver.behave = answering(200)
    hub.turns()
    told = hub.stack.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    assert {json.loads(one["Body"])["event"] for one in told} == {"endpoint.failing", "endpoint.recovered"}


def test_a_part_that_has_grown_long_is_followed_by_another(hub: Hub, receiver: Receiver) -> None:
    """Before its history is full; it is done, and the next waits as long as it would have."""
    happen(hub)
    (state,) = hub.stack.executions()
    told = hub.invoke(REDELIVER, {**state, "turn": 999})
    following = next(one for one in hub.stack.executions() if one["part"] == 1)
    assert (told["done"], following["turn"], following["wait"]) == (True, 0, told["wait"])


def test_a_part_of_an_episode_that_is_over_is_not_followed(hub: Hub, receiver: Receiver) -> None:
    """It is done, however long it has been."""
    happen(hub)
    (state,) = hub.stack.executions()
    told = hub.invoke(REDELIVER, {**state, "episode": 7, "turn": 999})
    assert (told["done"], len(hub.stack.executions())) == (True, 1)


def test_messages_of_lanes_that_are_gone_are_done(hub: Hub) -> None:
    """Nothing waits there any more."""
    told = hub.invoke(RETRY, {"Records": [message("call-1"), message("")]})
    assert told == {"batchItemFailures": []}
    assert hub.poll("DeliveriesQueue", "workers/deliver") == []


@pytest.mark.parametrize(
    "body", ["{", "", "[]", '{"key": 7}', '{"subject": "x"}', "x" * 250_000], ids=lambda body: body[:10]
)
def test_a_retry_that_is_none_is_handed_back_alone(hub: Hub, body: str) -> None:
    """The others of its batch are done."""
    told = hub.invoke(RETRY, {"Records": [message("bad", body=body), message("call-1")]})
    assert told == {"batchItemFailures": [{"itemIdentifier": "m-bad"}]}


def test_a_lane_for_which_no_time_is_left_comes_again(hub: Hub, receiver: Receiver) -> None:
    """Nothing is begun that could be cut off."""
    happen(hub)
    (state,) = hub.stack.executions()
    hub.invoke(REDELIVER, state)
    before = len(receiver.requests)
    records = hub.stack.messages("DeliveriesQueue")
    told = hub.invoke(DELIVER, {"Records": records}, remaining=30.0)
    assert [one["itemIdentifier"] for one in told["batchItemFailures"]] == [one["messageId"] for one in records]
    assert (len(records), len(receiver.requests)) == (1, before)


def test_receivers_are_listed_with_state_and_limits(hub: Hub, receiver: Receiver) -> None:
    """Those without trouble too."""
    hub.subscribe("start.talk", id=3, url="https://erp.example/")
    happen(hub)
    listed = hub.operator("GET", "/admin/endpoints", account="acme").json["endpoints"]
    found = {one["receiver"]: (one["state"], one["calls_waiting"], one["max_in_flight"], one["rate"]) for one in listed}
    assert found == {
        "https://erp.example": ("idle", 0, 10, 0.0),
        f"http://127.0.0.1:{receiver.port}": ("failing", 1, 10, 0.0),
    }


def test_a_receiver_is_shown_with_its_next_attempt(hub: Hub, receiver: Receiver) -> None:
    """And since when it fails."""
    happen(hub)
    found = endpoint(hub, receiver)
    assert found["next_attempt_at"]
    assert found["failing_since"]
    assert (found["episode"], found["last_success_at"]) == (1, None)


def test_limits_are_set_and_hold_from_the_next_event_on(hub: Hub, receiver: Receiver) -> None:
    """A part of them may be named."""
    receiver.behave = answering(200)
    path = f"/admin/endpoints/{id_of(receiver)}"
    assert hub.operator("PATCH", path, {"max_in_flight": 1}, account="acme").json["max_in_flight"] == 1
    answer = hub.operator("PATCH", path, {"rate": 2.5}, account="acme")
    assert (answer.status, answer.json["max_in_flight"], answer.json["rate"]) == (200, 1, 2.5)
    happen(hub, calls=2)
    rows = [unpack(row["data"]["B"], Delivery) for row in hub.stack.items("DeliveriesTable")]
    assert {(row.group, row.rate) for row in rows} == {(f"{id_of(receiver)}:0", 2.5)}


BAD_LIMITS: dict[str, tuple[Any, str]] = {
    "none in flight": ({"max_in_flight": 0}, "max_in_flight"),
    "too many": ({"max_in_flight": 1001}, "max_in_flight"),
    "half": ({"max_in_flight": 1.5}, "max_in_flight"),
    "text": ({"rate": "fast"}, "rate"),
    "negative": ({"rate": -1}, "rate"),
    "next to nothing": ({"rate": 1e-300}, "rate"),
    "endless": ('{"rate": 1e999}', "rate"),
    "an object": ({"rate": {}}, "rate"),
    "null": ({"rate": None}, "rate"),
}


@pytest.mark.parametrize(("body", "field"), BAD_LIMITS.values(), ids=BAD_LIMITS)
def test_bad_limits_are_refused(hub: Hub, receiver: Receiver, body: Any, field: str) -> None:
    """By the name of the field, and nothing is kept of them."""
    answer = hub.operator("PATCH", f"/admin/endpoints/{id_of(receiver)}", body, account="acme")
    assert (answer.status, answer.json["error"]["field"]) == (400, field)
    assert endpoint(hub, receiver)["rate"] == 0.0


@pytest.mark.parametrize("body", ["", "x", "[]", "null", "[" * 20_000], ids=lambda body: body[:6])
def test_limits_that_are_no_json_object_are_refused(hub: Hub, receiver: Receiver, body: str) -> None:
    """In the one shape."""
    answer = hub.operator("PATCH", f"/admin/endpoints/{id_of(receiver)}", body, account="acme")
    assert (answer.status, answer.json.keys()) == (400, {"error"})


def test_limits_of_a_huge_body_are_refused(hub: Hub, receiver: Receiver) -> None:
    """413."""
    answer = hub.operator("PATCH", f"/admin/endpoints/{id_of(receiver)}", {"x": "y" * 70_000}, account="acme")
    assert answer.status == 413


def test_try_now_sends_what_waits(hub: Hub, receiver: Receiver) -> None:
    """202, and its worker drains everything, whatever the schedule says."""
    happen(hub, calls=4)
    hub.turns()
    receiver.behave = answering(200)
    answer = hub.operator("POST", f"/admin/endpoints/{id_of(receiver)}/try", account="acme")
    hub.work()
    hub.invoke(RETRY, {"Records": [message("", body=last_sent(hub, "RetriesQueue"))]})
    hub.work()
    assert (answer.status, answer.json["id"]) == (202, id_of(receiver))
    assert states(hub) == {"delivered": 8}


def test_a_paused_receiver_gets_nothing_until_it_is_resumed(hub: Hub, receiver: Receiver) -> None:
    """The answer shows the pause, nothing is tried now, and what waited arrives with the resume."""
    receiver.behave = answering(200)
    path = f"/admin/endpoints/{id_of(receiver)}"
    paused = hub.operator("POST", f"{path}/pause", account="acme")
    happen(hub, calls=2)
    shown = endpoint(hub, receiver)
    assert (paused.status, paused.json["state"], states(hub)) == (200, "paused", {"parked": 4})
    assert (shown["state"], shown["calls_waiting"], shown["next_attempt_at"]) == ("paused", 2, None)
    assert shown["paused_at"] == paused.json["paused_at"]
    (waiting, *_) = hub.operator("GET", "/admin/deliveries", state="parked").json["deliveries"]
    assert waiting["next_attempt_at"] is None
    refused = hub.operator("POST", f"{path}/try", account="acme")
    assert (refused.status, "resume" in refused.text) == (409, True)
    resumed = hub.operator("POST", f"{path}/resume", account="acme")
    hub.invoke(RETRY, {"Records": [message("", body=last_sent(hub, "RetriesQueue"))]})
    hub.work()
    assert (resumed.status, resumed.json["paused_at"], states(hub)) == (202, None, {"delivered": 4})
    assert endpoint(hub, receiver)["state"] == "ok"


@pytest.mark.parametrize("account", ["other", "nobody"])
def test_another_accounts_receiver_is_not_there(hub: Hub, receiver: Receiver, account: str) -> None:
    """Neither to be seen, nor limited, nor tried."""
    hub.account("other")
    happen(hub)
    path = f"/admin/endpoints/{id_of(receiver)}"
    answers = [
        hub.operator("GET", path, account=account),
        hub.operator("PATCH", path, {"rate": 1}, account=account),
        hub.operator("POST", path + "/try", account=account),
    ]
    assert [answer.status for answer in answers] == [404] * 3


def test_the_watch_starts_what_nobody_drives(hub: Hub, receiver: Receiver) -> None:
    """At once where it is told that no workflow runs; else not before they are long overdue."""
    happen(hub)
    assert hub.invoke(WATCH, {}) == {"restarted": [], "replays": []}
    assert hub.invoke(WATCH, {"at_once": True})["restarted"] == [f"acme/{id_of(receiver)}"]
    assert len(hub.stack.executions()) == 2


def test_nothing_of_a_receivers_trouble_is_in_the_log(hub: Hub, receiver: Receiver) -> None:
    """No address, no body, no number of a caller."""
    happen(hub, calls=4)
    hub.turns()
    assert not any(word in hub.log.getvalue() for word in ("79161234567", str(receiver.port), "params"))


@pytest.mark.refused_by_aws
def test_a_part_that_was_cut_off_before_the_next_began_starts_it_again(hub: Hub, receiver: Receiver) -> None:
    """Its turn is taken once more, and does not take itself for the one that was taken over from."""
    happen(hub)
    (state,) = hub.stack.executions()
    missing = hub.stack.refs["RedeliverWorkflow"] + "-missing"  # the prefix of workflows that are not there
    hub.restart()
    with pytest.raises(Exception, match="StateMachineDoesNotExist"):
        hub.invoke(REDELIVER, {**state, "turn": 999}, WORKFLOWS=missing)
    hub.restart()
    hub.invoke(REDELIVER, {**state, "turn": 999})
    assert sorted(one["part"] for one in hub.stack.executions()) == [0, 1]


def test_a_part_that_was_taken_over_from_ends(hub: Hub, receiver: Receiver) -> None:
    """One workflow drives a receiver."""
    happen(hub)
    (state,) = hub.stack.executions()
    hub.invoke(WATCH, {"at_once": True})
    before = len(receiver.requests)
    assert hub.invoke(REDELIVER, state)["done"] is True
    assert len(receiver.requests) == before


def test_a_receiver_shows_what_it_answered_last(hub: Hub, receiver: Receiver) -> None:
    """One that took everything is `ok` with its last success; one whose deliveries are all dead is `refusing`."""
    assert endpoint(hub, receiver)["state"] == "idle"
    for number, (status, state, dead) in enumerate(((200, "ok", 0), (422, "refusing", 2))):
        receiver.behave = answering(status)
        happen(hub, first=number)
        found = endpoint(hub, receiver)
        assert (found["state"], found["last_answer"]["status"], found["deliveries_dead"]) == (state, status, dead)
        assert found["last_success_at"]
