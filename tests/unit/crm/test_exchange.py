"""Messages to a CRM are completed, and its answers are read."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from switchboard.crm.exchange import CrmExchange
from switchboard.deliveries.model import DeliveryRecord
from switchboard.deliveries.retry import Unsent, Verdict
from switchboard.dialects.kontur import client
from switchboard.kernel.communication import Connector, CrmCallRequest, UploadSettings, User
from tests.fakes.crm import MemoryConnectors, MemoryLinks
from tests.support.builders import NOON, a_delivery, a_record, a_subscription, an_attempt
from tests.unit.crm.world import Files

WISH = CrmCallRequest("acme", "1", "c-1", "101", "79012345600", NOON, key="79012345600")
SUBSCRIPTION = a_subscription("", dialect="kontur", id=1)
OUT = {"externalId": "call-1", "direction": "outbound", "clientPhone": "79012345600"}
STARTED = json.dumps({"id": "c-9"})
UNKNOWN = json.dumps({"status": "communicationNotFound"})


class World:
    """One connector and its links."""

    def __init__(self) -> None:
        self.links, self.connectors = MemoryLinks(), MemoryConnectors()
        self.connectors.add(
            Connector(
                "acme", "1", "kontur", "CRM", "https://crm.example", "sales", "", NOON, users=(User("u-1", "101"),)
            )
        )
        self.files = Files(self.links)
        self.exchange = CrmExchange(self.connectors.get, self.links, client, self.files.of_calls, 3)

    def connect_files(self) -> None:
        """Store a recording, and let the CRM accept uploads."""
        self.files.keep()
        (connector,) = self.connectors.of_account("acme")
        key = self.files.vault.seal("acme", "the-key")
        self.connectors.save(replace(connector, access_key=key, files=UploadSettings("/files")))

    def complete(self, body: dict[str, Any], path: str = "/call-started", **fields: Any) -> dict[str, Any]:
        delivery = a_delivery(body=json.dumps(body), path=path, **fields)
        found: dict[str, Any] = json.loads(self.exchange.complete(delivery, SUBSCRIPTION).body)
        return found

    def heard(self, path: str, status: int | None, answer: str = "", tries: int = 1) -> Verdict:
        attempt = an_attempt(status, answer=answer)
        record: DeliveryRecord = a_record(path=path, attempts=(attempt,) * tries)
        return self.exchange.heard(record, SUBSCRIPTION, attempt)


@pytest.fixture
def world() -> World:
    return World()


def test_what_an_answer_named_is_in_what_follows(world: World) -> None:
    """Later messages of the same call carry the CRM's id."""
    assert world.heard("/call-started", 200, STARTED) is Verdict.DELIVERED
    assert world.complete({}, "/call-event") == {"communicationId": "c-9"}
    assert world.complete({}, "/call-event", call_id="call-2") == {}


@pytest.mark.parametrize("answer", ["", '"OK"', "{}", "<html>"])
def test_an_answer_that_names_nothing_is_a_success_all_the_same(world: World, answer: str) -> None:
    """Later messages carry no id."""
    assert world.heard("/call-started", 200, answer) is Verdict.DELIVERED
    assert world.complete({}, "/call-event") == {}


def test_a_call_that_was_asked_for_carries_the_wish(world: World) -> None:
    """No later call carries the id of the request."""
    world.links.add_request(WISH)
    assert world.complete(OUT)["communicationId"] == "c-1"
    assert world.complete(OUT)["communicationId"] == "c-1"
    assert "communicationId" not in world.complete(OUT, call_id="call-2")


@pytest.mark.parametrize(("fields", "body"), [
    ({"created_at": NOON + timedelta(minutes=3)}, {}), ({"created_at": NOON - timedelta(seconds=6)}, {}),
    ({"note": "102"}, {}), ({}, {"clientPhone": "79012345601"}), ({}, {"direction": "inbound"}),
    ({"path": "/call-event"}, {}),
], ids=str)  # fmt: skip
def test_what_cannot_be_the_wish_does_not_carry_it(world: World, fields: dict[str, Any], body: dict[str, str]) -> None:
    """Too late, too early, of another extension or number, incoming, or not a start."""
    world.links.add_request(WISH)
    assert "communicationId" not in world.complete({**OUT, **body}, **fields)


@pytest.mark.parametrize("call_id", ["call-1", "call-2"])
def test_a_wish_whose_call_is_known_is_that_calls(world: World, call_id: str) -> None:
    """Another call that would fit does not get the request."""
    world.links.claim(world.links.add_request(WISH), "call-1")
    assert ("communicationId" in world.complete(OUT, call_id=call_id)) is (call_id == "call-1")


