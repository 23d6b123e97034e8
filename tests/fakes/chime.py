"""Amazon Chime's PSTN audio service in memory: a scripted peer that refuses what the documents forbid.

The events are those of the Developer Guide's pages. A test says what the callee does, and how long it takes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Lock
from typing import Any
from uuid import UUID

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config

from switchboard.telephony.chime.model import ChimeCall, ChimeCheck, ChimeSettings
from switchboard.telephony.line import ChannelUse, take_channel
from tests.aws_rules.shapes import shape_violations

APPLICATION = "0f5e2a10-7c1d-4c6e-9b7e-1a2b3c4d5e6f"
NUMBER = "+12065550100"
REQUIRED = {
    "PlayAudio": {"AudioSource"},
    "PlayAudioAndGetDigits": {"AudioSource", "FailureAudioSource", "RepeatDurationInMilliseconds"},
    "CallAndBridge": {"CallerIdNumber", "Endpoints"},
    "Hangup": {"SipResponseCode"},
    "Pause": {"DurationInMilliseconds"},
}
OPTIONAL = {
    "PlayAudio": {"ParticipantTag", "CallId", "PlaybackTerminators", "Repeat"},
    "PlayAudioAndGetDigits": {
        "ParticipantTag",
        "CallId",
        "InputDigitsRegex",
        "MinNumberOfDigits",
        "MaxNumberOfDigits",
        "TerminatorDigits",
        "InBetweenDigitsDurationInMilliseconds",
        "Repeat",
    },
    "CallAndBridge": {"CallTimeoutSeconds", "RingbackTone", "SipHeaders"},
    "Hangup": {"ParticipantTag", "CallId"},
    "Pause": {"ParticipantTag", "CallId"},
}
UNHEARD = {"NEW_OUTBOUND_CALL", "RINGING", "ACTION_INTERRUPTED"}


class MemoryChimeCalls:
    """Port ChimeCalls. `lines` may be looked at."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], ChimeCall] = {}
        self.links: dict[str, tuple[str, str]] = {}
        self.lines: dict[str, ChannelUse] = {}
        self._lock = Lock()

    def claim(self, call: ChimeCall, settings: ChimeSettings) -> bool:
        with self._lock:
            if (call.account, call.id) in self.rows:
                return False
            line, now = self.lines.get(call.account, ChannelUse()), int(call.began_at.timestamp() * 1000)
            self.lines[call.account] = take_channel(line, now, settings, call.channels)
            self.rows[call.account, call.id] = call
            return True

    def unclaim(self, call: ChimeCall) -> None:
        with self._lock:
            found = self.rows.get((call.account, call.id))
            if found and found.version == call.version:
                del self.rows[call.account, call.id]
                self._free(call)

    def get(self, account: str, call_id: str) -> ChimeCall | None:
        return self.rows.get((account, call_id))

    def change(self, before: ChimeCall, after: ChimeCall) -> ChimeCall | None:
        with self._lock:
            found = self.rows.get((before.account, before.id))
            if found is None or found.version != before.version:
                return None
            kept = self.rows[before.account, before.id] = replace(after, version=before.version + 1)
            if kept.ended_at and not before.ended_at:
                self._free(kept)
            return kept

    def link(self, transaction: str, account: str, call_id: str) -> None:
        self.links[transaction] = (account, call_id)

    def linked(self, transaction: str) -> tuple[str, str] | None:
        return self.links.get(transaction)

    def _free(self, call: ChimeCall) -> None:
        line = self.lines[call.account]
        self.lines[call.account] = replace(line, used=line.used - call.channels, version=line.version + 1)


class MemoryChecks:
    """Port ChimeChecks."""

    def __init__(self) -> None:
        self.sent: list[tuple[ChimeCheck, float]] = []

    def send(self, check: ChimeCheck, wait: float) -> None:
        self.sent.append((check, wait))


@dataclass
class FakeLeg:
    """A leg, as the service tells of it."""

    id: str
    to: str
    source: str
    status: str = ""

    def told(self, tag: str) -> dict[str, Any]:
        facts = {"CallId": self.id, "ParticipantTag": tag, "To": self.to, "From": self.source, "Direction": "Outbound"}
        facts["StartTimeInMilliseconds"] = "1641998241509"
        return {**facts, "Status": self.status} if self.status else facts


@dataclass
class FakeTransaction:
    """A call of the service: legs by tag, attributes, and the actions that are left; the first is carried out."""

    id: str
    arguments: Mapping[str, str]
    legs: dict[str, FakeLeg]
    attributes: dict[str, str] = field(default_factory=dict)
    actions: list[dict[str, Any]] = field(default_factory=list)
    sequence: int = 0

    @property
    def is_over(self) -> bool:
        return all(leg.status == "Disconnected" for leg in self.legs.values())


