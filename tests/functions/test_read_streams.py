"""Connect a source by the stream of its PBX, and read that, with our own SpRecord server as the PBX."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.functions.test_operator import assert_refused
from tests.support.gateway import Answer
from tests.support.hub import Hub
from tests.support.sprecord_day import sprecord_token
from tests.support.vendor import Vendor, vending
from tests.unit.builders import sample

PATH, STREAM, FUNCTION = "/admin/sources/s-office", "/sys/events", "workflows/read_streams"
CALL = ("incoming_call", "start_talk", "call_end")


class Office:
    """Our account `acme` with a source, and the account `pbx` that plays its SpRecord; both are one hub."""

    def __init__(self, hub: Hub, vendor: Vendor) -> None:
        self.hub, self.vendor = hub, vendor
        hub.account("acme")
        hub.account("pbx")
        hub.source("s-office", dialect="sprecord")
        hub.source("s-device", account="pbx", dialect="sprecord")
        self.auth = sprecord_token(hub, "pbx")

    def connect(self, **fields: Any) -> Answer:
        token = self.auth["Authorization"].removeprefix("Bearer ")
        wish = {"by": "stream", "base_url": self.vendor.url, "token": token, **fields}
        return self.hub.operator("POST", f"{PATH}/connect", wish)

    def happen(self, *names: str) -> None:
        """Events at the PBX."""
        for name in names:
            self.hub.request("POST", "/webhooks/sprecord/s-device", sample(f"sprecord/{name}"))
            self.hub.work_events()

    def read(self, seconds: float = 0.5) -> int:
        return int(self.hub.invoke(FUNCTION, {"seconds": seconds})["read"])

    def heard(self) -> list[str]:
        """The types of the events that came from the source, in their order."""
        self.hub.work_events()
        calls = self.hub.operator("GET", "/admin/calls", account="acme").json["calls"]
        shown = [self.hub.operator("GET", f"/admin/calls/{one['id']}").json for one in calls]
        return [event["name"] for call in shown for event in call["events"]]

    def shown(self) -> Any:
        return self.hub.operator("GET", PATH).json["upstream"]


@pytest.fixture
def office(hub: Hub) -> Iterator[Office]:
    with vending(hub) as vendor:
        yield Office(hub, vendor)


def test_a_source_is_connected_by_its_stream(office: Office) -> None:
    """Address and token are proven at once; the next run begins to read."""
    told = office.connect()
    assert (told.status, told.json["upstream"]["by"], told.json["upstream"]["state"]) == (200, "stream", "connecting")
    assert office.vendor.asked == [f"GET {STREAM}"]
    assert office.shown()["stream"] is None
    assert office.read() == 1
    assert office.shown()["stream"]["state"] == "connected"


def test_events_of_the_pbx_come_in_by_its_stream(office: Office) -> None:
    """Between runs, too: each goes on where the one before was."""
    office.connect()
    office.read()
    for name in CALL:
        office.happen(name)
        office.read()
    assert office.heard() == list(CALL)
    assert office.shown()["stream"]["last_event_id"] == "3"
