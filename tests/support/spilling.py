"""A hub of tests whose queue, and perhaps whose table, refuses events."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from switchboard.aws.queues import SqsEventQueue
from switchboard.aws.spilled_events import SpilledObjects, SpilledRows
from switchboard.bootstrap.spill import door_queue, flagged_places
from switchboard.intake.ports import SpillPlace
from tests.support.audio import mp3_of
from tests.support.forms import form, upload_event
from tests.support.gateway import proxy_event
from tests.support.hub import Hub
from tests.support.kontur import CALLBACKS, a_key, tell

DRAIN = "workflows/drain_spilled"
# An event of each dialect that has a webhook function of its own.
EVENTS: dict[str, dict[str, Any]] = {
    "vpbx": {"type": "call_event", "event_name": "start.call", "params": {"call_id": "spilled"}},
    "callevents": {"HookType": "CreateIncCall", "SessionID": "spilled", "Caller": "79161234567"},
    "sprecord": {"event_type": "incoming_call", "payload": {"call_id": "spilled", "call_src": "79161234567"}},
}


@contextmanager
def refused(*, by_table: bool = False) -> Iterator[None]:
    """The queue of events refuses everything for the time of the block, and the table of spilled events if asked.

    No time passes while the door waits. So the worker forgets which flags it saw.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("switchboard.bootstrap.spill.sleep", lambda _: flagged_places.cache_clear())
        patch.setattr(SqsEventQueue, "_send", refuse)
        if by_table:
            patch.setattr(SpilledRows, "keep", refuse)
        door_queue.cache_clear()
        yield
    door_queue.cache_clear()


def refuse(*_: object) -> None:
    """Fail as an AWS service that is out of order."""
    raise ClientError({"Error": {"Code": "ServiceUnavailable", "Message": "injected"}}, "SendMessage")


def spilling_day(hub: Hub) -> None:
    """Events of every webhook and callback are refused by the queue, and by the table too; all come back.

    The source of a dialect is `s-<dialect>`, and is made here if there is none.
    """
    key = a_key(hub)
    other = proxy_event("POST", "/webhooks/any/s-callevents", "{}", {"Content-Type": "application/json"})
    other["pathParameters"]["dialect_or_source"] = "callevents"
    for by_table in (False, True):
        with refused(by_table=by_table):
            for dialect, body in EVENTS.items():
                answer = hub.request("POST", f"/webhooks/{dialect}/s-{dialect}", body)
                assert answer.status == 200, (dialect, answer.text)
            assert hub.answer("webhooks/other", other).status == 200
            tell_all(hub, key, f"spilled-{by_table}")
    for place in places(hub):  # an earlier release raised no flag
        flag = place.flag()
        assert flag
        place.lower_flag(flag)
    assert drain(hub)["lanes"]
    lower_flags(hub)


def places(hub: Hub) -> tuple[SpillPlace, ...]:
    """The table and the bucket."""
    rows = SpilledRows(hub.stack.dynamodb, hub.stack.table("ActivityTable"))
    return rows, SpilledObjects(hub.stack.clients.s3, hub.stack.refs["CampaignsBucket"])


def lower_flags(hub: Hub) -> None:
    """Let a run find empty places, a minute later. The queue dropped repeats of spilled events, which go first."""
    for place in places(hub):
        for lane in list(place.lanes()):
            for event in place.of_lane(lane.newest):
                place.remove(event)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("switchboard.intake.spill.LOWERED_AFTER", timedelta(-1))
        hub.invoke(DRAIN, {})
    assert [place.flag() for place in places(hub)] == [None, None]


def tell_all(hub: Hub, key: dict[str, str], external_id: str) -> None:
    """Tell of a call by every callback."""
    event = upload_event("/api/v1/acme/files", form(mp3_of(1)), key)
    file = hub.answer("kontur/files", event).json["fileId"]
    for name in CALLBACKS:
        changed = {"recordingFileId": file} if name == "call-recording" else {}
        call = f"{external_id}-{name}" if name == "register-call" else external_id
        status = tell(hub, key, name, externalId=call, **changed).status
        assert status in {200, 201}, (name, status)


def drain(hub: Hub) -> dict[str, Any]:
    """Let a run queue what was spilled, and the worker apply the events."""
    hub.restart()
    drained = hub.invoke(DRAIN, {})
    hub.work()
    return drained
