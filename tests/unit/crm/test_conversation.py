"""A CRM with a REST API: steps, facts, tokens, the CRM's pace, and files. The dialect is one of a few lines."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from switchboard.crm.call_files import CallRecordings
from switchboard.crm.conversation import RestExchange
from switchboard.crm.file_ports import UploadAnswer
from switchboard.crm.responsible_by_rest import AskRestCrm
from switchboard.crm.rest_api import RestApi
from switchboard.deliveries.attempts import TryDelivery
from switchboard.deliveries.model import DeliveryRecord, DeliveryState
from switchboard.deliveries.ports import Conducted, Conductor, Exchange
from switchboard.deliveries.retry import Unsent, Verdict
from switchboard.dialects.rest_crm import (
    Ask,
    Done,
    Pace,
    Refuse,
    Reply,
    Responsible,
    RestCrmModule,
    SendFile,
    Situation,
    Step,
    Wait,
)
from switchboard.dialects.vendor_requests import VendorAnswer, VendorRequest
from switchboard.errors import Conflict, ProviderRefused, ProviderSilent, TryAgain
from switchboard.kernel.communication import Connector, CrmCallRequest, User
from switchboard.kernel.oauth import AccessToken
from switchboard.recordings.model import RecordingState, StoredAudio
from tests.fakes.crm import MemoryConnectors, MemoryLinks, MemoryPaces, MemoryUploads
from tests.fakes.recordings import MemoryRecordings, MemoryStore
from tests.support.builders import NOON, a_delivery, a_record, a_recording, a_subscription

SUBSCRIPTION = a_subscription("", dialect="shop", id=1)
PLACE = ("acme", "1", "call-1")


class Shop:
    """A dialect: `begin` asks for an id, `end` tells the end under this id, `record` sends the file."""

    MESSAGES, RECORDING, REGISTER, PACE = ("begin", "end", "record"), "record", "end", Pace(2, 50)

    def next_step(self, situation: Situation, reply: Reply | None) -> Step:
        id_ = situation.memory.get("id") or situation.asked
        if situation.message == "circle":
            return Ask(VendorRequest("POST", ("/circle",)))
        if reply is None:
            return self._first(situation, id_)
        if reply.answer.status == 422:
            return Refuse("bad_call")
        if reply.answer.status == 409:
            return Wait("not_yet", 30)
        if reply.about == "begin":
            made = str(reply.answer.body["id"])
            return Done({"id": made}, made)
        return Done({"over": "1"})

    def _first(self, situation: Situation, id_: str) -> Step:
        if situation.message == "begin":
            return Done() if id_ else Ask(VendorRequest("POST", ("/begin",), json=situation.body), "begin")
        if situation.message == "record":
            assert situation.recording
            return SendFile("https://shop.example/files", "file", f"{id_}.{situation.recording.extension}", "file")
        return Ask(VendorRequest("POST", ("/end",), json={"id": id_}), "end", {"ending": "1"}) if id_ else Refuse("no")

    def authorised(self, request: VendorRequest, token: str) -> VendorRequest:
        return replace(request, headers={"token": token})

    def denies_token(self, answer: VendorAnswer) -> bool:
        return answer.status == 401

    def setback(self, answer: VendorAnswer, now: float) -> Wait | None:
        assert now == NOON.timestamp()
        return Wait("limit", float(answer.text)) if answer.status == 503 and answer.text else None

    def asked_for(self, message: str, body: Mapping[str, Any]) -> str:
        return str(body.get("to", "")) if message == "begin" else ""

    def asked_by(self, body: Mapping[str, Any]) -> str:
        return str(body.get("by", ""))

    def read_settings(self, base_url: str, given: Mapping[str, str]) -> Mapping[str, str]:  # noqa: ARG002
        return given

    def workspace_of(self, base_url: str) -> str:
        return base_url

    def who_is_responsible(self, phone: str) -> VendorRequest:
        return VendorRequest("GET", ("/who",), query={"phone": phone})

    def responsible_in(self, answer: VendorAnswer, phone: str) -> Sequence[Responsible]:  # noqa: ARG002
        return tuple(Responsible(*one) for one in answer.body)


@dataclass
class World:
    """One connector; `answers` are the CRM's, in order: each a status and a body, or an error."""

    answers: list[Any] = field(default_factory=list)
    asked: list[VendorRequest] = field(default_factory=list)
    tokens: list[str] = field(default_factory=lambda: ["t1", "t2", "t3"])
    refused: list[AccessToken | None] = field(default_factory=list)
    trouble: Exception | None = None

    def __post_init__(self) -> None:
        self.links, self.connectors, self.shop = MemoryLinks(), MemoryConnectors(), Shop()
        self.connectors.add(
            Connector(
                "acme", "1", "shop", "Shop", "https://shop.example", "shop", "", NOON, users=(User("u-1", "101"),)
            )
        )
        self.recordings, self.store, self.uploads = MemoryRecordings(), MemoryStore(), MemoryUploads()
        clock = lambda: NOON  # noqa: E731
        self.api = RestApi(self.token, MemoryPaces(clock), self.sender, lambda _: self.shop, clock)
        files = CallRecordings(self.recordings, self.store, self.links, lambda: self.uploads, clock)
        self.exchange = RestExchange(self.connectors.get, self.links, self.shop, self.api, files, clock)

    def token(self, connector: Connector, refused: AccessToken | None = None) -> AccessToken:
        assert connector.id == "1"
        if self.trouble:
            raise self.trouble
        self.refused.append(refused)
        number = refused.pair + 1 if refused else 1
        return AccessToken(self.tokens[number - 1], number, "https://api.shop.example")

    def sender(self, address: str, seconds: float) -> Callable[[VendorRequest], VendorAnswer]:
        assert (address, seconds > 0) == ("https://api.shop.example", True)

        def send(request: VendorRequest) -> VendorAnswer:
            self.asked.append(request)
            status, body = 200, {"id": "s-1"}
            if self.answers:
                told = self.answers.pop(0)
                if isinstance(told, Exception):
                    raise told
                status, body = told
            return VendorAnswer(status, body, body if isinstance(body, str) else json.dumps(body))

        return send

    def tell(self, message: str, body: Mapping[str, Any] | None = None, **fields: Any) -> Conducted:
        found = self.exchange.conduct(self.record(message, body, **fields), SUBSCRIPTION, NOON)
        assert found
        return found

    def record(self, message: str, body: Mapping[str, Any] | None = None, **fields: Any) -> DeliveryRecord:
        return a_record(path=f"/{message}", body=json.dumps(body or {}), **{"subscription_id": 1, **fields})

    def keep(self) -> None:
        audio = StoredAudio("audio/mpeg", 5, "d1", 1)
        made = a_recording("call-1", state=RecordingState.AVAILABLE, audio=audio)
        self.recordings.rows[made.id] = made
        self.store.objects[made.key] = b"sound"


