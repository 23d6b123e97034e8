"""Kontur.CRM's words and the hub's words for them (kontur-crm-telephony, 'События реального времени')."""

from __future__ import annotations

from switchboard.kernel.call import Direction, Kind
from switchboard.subscriptions.vocabulary import Vocabulary

# The zone of a time without one; documented times carry a zone.
ZONE = "UTC"

STARTED, EVENT, FINISHED, FAILED = "call-started", "call-event", "call-finished", "call-failed"
RECORDING, REGISTER = "call-recording", "register-call"

CALLBACKS = (STARTED, EVENT, FINISHED, FAILED, RECORDING, REGISTER)

# The name of a callback's body in its validation errors. The document shows the first name; the others follow it.
BODIES: dict[str, str] = {
    STARTED: "callStartedInfo",
    EVENT: "callEventInfo",
    FINISHED: "callFinishedInfo",
    FAILED: "callFailedInfo",
    RECORDING: "callRecordingInfo",
    REGISTER: "registerCallInfo",
}

# Each callback is one kind of event; call-event has five.
KINDS: dict[str, Kind] = {
    STARTED: Kind.CALL_STARTED,
    f"{EVENT}.appeared": Kind.LEG_STARTED,
    f"{EVENT}.connected": Kind.CALL_ANSWERED,
    f"{EVENT}.disconnected": Kind.LEG_ENDED,
    f"{EVENT}.paused": Kind.CUSTOM,
    f"{EVENT}.finished": Kind.LEG_ENDED,
    FINISHED: Kind.CALL_ENDED,
    FAILED: Kind.CALL_ENDED,
    RECORDING: Kind.CUSTOM,
    REGISTER: Kind.CALL_ENDED,
}
TYPES = tuple(name.partition(".")[2] for name in KINDS if "." in name)

# The hub has no direction for an internal call; the raw event keeps the word.
DIRECTIONS: dict[str, Direction | None] = {
    "inbound": Direction.INCOMING,
    "outbound": Direction.OUTGOING,
    "internal": None,
}

# The required fields of each callback.
REQUIRED: dict[str, tuple[str, ...]] = {
    STARTED: ("externalId", "direction"),
    EVENT: ("type",),
    FINISHED: (),
    FAILED: (),
    RECORDING: ("recordingFileId",),
    REGISTER: ("externalId", "direction"),
}
# The types of call-event, in the order of a leg's life.
APPEARED, CONNECTED, DISCONNECTED, PAUSED, FINISHED_LEG = TYPES

TYPES_AT = "Xcom.Api.Models.Communications"  # the vendor's name space, which its validation errors show
IDS = ("communicationId", "externalId")
TIMES = ("timestamp", "externalCreatedAt")
CHOICES: dict[str, tuple[str, tuple[str, ...]]] = {
    "direction": (f"{TYPES_AT}.CommunicationDirection", tuple(DIRECTIONS)),
    "type": (f"{TYPES_AT}.CallEventType", TYPES),
}

VOCABULARY = Vocabulary(
    names=frozenset({*KINDS, EVENT}),
    fields=frozenset(
        {
            *IDS, *TIMES, *CHOICES, "externalVatsPhone", "clientPhone", "externalCallItemId", "realtimeCallItemId",
            "from", "to", "items", "recordingFileId",
        }
    ),
)  # fmt: skip
