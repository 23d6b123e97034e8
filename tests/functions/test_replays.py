"""POST /admin/deliveries/replay, and PATCH /admin/subscriptions/{subscription}."""

from collections.abc import Iterator
from typing import Any

import pytest

from switchboard.aws.codec import dump
from switchboard.deliveries.replays import letters, turn
from tests.support.builders import an_event
from tests.support.gateway import Answer
from tests.support.hub import Hub
from tests.support.receiver import Receiver, answering, receiving
from tests.support.replays_day import cut_off

PATH = "/admin/deliveries/replay"


@pytest.fixture
def receiver(hub: Hub) -> Iterator[Receiver]:
    """One that took nothing of three calls, and would now."""
    hub.account()
    with receiving(answering(400)) as one:
        hub.subscribe(url=one.url)
        for number in range(3):
            event = an_event(f"e{number}", call_id=f"call-{number}")
            hub.stack.sqs.send_message(
                QueueUrl=hub.stack.queue("EventsQueue"),
                MessageBody=dump(event),
                MessageGroupId=f"acme:{event.lane}",
                MessageDeduplicationId=event.id,
            )
        hub.work()
        one.behave = answering(200)
        one.requests.clear()
        yield one


def replay(hub: Hub, **fields: Any) -> Answer:
    return hub.operator("POST", PATH, {"account": "acme", **fields})


def test_dead_letters_are_sent_again(hub: Hub, receiver: Receiver) -> None:
    """202, how many, and the receiver gets them."""
    answer = replay(hub)
    hub.work()
    told = {"count": 3, "more": False, "dry_run": False, "replay": answer.json["replay"]}
    assert (answer.status, answer.json) == (202, told)
    assert len(receiver.requests) == 3


def test_a_dry_run_says_how_many(hub: Hub, receiver: Receiver) -> None:
    """200, and nothing is sent."""
    answer = replay(hub, dry_run=True)
    hub.work()
    told = {"count": 3, "more": False, "dry_run": True, "replay": answer.json["replay"]}
    assert (answer.status, answer.json) == (200, told)
    assert receiver.requests == []


def test_a_replay_is_done_once(hub: Hub, receiver: Receiver) -> None:
    """The second finds nothing."""
    counts = [replay(hub).json["count"] for _ in range(2)]
    hub.work()
    assert (counts, len(receiver.requests)) == ([3, 0], 3)


@pytest.mark.parametrize(
    ("fields", "count"),
    [
        ({"call": "call-1"}, 1),
        ({"call": "call-9"}, 0),
        ({"subscription": 1}, 3),
        ({"subscription": 2}, 0),
        ({"destination": 1, "status": 400}, 3),
        ({"status": 500}, 0),
        ({"reason": "nothing"}, 0),
        ({"since": "2000-01-01T00:00:00Z"}, 3),
        ({"since": "2100-01-01"}, 0),
        ({"until": "2000-01-01T00:00:00+05:00"}, 0),
        ({"state": "delivered"}, 0),
        ({"state": "cancelled", "call": "call-1"}, 0),
    ],
    ids=str,
)
def test_a_part_is_replayed(hub: Hub, receiver: Receiver, fields: dict[str, Any], count: int) -> None:
    """By call, subscription, time and state."""
    assert replay(hub, **fields).json["count"] == count


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"account": None}, "account"), ({"account": 7}, "account"), ({"state": "pending"}, "state"),
        ({"state": ["dead"]}, "state"), ({"since": "yesterday"}, "since"), ({"until": 10**400}, "until"),
        ({"subscription": "one"}, "subscription"), ({"call": {}}, "call"), ({"dry_run": "perhaps"}, "dry_run"),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_question_is_400(hub: Hub, receiver: Receiver, fields: dict[str, Any], field: str) -> None:
    """By the name of the field; nothing is sent."""
    answer = replay(hub, **fields)
    hub.work()
    assert (answer.status, answer.json["error"]["field"], receiver.requests) == (400, field, [])


def test_an_unknown_account_is_404(hub: Hub, receiver: Receiver) -> None:
    """And no empty success."""
    assert replay(hub, account="nobody").status == 404


def test_another_accounts_are_not_replayed(hub: Hub, receiver: Receiver) -> None:
    """Whoever names that account."""
    hub.account("other")
    assert [replay(hub, account="other", **fields).json["count"] for fields in ({}, {"call": "call-1"})] == [0, 0]