@pytest.fixture
def world() -> World:
    return World()


def test_the_modules_fit_their_protocols(world: World) -> None:
    """Both ports of deliveries, and the role of the dialect."""
    exchange: Exchange = world.exchange
    shop: RestCrmModule = world.shop
    assert isinstance(exchange, Conductor)
    assert isinstance(shop, RestCrmModule)


def test_what_an_answer_left_is_in_later_messages(world: World) -> None:
    """The facts and the link are stored; the record shows address and body without the token."""
    begun, ended = world.tell("begin", {"to": ""}), world.tell("end")
    assert (begun.verdict, ended.verdict) == (Verdict.DELIVERED, Verdict.DELIVERED)
    assert [(one.paths, one.json, one.headers) for one in world.asked] == [
        (("/begin",), {"to": ""}, {"token": "t1"}),
        (("/end",), {"id": "s-1"}, {"token": "t1"}),
    ]
    assert world.links.facts_of(*PLACE) == {"id": "s-1", "ending": "1", "over": "1"}
    assert world.links.call_of("acme", "1", "s-1") == "call-1"
    assert world.links.registered(*PLACE)
    assert (ended.record.sent_to, ended.record.sent_body) == ("https://shop.example/end", '{"id":"s-1"}')
    assert world.tell("begin").attempt.status is None  # a repeat asks nothing


def test_a_call_that_the_crm_asked_for_keeps_its_id(world: World) -> None:
    """The request is claimed by number and extension; nothing is begun anew."""
    wish = CrmCallRequest("acme", "1", "click-1", "101", "79160000001", NOON, key="79160000001")
    world.links.add_request(wish)
    assert world.tell("begin", {"to": "79160000001", "by": "101"}).verdict is Verdict.DELIVERED
    world.tell("end")
    assert [one.json for one in world.asked] == [{"id": "click-1"}]


def test_a_refused_token_is_renewed_once(world: World) -> None:
    """A second refusal is told as such, and is no failure of the receiver."""
    world.answers = [(401, {}), (200, {"id": "s-1"})]
    assert world.tell("begin").verdict is Verdict.DELIVERED
    assert [one and one.text for one in world.refused] == [None, "t1"]
    world.answers = [(401, {}), (401, {})]
    with pytest.raises(Unsent) as error:
        world.tell("end")
    assert (error.value.reason, error.value.verdict) == ("token_denied", Verdict.FAILED)


