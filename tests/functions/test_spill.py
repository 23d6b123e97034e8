"""Events that the queue refuses are stored elsewhere, and come back in order."""

import json
from typing import Any

import pytest

from switchboard.bootstrap.spill import door_queue
from tests.support.erasing import run_erasure
from tests.support.hub import Hub
from tests.support.receiver import receiving
from tests.support.spilling import DRAIN, EVENTS, drain, places, refused, spilling_day

NAMES = ("start.call", "local.in.call", "start.talk", "end.call")


def an_office(hub: Hub, url: str) -> None:
    """An account with a source, and a receiver of all events."""
    auth = hub.account()
    hub.source()
    for name in NAMES:
        wish = {"event_name": name, "webhook_url": url}
        assert hub.request("POST", "/api/v1/events/subscribe", wish, auth).status == 200


def post(hub: Hub, name: str, call_id: str = "c-1") -> None:
    """Post an event, which is stored."""
    params = {"call_id": call_id, "src_phone": "79163334455", "dst_phone": "73433000100", "direction": 1}
    body: dict[str, Any] = {"type": "call_event", "event_name": name, "params": params}
    assert hub.request("POST", "/webhooks/vpbx/s-office", body).status == 200


def test_the_order_of_a_call_holds_while_events_are_stored_elsewhere(hub: Hub) -> None:
    """Table, bucket and queue by turns; the receiver gets each event once and in order, without any run."""
    with receiving() as receiver:
        an_office(hub, receiver.url)
        post(hub, NAMES[0])
        with refused():
            post(hub, NAMES[1])
            post(hub, NAMES[1])  # a repeat
        with refused(by_table=True):
            post(hub, NAMES[2])
        post(hub, NAMES[3])
        hub.work()
        assert [json.loads(one.body)["event_name"] for one in receiver.requests] == list(NAMES)
        assert hub.invoke(DRAIN, {}) == {"lanes": 0, "late": 0, "more": False}
        assert hub.operator("GET", "/admin/calls/c-1", account="acme").json["state"] == "ended"
    assert "event.spilled" in hub.log.getvalue()


@pytest.mark.parametrize("how", ["by the queue", "by the table too"])
def test_a_run_brings_back_calls_of_which_no_event_comes(hub: Hub, how: str) -> None:
    """All events of each call by one message, in order; a second run changes nothing."""
    with receiving() as receiver:
        an_office(hub, receiver.url)
        with refused(by_table=how == "by the table too"):
            for call_id in ("c-1", "c-2"):
                for name in NAMES:
                    post(hub, name, call_id)
        assert hub.stack.messages("EventsQueue") == []
        assert drain(hub) == {"lanes": 2, "late": 0, "more": False}
        bodies = [one.body for one in receiver.requests]
        for call_id in ("c-1", "c-2"):
            told = [body for body in map(json.loads, bodies) if body["params"]["call_id"] == call_id]
            assert [body["event_name"] for body in told] == list(NAMES)
        assert drain(hub) == {"lanes": 0, "late": 0, "more": False}
        assert len(receiver.requests) == 8


def test_a_run_finds_a_queue_that_still_refuses(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """The events stay; after ten minutes the metric of the alarm counts."""
    hub.account()
    hub.source()
    with refused():
        post(hub, NAMES[0])
        assert hub.invoke(DRAIN, {}) == {"lanes": 0, "late": 0, "more": False}
        monkeypatch.setattr("switchboard.intake.spill.LATE", -door_queue().clock().resolution)
        assert hub.invoke(DRAIN, {}) == {"lanes": 0, "late": 1, "more": False}
    assert "spill.late" in hub.log.getvalue()
    assert drain(hub)["lanes"] == 1


@pytest.mark.parametrize("how", ["by the queue", "by the table too"])
def test_spilled_events_end_with_their_account_and_number(hub: Hub, how: str) -> None:
    """An erasure covers the table and the folder of the bucket."""
    hub.account()
    hub.source()
    with refused(by_table=how == "by the table too"):
        post(hub, NAMES[0])
    asked = hub.operator("POST", "/admin/accounts/acme/erase", {"number": "+79163334455"}).json["id"]
    erased = run_erasure(hub, asked)["erased"]
    assert erased["events_files" if how == "by the table too" else "spilled_events"] == 1
    assert drain(hub)["lanes"] == 0


def test_flags_are_raised_where_an_earlier_release_raised_none_and_lowered_when_all_is_back(hub: Hub) -> None:
    """By the run of each minute, for events of every webhook and callback."""
    hub.account()
    for dialect in EVENTS:
        hub.source(f"s-{dialect}", dialect=dialect)
    spilling_day(hub)
    assert [place.flag() for place in places(hub)] == [None, None]