def test_a_long_replay_goes_on_in_its_workflow(hub: Hub, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """The request tells the id, and the same key the same replay. The workflow ends it, and tells its progress."""
    monkeypatch.setattr(letters, "PAGE", 1)
    monkeypatch.setattr(turn, "MOST_WAITING", 0)
    asked = replay(hub, idempotency_key="monday")
    assert (asked.status, asked.json["count"], asked.json["more"]) == (202, 1, True)
    assert replay(hub, idempotency_key="monday").json == asked.json
    other = replay(hub, idempotency_key="monday", call="call-1")
    assert (other.status, other.json["error"]["field"]) == (409, "idempotency_key")
    (started,) = hub.stack.executions("ReplayWorkflow")
    state = {name: started[name] for name in ("replay", "part", "turn", "wait")}
    while not state.get("done"):
        assert 0 < shown(hub, asked.json["replay"])["replayed"] < 3
        hub.work()  # the queue is empty then, so the next page is taken
        state = hub.invoke("workflows/replay", state)
    assert {"found": 3, "replayed": 3, "skipped": 0, "done": True}.items() <= shown(hub, asked.json["replay"]).items()
    hub.work()
    assert len(receiver.requests) == 3


def shown(hub: Hub, id_: str) -> dict[str, Any]:
    (listed,) = hub.operator("GET", "/admin/replays", account="acme").json["replays"]
    assert hub.operator("GET", f"/admin/replays/{id_}").json == listed
    return dict(listed)


def test_a_replay_that_was_cut_off_is_taken_up_by_the_watch(hub: Hub, receiver: Receiver) -> None:
    """Or stopped by the operator. Another account, and an unknown id, find nothing."""
    id_ = cut_off(hub, "key")
    hub.account("other")
    for answer in (
        hub.operator("GET", f"/admin/replays/{id_}", account="other"),
        hub.operator("POST", f"/admin/replays/{id_}/stop", account="other"),
        hub.operator("GET", "/admin/replays/acme-unknown"),
    ):
        assert (answer.status, answer.json["error"]["field"]) == (404, "replay")
    assert hub.invoke("workflows/watch_endpoints", {"at_once": True})["replays"] == [id_]
    stopped = hub.operator("POST", f"/admin/replays/{id_}/stop")
    assert (stopped.status, stopped.json["state"], stopped.json["done"]) == (200, "stopped", True)
    assert hub.invoke("workflows/watch_endpoints", {"at_once": True})["replays"] == []


def change(hub: Hub, body: Any, account: str = "acme") -> Answer:
    return hub.operator("PATCH", "/admin/subscriptions/1", body, account=account)


def test_a_subscription_gets_a_time_of_its_own(hub: Hub, receiver: Receiver) -> None:
    """And nothing else of it is changed."""
    answer = change(hub, {"timeout": 30})
    assert (answer.status, answer.json["timeout"], answer.json["version"]) == (200, 30.0, 2)


def test_a_disabled_subscription_is_enabled(hub: Hub, receiver: Receiver) -> None:
    """After that it gets its events."""
    hub.subscribe("end.call", id=2, url=receiver.url, disabled="gone")
    answer = hub.operator("PATCH", "/admin/subscriptions/2", {"state": "active"}, account="acme")
    assert (answer.status, answer.json["state"], answer.json["reason"]) == (200, "active", "")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"timeout": 31}, "timeout"), ({"timeout": -0.1}, "timeout"), ({"timeout": "soon"}, "timeout"),
        ({"timeout": []}, "timeout"), ('{"timeout": 1e999}', "timeout"), ({"state": "disabled"}, "state"),
        ({"state": 7}, "state"), ("[]", None), ("", None), ("{", None), ("x" * 1000, None),
    ],
    ids=lambda value: str(value)[:20],
)  # fmt: skip
def test_a_change_that_is_none_is_400(hub: Hub, receiver: Receiver, body: Any, field: str | None) -> None:
    """By the name of the field, and the subscription stays as it was."""
    answer = change(hub, body)
    (subscription,) = hub.operator("GET", "/admin/subscriptions", account="acme").json["subscriptions"]
    assert (answer.status, answer.json["error"].get("field"), subscription["version"]) == (400, field, 1)


def test_another_accounts_subscription_is_not_changed(hub: Hub, receiver: Receiver) -> None:
    """It is not there."""
    hub.account("other")
    assert change(hub, {"timeout": 5}, account="other").status == 404


def test_a_secret_is_shown_once_and_kept_sealed(hub: Hub, receiver: Receiver) -> None:
    """Not in the list, in no row and no line of the log; the old one signs on for a day."""
    secrets = [hub.operator("POST", "/admin/subscriptions/1/secret", account="acme").json["secret"] for _ in range(2)]
    replay(hub, call="call-1")
    hub.restart()  # a warm worker knows the subscription of half a minute ago
    hub.work()
    kept = hub.operator("GET", "/admin/subscriptions", account="acme").text + hub.log.getvalue()
    kept += str([hub.stack.items(table) for table in ("SubscriptionsTable", "DeliveriesTable")])
    assert not any(secret.removeprefix("whsec_") in kept for secret in secrets)
    assert receiver.requests[0].headers["webhook-signature"].count("v1,") == 2