@pytest.mark.parametrize(
    ("told", "error", "reason"),
    [
        ((503, "3"), TryAgain, ""),
        ((503, "300"), Unsent, "limit"),
        ((409, {}), Unsent, "not_yet"),
    ],
)
def test_a_limit_of_the_crm_is_waited_for(world: World, told: Any, error: Any, reason: str) -> None:
    """A short limit holds the message in its queue; a long one parks the lane. The facts stay."""
    world.tell("begin")
    world.answers = [told]
    with pytest.raises(error) as caught:
        world.tell("end")
    if reason:
        assert (caught.value.reason, caught.value.verdict) == (reason, Verdict.FAILED)
        assert float(caught.value.retry_after) in (300, 30)
    assert world.links.facts_of(*PLACE)["ending"] == "1"


def test_the_pace_of_the_crm_is_kept_before_anything_is_sent(world: World) -> None:
    """The burst is sent at once, and the next request waits."""
    for number in range(world.shop.PACE.burst):
        world.tell("begin", call_id=f"call-{number}")
    with pytest.raises(TryAgain):
        world.tell("begin", call_id="call-too-many")
    assert len(world.asked) == world.shop.PACE.burst


@pytest.mark.parametrize(
    ("told", "verdict", "status", "error"),
    [
        ((422, {}), Verdict.REFUSED, 422, None),
        ((500, {}), Verdict.FAILED, 500, None),
        (ProviderSilent("-"), Verdict.FAILED, None, "timeout"),
        (ProviderRefused("-"), Verdict.FAILED, None, "provider_refused"),
    ],
)
def test_other_answers_are_judged(world: World, told: Any, verdict: Verdict, status: int, error: str) -> None:
    """A refusal is final; a failure of the server or of the line is tried again, and counts."""
    world.answers = [told]
    heard = world.tell("begin")
    assert (heard.verdict, heard.attempt.status, bool(heard.attempt.error)) == (verdict, status, error is not None)


def test_a_message_that_cannot_be_sent_is_unsent(world: World) -> None:
    """Without a token, without what the dialect needs, or by a dialect that goes in circles."""
    for message, reason in (("end", "no"), ("record", "recording_gone"), ("circle", "too_many_steps")):
        with pytest.raises(Unsent) as error:
            world.tell(message)
        assert error.value.reason == reason
    world.trouble = Conflict("-")
    with pytest.raises(Unsent, match="conflict"):
        world.tell("begin")


def test_a_recording_is_sent_as_a_form(world: World) -> None:
    """The mark is stored, so that the nightly comparison sends the recording no second time."""
    world.keep()
    world.links.link(*PLACE, "s-1")
    assert world.tell("record").verdict is Verdict.DELIVERED
    ((upload, content),) = world.uploads.taken
    assert (upload.url, upload.name, content) == ("https://shop.example/files", "s-1.mp3", b"sound")
    kept = world.links.file_of(*PLACE)
    assert kept
    assert kept.told == NOON
    world.uploads.answer = UploadAnswer(None, error="timeout")
    assert world.tell("record").verdict is Verdict.FAILED


def test_a_destination_without_a_connector_gets_the_plain_messages(world: World) -> None:
    """The plain request is judged by its status."""
    record = world.record("begin", subscription_id=9)
    lonely = a_subscription("", dialect="shop", id=9)
    assert world.exchange.conduct(record, lonely, NOON) is None
    assert world.exchange.complete(record.delivery, lonely) == record.delivery


def test_the_attempt_of_a_conducted_delivery_is_recorded(world: World) -> None:
    """No plain request is sent; the answer is cut to what a record keeps."""
    delivery = a_delivery(path="/begin", body="{}", subscription_id=1)
    world.answers = [(200, {"id": "s" * 5000})]
    trying = TryDelivery(
        _Subscriptions(), _Nothing(), _Nothing(), _Nothing(), _Nothing(), 5, lambda: NOON, lambda *_: None,
        lambda _: world.exchange,
    )  # type: ignore[arg-type]  # fmt: skip
    result = trying(DeliveryRecord(delivery, DeliveryState.PENDING))
    assert (result.verdict, result.record.state) == (Verdict.DELIVERED, DeliveryState.DELIVERED)
    assert len(result.record.attempts[0].answer) == 1024


@pytest.mark.parametrize(
    ("named", "extension"),
    [
        ([["u-1"]], "101"),  # the connector's list
        ([["u-2", "205"]], "205"),  # the CRM's own extension
        ([["u-1", "", False], ["u-2", "205", True]], "205"),  # the first is away
        ([["u-3"]], None),
        ([], None),
    ],
)
def test_the_responsible_extension(world: World, named: Any, extension: str | None) -> None:
    """The connector's list comes before the CRM's extension, and a user who is away is passed over."""
    world.answers = [(200, named)]
    (connector,) = world.connectors.of_account("acme")
    ask = AskRestCrm(lambda: world.api, lambda _: world.shop, 0.7)
    assert ask.extension_of(connector, "+79160000001") == extension


class _Subscriptions:
    def at_least(self, *_: Any) -> Any:
        return SUBSCRIPTION


class _Nothing:
    def of(self, *_: Any) -> Any:
        return None

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(name)
