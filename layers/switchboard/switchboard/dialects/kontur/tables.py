"""The vocabulary of Kontur.CRM's telephony API beside ours (section 'События реального времени')."""

from __future__ import annotations

from switchboard.calls.model import Direction, Kind
from switchboard.dialects.model import Vocabulary

# Its times carry their zone; one that does not is read as this.
ZONE = "UTC"

STARTED, EVENT, FINISHED, FAILED = "call-started", "call-event", "call-finished", "call-failed"
RECORDING, REGISTER = "call-recording", "register-call"

CALLBACKS = (STARTED, EVENT, FINISHED, FAILED, RECORDING, REGISTER)

# The name of a callback's body, as its validation errors have it. The document shows the first; the others are alike.
BODIES: dict[str, str] = {
    STARTED: "callStartedInfo",
    EVENT: "callEventInfo",
    FINISHED: "callFinishedInfo",
    FAILED: "callFailedInfo",
    RECORDING: "callRecordingInfo",
    REGISTER: "registerCallInfo",
}

# A callback is an event; call-event is five of them.
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

# An internal call is neither of ours; it travels in the raw event.
DIRECTIONS: dict[str, Direction | None] = {
    "inbound": Direction.INCOMING,
    "outbound": Direction.OUTGOING,
    "internal": None,
}

# Of each callback: fields that must be there, and fields of which one must be.
REQUIRED: dict[str, tuple[str, ...]] = {
    STARTED: ("externalId", "direction"),
    EVENT: ("type",),
    FINISHED: (),
    FAILED: (),
    RECORDING: ("recordingFileId",),
    REGISTER: ("externalId", "direction"),
}
# What a leg's news is sent as; that a leg began or was taken may be told of it before an event says so.
APPEARED, CONNECTED, DISCONNECTED, PAUSED, OVER = TYPES

IDS = ("communicationId", "externalId")
TIMES = ("timestamp", "externalCreatedAt")
CHOICES: dict[str, tuple[str, tuple[str, ...]]] = {
    "direction": ("CommunicationDirection", tuple(DIRECTIONS)),
    "type": ("CallEventType", TYPES),
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
