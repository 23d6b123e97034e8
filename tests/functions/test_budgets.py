"""The daily budget of an account, through the functions: what is over it waits, in order, and is sent the next day."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from switchboard.bootstrap import deliveries, now
from tests.support.hub import Hub
from tests.support.receiver import Receiver, receiving
from tests.unit.builders import sample

WORDS = ("start_call", "start_talk", "end_call")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


def play(hub: Hub) -> None:
    for name in WORDS:
        assert hub.request("POST", "/webhooks/vpbx/s-office", sample(f"vpbx/{name}")).status == 200
        hub.work()


def waiting(hub: Hub) -> list[str]:
    found = hub.operator("GET", "/admin/deliveries", account="acme", state="parked").json["deliveries"]
    return [one["next_attempt_at"] for one in found]


def test_what_is_over_the_budget_waits_and_is_sent_the_next_day(
    hub: Hub, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The events are stored, the operator is told, and the watch sends the deliveries in their order."""
    hub.account()
    hub.source()
    assert hub.operator("PATCH", "/admin/accounts/acme", {"daily_deliveries": 1}).status == 200
    hub.operator("POST", "/admin/destinations", {"account": "acme", "dialect": "vpbx", "url": receiver.url})
    play(hub)
    assert hub.operator("GET", "/admin/accounts/acme").json["spent_today"] == {"events": 3, "deliveries": 3}
    assert hub.operator("GET", "/admin/calls", account="acme").json["calls"][0]["state"] == "ended"
    assert '"loop.stopped":[1.0]' in capsys.readouterr().out.replace(" ", "")
    midnight = now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    sent = len(receiver.requests)
    assert sent < len(WORDS)
    assert set(waiting(hub)) == {midnight.isoformat()}
    with monkeypatch.context() as patch:
        patch.setattr(deliveries, "now", lambda: midnight + timedelta(minutes=30))
        hub.restart()
        hub.invoke("workflows/watch_endpoints", {})
        hub.work()
    assert [request.headers["x-switchboard-hops"] for request in receiver.requests] == ["1"] * len(WORDS)
    assert waiting(hub) == []


def test_an_operator_sends_what_waits_at_once(hub: Hub, receiver: Receiver) -> None:
    """The whole receiver is tried beside its schedule."""
    hub.account()
    hub.source()
    hub.operator("PATCH", "/admin/accounts/acme", {"daily_events": 1})
    made = {"account": "acme", "dialect": "vpbx", "url": receiver.url}
    hub.operator("POST", "/admin/destinations", made)
    play(hub)
    (endpoint,) = hub.operator("GET", "/admin/endpoints", account="acme").json["endpoints"]
    assert hub.operator("POST", f"/admin/endpoints/{endpoint['id']}/try", account="acme").status == 202
    hub.work()
    assert (len(receiver.requests), waiting(hub)) == (len(WORDS), [])