@dataclass
class FakeChime:
    """The service. `answer` is the hub's function; `refusals` are the next answers of its API, as (status, code)."""

    answer: Callable[[dict[str, Any]], dict[str, Any]]
    clock: Any
    calls: dict[str, FakeTransaction] = field(default_factory=dict)
    refusals: list[tuple[int, str]] = field(default_factory=list)
    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    later: list[FakeTransaction] = field(default_factory=list)
    stuck_sequence: bool = False

    def client(self) -> Any:
        """Return a client of boto3 whose requests come here, held against botocore's model of the service."""
        names: Any = {"region_name": "us-east-1", "aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
        made = boto3.client("chime-sdk-voice", config=Config(retries={"total_max_attempts": 1}), **names)
        made.meta.events.register("before-parameter-build.chime-sdk-voice", _check_request)
        made.meta.events.register("before-send.chime-sdk-voice", self.serve)
        return made

    def serve(self, request: Any, **_: Any) -> AWSResponse:
        """Answer a request of boto3 in the service's place."""
        path = request.url.split("/sip-media-applications/")[1].split("/")
        body = json.loads(request.body or b"{}")
        status, answer = self._served(path, body)
        headers = HTTPHeaders()
        headers["Content-Type"] = "application/json"
        if status >= 400:
            headers["x-amzn-ErrorType"] = answer["Code"]
        return _Answer(request.url, status, headers, json.dumps(answer).encode())

    def _served(self, path: list[str], body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        assert (path[0], path[1]) == (APPLICATION, "calls")
        self.requests.append((path[2] if len(path) > 2 else "", body))
        if self.refusals:
            status, code = self.refusals.pop(0)
            return status, {"Code": code, "Message": "Refused."}
        if len(path) > 2:
            return self._update(path[2], body)
        if body["FromPhoneNumber"] != NUMBER:
            return 400, {"Code": "BadRequestException", "Message": "The number is not of the account."}
        id_ = str(UUID(int=len(self.calls) + 1))
        leg = FakeLeg(f"{id_}-a", body["ToPhoneNumber"], body["FromPhoneNumber"])
        self.calls[id_] = FakeTransaction(id_, body["ArgumentsMap"], {"LEG-A": leg})
        return 201, {"SipMediaApplicationCall": {"TransactionId": id_}}

    def _update(self, transaction: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        call = self.calls.get(transaction)
        if call is None or call.is_over:
            return 404, {"Code": "NotFoundException", "Message": "There is no such call."}
        call.arguments = body["Arguments"]
        self.later.append(call)
        return 202, {"SipMediaApplicationCall": {"TransactionId": transaction}}

    def last(self) -> FakeTransaction:
        """Return the latest call."""
        return list(self.calls.values())[-1]

    def begin(self, call: FakeTransaction | None = None) -> None:
        """Tell of a new call."""
        call = call or self.last()
        told = {"Type": "CallCreateRequest", "Parameters": {"Arguments": dict(call.arguments)}}
        self.tell(call, "NEW_OUTBOUND_CALL", told)

    def ring(self) -> None:
        """Tell that the callee's phone rings."""
        self.tell(self.last(), "RINGING")

    def pick_up(self) -> None:
        """Tell that the callee answered."""
        call = self.last()
        call.legs["LEG-A"].status = "Connected"
        self.tell(call, "CALL_ANSWERED")

    def answered(self) -> None:
        """Begin, ring and pick up."""
        self.begin()
        self.ring()
        self.pick_up()

    def finish(self, after: float = 0.0, **data: Any) -> None:
        """Tell that the action succeeded, after so many seconds."""
        self._over("ACTION_SUCCESSFUL", after, data)

    def fail(self, after: float = 0.0, error: str = "InvalidAudioSource", **data: Any) -> None:
        """Tell that the action failed, after so many seconds."""
        self._over("ACTION_FAILED", after, {"ErrorType": error, "ErrorMessage": "Failed.", **data})

    def press(self, digits: str, after: float = 0.0) -> None:
        """Tell that the callee pressed keys, which the action's pattern must allow."""
        parameters = self.last().actions[0]["Parameters"]
        assert re.fullmatch(parameters["InputDigitsRegex"], digits)
        assert len(digits) <= parameters["MaxNumberOfDigits"]
        self.finish(after, ReceivedDigits=digits)

    def bridge(self, after: float = 0.0) -> None:
        """Tell that the second party answered."""
        call = self.last()
        parameters = call.actions[0]["Parameters"]
        to = parameters["Endpoints"][0]["Uri"]
        call.legs["LEG-B"] = FakeLeg(f"{call.id}-b", to, parameters["CallerIdNumber"], "Connected")
        self.finish(after)

    def hang_up(self, tag: str = "LEG-A", code: int | None = 0, after: float = 0.0) -> None:
        """Tell that a party hung up, or that the callee could not be reached."""
        self.clock.now += timedelta(seconds=after)
        call = self.last()
        call.legs[tag].status = "Disconnected"
        parameters: dict[str, Any] = {"CallId": call.legs[tag].id, "ParticipantTag": tag}
        if code is not None:
            parameters["SipResponseCode"] = code
        self.tell(call, "HANGUP", {"Type": "Hangup", "Parameters": parameters})

    def flush(self) -> None:
        """Ask what is to be done in the calls that were updated, and carry out what hangs up."""
        waiting, self.later = self.later, []
        for call in waiting:
            told = {"Type": "CallUpdateRequest", "Parameters": {"Arguments": dict(call.arguments)}}
            self.tell(call, "CALL_UPDATE_REQUESTED", told)

    def tell(self, call: FakeTransaction, kind: str, data: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Invoke the hub's function, and take its answer."""
        event = self.event(call, kind, data)
        answer = self.answer(json.loads(json.dumps(event)))
        self.answers.append(answer)
        self._take(call, kind, answer)
        return answer

    def event(self, call: FakeTransaction, kind: str, data: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the next event of a call."""
        call.sequence = 1 if self.stuck_sequence else call.sequence + 1
        details: dict[str, Any] = {"TransactionId": call.id, "AwsAccountId": "123456789012", "AwsRegion": "us-east-1"}
        details["SipMediaApplicationId"] = APPLICATION
        details["Participants"] = [leg.told(tag) for tag, leg in call.legs.items()]
        if call.attributes:
            details["TransactionAttributes"] = dict(call.attributes)
        event = {"SchemaVersion": "1.0", "Sequence": call.sequence, "InvocationEventType": kind, "CallDetails": details}
        return {**event, "ActionData": dict(data)} if data else event

    def _over(self, kind: str, after: float, data: Mapping[str, Any]) -> None:
        """Tell the end of the action that is carried out."""
        self.clock.now += timedelta(seconds=after)
        call = self.last()
        done = call.actions.pop(0)
        told = {"Type": done["Type"], "Parameters": {**done["Parameters"], "CallId": call.legs["LEG-A"].id}, **data}
        self.tell(call, kind, told)

    def _take(self, call: FakeTransaction, kind: str, answer: Mapping[str, Any]) -> None:
        check_answer(answer)
        if kind in UNHEARD or answer["Actions"] is None or call.is_over:
            return
        if "TransactionAttributes" in answer:
            call.attributes = dict(answer["TransactionAttributes"])
        call.actions = list(answer["Actions"])
        while call.actions and call.actions[0]["Type"] == "Hangup":
            tag = call.actions.pop(0)["Parameters"]["ParticipantTag"]
            if call.legs[tag].status != "Disconnected":
                self._hung_up_by_the_hub(call, tag)

    def _hung_up_by_the_hub(self, call: FakeTransaction, tag: str) -> None:
        left = call.actions
        call.legs[tag].status = "Disconnected"
        parameters = {"CallId": call.legs[tag].id, "ParticipantTag": tag, "SipResponseCode": 0}
        self.tell(call, "HANGUP", {"Type": "Hangup", "Parameters": parameters})
        call.actions = call.actions or left


def _check_request(params: dict[str, Any], model: Any, **_: Any) -> None:
    found = list(shape_violations(model, params))
    assert not found, found


def check_answer(answer: Mapping[str, Any]) -> None:
    """Fail on an answer that the documents forbid."""
    assert set(answer) <= {"SchemaVersion", "Actions", "TransactionAttributes"}
    assert answer["SchemaVersion"] == "1.0"
    assert len(json.dumps(answer.get("TransactionAttributes", {}))) < 20_000
    for action in answer["Actions"] or ():
        kind, parameters = action["Type"], action["Parameters"]
        assert REQUIRED[kind] <= set(parameters) <= REQUIRED[kind] | OPTIONAL[kind], (kind, parameters)
        for name in ("AudioSource", "FailureAudioSource"):
            assert set(parameters.get(name, {})) in ({"Type", "BucketName", "Key"}, set())
        if kind == "CallAndBridge":
            assert 0 < parameters["CallTimeoutSeconds"] <= 120
            assert all(re.fullmatch(r"\+[1-9]\d{1,14}", one["Uri"]) for one in parameters["Endpoints"])
        if kind == "Hangup":
            assert parameters["SipResponseCode"] in {"0", "480", "486"}
    assert len(answer["Actions"] or ()) <= 10


class _Answer(AWSResponse):
    def __init__(self, url: str, status: int, headers: HTTPHeaders, body: bytes) -> None:
        super().__init__(url, status, headers, None)
        self._content = body
