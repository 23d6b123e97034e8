"""A call whose end never comes, through the functions: the sweep, the start of a device, and a late end."""

import json
from datetime import timedelta
from typing import Any

import pytest

from switchboard import bootstrap
from tests.support.hub import Hub
from tests.support.receiver import answering, receiving

SWEEP = "workflows/expire_overdue_calls"
START = {"event_name": "start.call", "params": {"call_id": "call-1", "src_phone": "79160000101", "direction": 1}}
END = {"event_name": "end.call", "params": {"call_id": "call-1", "disposition": "ANSWER", "duration": 30}}


@pytest.fixture(autouse=True)
def _account(hub: Hub) -> None:
    hub.account()


def later(patch: pytest.MonkeyPatch, hours: float) -> None:
    """The sweep's clock is ahead."""
    patch.setattr("switchboard.bootstrap.open_calls.now", lambda: bootstrap.now() + timedelta(hours=hours))


def call(hub: Hub) -> dict[str, Any]:
    (found,) = hub.operator("GET", "/admin/calls").json["calls"]
    return dict(found)


def told(requests: list[Any]) -> list[tuple[str, str]]:
    bodies = [json.loads(one.body) for one in requests]
    return [(one["type"], one["data"]["outcome"]) for one in bodies]


def test_a_lost_call_is_told_once_and_mended_by_a_late_end(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the account's own time, to each destination; counted for the alarm."""
    assert hub.operator("PATCH", "/admin/accounts/acme", {"lost_after": 7200}).json["lost_after"] == 7200
    hub.source()
    with receiving(answering(200)) as receiver:
        hub.subscribe("call.ended", dialect="standard", url=receiver.url)
        assert hub.request("POST", "/webhooks/vpbx/s-office", START).status == 200
        hub.work()
        later(monkeypatch, 1)
        assert hub.invoke(SWEEP, {}) == {"lost": 0, "lasting": 1, "more": False}
        later(monkeypatch, 2.5)
        assert [hub.invoke(SWEEP, {})["lost"] for _ in range(2)] == [1, 0]
        hub.work()
        assert (call(hub)["state"], call(hub)["disposition"]) == ("ended", "lost")
        assert told(receiver.requests) == [("call.ended", "advanced")]
        assert json.loads(receiver.requests[0].body)["data"]["cause"] == "silent"
        assert hub.request("POST", "/webhooks/vpbx/s-office", END).status == 200
        hub.work()
        assert told(receiver.requests)[1:] == [("call.ended", "mended")]
        assert (call(hub)["disposition"], call(hub)["duration"]) == ("answered", 30)
    counted = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"call.lost":' in line]
    assert [one["call.lost"] for one in counted] == [[1.0]]


def test_a_time_that_no_call_can_have_is_refused(hub: Hub) -> None:
    """Ten minutes to a day."""
    for seconds in (0, 599, 86_401, "soon"):
        answer = hub.operator("PATCH", "/admin/accounts/acme", {"lost_after": seconds})
        assert (answer.status, "lost_after" in answer.text) == (400, True)


def test_a_device_that_starts_anew_has_ended_its_calls(hub: Hub) -> None:
    """And says so under the call's own ids."""
    hub.source("s-recorder", dialect="sprecord")
    path, device = "/webhooks/sprecord/s-recorder", {"device_id": "dev-1"}
    start = {"call_id": "7", "call_src": "79160000102", "call_dst": "101", "trunk": "1"}
    with receiving(answering(200)) as receiver:
        hub.subscribe("call_end", dialect="sprecord", url=receiver.url)
        for body in ({"event_type": "incoming_call", "payload": start}, {"event_type": "startup", "payload": {}}):
            assert hub.request("POST", path, {**device, **body}).status == 200
            hub.work()
        assert (call(hub)["state"], call(hub)["disposition"]) == ("ended", "lost")
        (end,) = [json.loads(one.body) for one in receiver.requests]
    assert (end["device_id"], end["payload"]["call_id"], end["payload"]["status"]) == ("dev-1", "7", "not_def")
