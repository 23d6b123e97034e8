"""A process that dies anywhere between an upload and its message loses nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from switchboard.crm.exchange import CrmExchange
from switchboard.crm.file_ports import UploadAnswer
from switchboard.deliveries.model import Delivery, DeliveryState
from switchboard.dialects.kontur import client
from switchboard.kernel.communication import Connector, UploadSettings
from tests.fakes.crm import MemoryConnectors, MemoryLinks
from tests.support.builders import NOON
from tests.unit.crm.world import Files
from tests.unit.deliveries.world import World, unfinished

TOLD = json.dumps({"externalCallItemId": "call-1-101", "recordingFileId": "call-1"})


@dataclass
class Office:
    """A connector whose deliveries pass through all code of deliveries."""

    world: World = field(default_factory=World)
    links: MemoryLinks = field(default_factory=MemoryLinks)
    connectors: MemoryConnectors = field(default_factory=MemoryConnectors)

    def __post_init__(self) -> None:
        world = self.world
        self.files = Files(cast("Any", _Wired(world, self.links)), lambda: world.now)
        self.files.keep()
        key = self.files.vault.seal("acme", "k")
        made = Connector(
            "acme", "1", "kontur", "", "https://crm.example", "w", key, NOON, files=UploadSettings("/files")
        )
        self.connectors.add(made)
        uploads = cast("Any", _Wired(world, self.files.uploads))
        self.files.of_calls = self.files.with_uploads(uploads)
        wire = client
        exchange = CrmExchange(self.connectors.get, self.links, wire, self.files.of_calls, 3)
        world.exchange = lambda _: exchange
        world.start()

    def recorded(self) -> list[Delivery]:
        """A whole call, its recording, and an event of another call."""
        return [
            *self.world.happen(1, path="/register-call", body='{"items":[]}'),
            *self.world.happen(2, path="/call-recording", body=TOLD),
            *self.world.happen(1, call="call-2", path="/call-started"),
        ]


class _Wired:
    """A port that the current process uses."""

    def __init__(self, world: World, port: Any) -> None:
        self._world, self._port = world, port

    def __getattr__(self, name: str) -> Any:
        return getattr(self._world._wired(self._port), name)


def points() -> int:
    office = Office()
    office.recorded()
    office.world.run()
    return len(office.world.wire.points)


@pytest.mark.parametrize("point", range(points()))
def test_a_recording_is_told_whenever_the_process_is_killed(point: int) -> None:
    """The file is uploaded again only if the first upload is not known to have succeeded."""
    office = Office()
    office.world.crash_at(point)
    made = office.recorded()
    office.world.run()
    assert unfinished(office.world) == []
    assert {office.world.state(one) for one in made} == {DeliveryState.DELIVERED}
    before = office.world.wire.points[: point + 1]
    uploaded, known = "after Uploads.send" in before, "after Links.keep_file" in before
    assert len(office.files.uploads.taken) == (2 if uploaded and not known else 1)
    assert office.world.taken()[:2] == [1, 2]


def test_uploads_that_fail_hold_no_other_call_up() -> None:
    """Failed uploads do not make the CRM a failing endpoint."""
    office = Office()
    office.files.uploads.answer = UploadAnswer(503)
    for call in ("call-1", "a", "b", "c"):
        office.files.keep(call)
        office.world.happen(1, call=call, path="/call-recording", body=TOLD)
    office.world.run(until=lambda: len(office.files.uploads.taken) >= 12)
    office.world.happen(1, call="other", path="/call-started")
    office.world.deliver()
    assert office.world.taken(call="other") == [1]
    office.files.uploads.answer = UploadAnswer(200, '{"fileId":"f"}')
    office.world.run()
    assert unfinished(office.world) == []
    assert office.world.taken(call="c") == [1]