def test_two_wishes_for_a_number_are_taken_in_turn(world: World) -> None:
    """Two calls get one request each."""
    for place, id_ in enumerate(("c-1", "c-2")):
        world.links.add_request(replace(WISH, communication_id=id_, at=NOON + timedelta(seconds=place)))
    found = [world.complete(OUT, call_id=call)["communicationId"] for call in ("call-1", "call-2")]
    assert found == ["c-1", "c-2"]


def test_a_communication_that_is_not_found_is_given_up_after_a_few_attempts(world: World) -> None:
    """Then its link is deleted."""
    world.heard("/call-started", 200, STARTED)
    verdicts = [world.heard("/call-event", 409, UNKNOWN, tries) for tries in (1, 2, 3)]
    assert verdicts == [Verdict.FAILED, Verdict.FAILED, Verdict.REFUSED]
    assert world.complete({}, "/register-call") == {}


def test_what_is_invalid_is_refused_at_once(world: World) -> None:
    """A repeat would be invalid too."""
    assert world.heard("/call-event", 409, '{"errors":{"type":["x"]},"status":400}') is Verdict.REFUSED


@pytest.mark.parametrize(("status", "verdict"), [(None, Verdict.FAILED), (503, Verdict.FAILED), (409, Verdict.FAILED),
    (401, Verdict.DENIED), (410, Verdict.GONE), (204, Verdict.DELIVERED)])  # fmt: skip
def test_other_answers_mean_what_they_mean_elsewhere(world: World, status: int | None, verdict: Verdict) -> None:
    """The status decides."""
    assert world.heard("/call-event", status) is verdict


@pytest.mark.parametrize(("path", "status", "noted"), [("/register-call", 200, True), ("/register-call", 500, False),
    ("/call-finished", 200, False)])  # fmt: skip
def test_that_the_crm_has_the_whole_is_noted(world: World, path: str, status: int, noted: bool) -> None:  # noqa: FBT001
    """When the CRM has confirmed register-call."""
    world.heard(path, status)
    assert world.links.registered("acme", "1", "call-1") is noted


def test_a_plain_destination_is_told_extensions(world: World) -> None:
    """Without a connector there are no users."""
    body = {"to": {"type": "user", "userId": "101"}}
    delivery = a_delivery(body=json.dumps(body), path="/call-event")
    told = world.exchange.complete(delivery, a_subscription("", dialect="kontur", id=2))
    assert json.loads(told.body) == body


RECORDING, REGISTER = "/call-recording", "/register-call"
TOLD = {"externalCallItemId": "call-1-101", "recordingFileId": "call-1"}
WHOLE = {"items": [{"id": "call-1-102"}, {"id": "call-1-101", "startedAt": "x"}]}
SHOWN = {"fileId": "f-1", "fileName": "call-1.mp3", "contentType": "audio/mpeg", "contentLength": "5"}


def test_a_recording_is_given_before_it_is_told_of(world: World) -> None:
    """A repeated message does not upload again."""
    world.connect_files()
    for _ in range(2):
        assert world.complete(TOLD, RECORDING)["recordingFileId"] == "f-1"
    assert len(world.files.uploads.taken) == 1


def test_what_the_crm_was_given_and_not_told_of_is_in_the_whole(world: World) -> None:
    """register-call carries the uploaded file at its leg, once."""
    world.connect_files()
    world.complete(TOLD, RECORDING)
    assert [item.get("recordings") for item in world.complete(WHOLE, REGISTER)["items"]] == [None, [SHOWN]]
    world.heard(REGISTER, 500)
    assert world.complete(WHOLE, REGISTER) != WHOLE
    world.heard(RECORDING, 200)
    assert world.complete(WHOLE, REGISTER) == WHOLE


@pytest.mark.parametrize(("items", "place"), [([{"id": "x"}, {"id": "y", "startedAt": "t"}], 1), ([{"id": "x"}], 0)])
def test_a_recording_of_an_unknown_leg_is_of_who_talked(world: World, items: list[dict[str, str]], place: int) -> None:
    """Without such a leg it belongs to the first leg."""
    world.connect_files()
    world.complete(TOLD, RECORDING)
    assert world.complete({"items": items}, REGISTER)["items"][place]["recordings"] == [SHOWN]


def test_the_whole_of_a_call_waits_for_no_upload(world: World) -> None:
    """A later recording has a message of its own."""
    world.connect_files()
    assert world.complete(WHOLE, REGISTER) == WHOLE
    assert world.files.uploads.taken == []


def test_a_recording_that_cannot_be_given_is_not_told_of(world: World) -> None:
    """The message is not sent."""
    world.connect_files()
    world.files.uploads.answer = "timeout"
    with pytest.raises(Unsent):
        world.complete(TOLD, RECORDING)
