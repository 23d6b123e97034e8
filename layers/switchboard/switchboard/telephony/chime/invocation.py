"""The events by which the service invokes the hub's function, read as leniently as AWS's own examples differ.

Source: Amazon Chime SDK Developer Guide, "Understanding telephony events" and the pages of the actions. The examples
differ in the spelling of tags (`LEG-A`, `Leg-A`) and in the place of `ReceivedDigits`. `SipResponseCode` is a number, a
text or absent. A caller's event has two names. In some examples `Sequence` never grows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Invoked(StrEnum):
    """The types of events."""

    INBOUND = "NEW_INBOUND_CALL"
    OUTBOUND = "NEW_OUTBOUND_CALL"
    RINGING = "RINGING"
    ANSWERED = "CALL_ANSWERED"
    SUCCESSFUL = "ACTION_SUCCESSFUL"
    FAILED = "ACTION_FAILED"
    INTERRUPTED = "ACTION_INTERRUPTED"
    DIGITS = "DIGITS_RECEIVED"
    HANGUP = "HANGUP"
    UPDATE = "CALL_UPDATE_REQUESTED"
    INVALID = "INVALID_LAMBDA_RESPONSE"
    UNKNOWN = ""


OTHER_NAMES = {"NEW_INCOMING_CALL": Invoked.INBOUND}
LEG_A, LEG_B = "LEG-A", "LEG-B"


@dataclass(frozen=True, slots=True)
class Invocation:
    """One event. `legs` maps tags to the service's ids of participants; `up` are the tags of connected participants.

    `action` and `leg` tell what the event is about. `key` is the audio file of the action. `code` is the SIP code, None
    if absent.
    """

    kind: Invoked
    transaction: str
    sequence: int = 0
    legs: Mapping[str, str] = field(default_factory=dict)
    up: frozenset[str] = frozenset()
    action: str = ""
    leg: str = LEG_A
    key: str = ""
    code: int | None = None
    digits: str = ""
    error: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The id of a repeat. Sequence and type are not enough: in some examples the sequence never grows."""
        return ":".join((str(self.sequence), self.kind, self.action, self.leg, self.key))


def read_invocation(event: Any) -> Invocation:
    """Return the event. Whatever is missing or of another type is left out; nothing is raised."""
    top = _mapping(event)
    details, data = _mapping(top.get("CallDetails")), _mapping(top.get("ActionData"))
    parameters = _mapping(data.get("Parameters"))
    people = [_mapping(one) for one in _list(details.get("Participants"))]
    legs = {tag: _text(one.get("CallId")) for one in people if (tag := _tag(one.get("ParticipantTag")))}
    return Invocation(
        kind=_kind(top.get("InvocationEventType")),
        transaction=_text(details.get("TransactionId")),
        sequence=_number(top.get("Sequence")) or 0,
        legs=legs,
        up=frozenset(_tag(one.get("ParticipantTag")) for one in people if one.get("Status") == "Connected"),
        action=_text(data.get("Type")),
        leg=_leg(parameters, legs),
        key=_text(_mapping(parameters.get("AudioSource")).get("Key")),
        code=_number(parameters.get("SipResponseCode")),
        digits=_text(data.get("ReceivedDigits") or top.get("ReceivedDigits")),
        error=_text(data.get("ErrorType") or top.get("ErrorType")),
        arguments=_texts(parameters.get("Arguments")),
        attributes=_texts(details.get("TransactionAttributes")),
    )


def _leg(parameters: Mapping[str, Any], legs: Mapping[str, str]) -> str:
    """Return the tag of the leg that an event is about: by the participant's id, else by the tag."""
    wanted = _text(parameters.get("CallId"))
    named = next((tag for tag, id_ in legs.items() if id_ and id_ == wanted), "")
    return named or _tag(parameters.get("ParticipantTag")) or LEG_A


def _kind(value: Any) -> Invoked:
    name = _text(value)
    if name in OTHER_NAMES:
        return OTHER_NAMES[name]
    return Invoked(name) if name in set(Invoked) else Invoked.UNKNOWN


def _tag(value: Any) -> str:
    return _text(value).upper()


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _texts(value: Any) -> dict[str, str]:
    return {str(name): str(text) for name, text in _mapping(value).items() if isinstance(text, str | int)}


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _number(value: Any) -> int | None:
    text = _text(value).strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None  # noqa: PLR2004
