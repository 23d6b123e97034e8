"""SpRecord's words and the hub's words for them (sprecord-events)."""

from __future__ import annotations

from switchboard.kernel.call import Direction, Disposition, Kind
from switchboard.subscriptions.vocabulary import Vocabulary

ZONE = "Europe/Moscow"

KINDS: dict[str, Kind] = {
    "startup": Kind.DEVICE_STARTED,
    "incoming_call": Kind.CALL_STARTED,
    "outgoing_call": Kind.CALL_STARTED,
    "start_talk": Kind.CALL_ANSWERED,
    "call_end": Kind.CALL_ENDED,
    "incoming_sms": Kind.SMS_RECEIVED,
    "answer_elsewhere": Kind.CALL_REDIRECTED,
}
# The event type for each kind; a start depends on its direction.
NAMES: dict[Kind, str] = {
    Kind.DEVICE_STARTED: "startup",
    Kind.CALL_STARTED: "incoming_call",
    Kind.CALL_ANSWERED: "start_talk",
    Kind.CALL_ENDED: "call_end",
    Kind.CALL_MISSED: "call_end",
    Kind.SMS_RECEIVED: "incoming_sms",
    Kind.CALL_REDIRECTED: "answer_elsewhere",
}
DIRECTIONS: dict[str, Direction] = {"incoming_call": Direction.INCOMING, "outgoing_call": Direction.OUTGOING}
# The field that holds the device's own extension.
OWN_SIDE = {"incoming_call": "call_dst", "outgoing_call": "call_src"}

# 'status - статус разговора'
DISPOSITIONS: dict[str, Disposition] = {
    "success": Disposition.ANSWERED,
    "no_answer": Disposition.NO_ANSWER,
    "busy": Disposition.BUSY,
    "overload": Disposition.CONGESTION,
    "error": Disposition.FAILED,
    "not_def": Disposition.UNKNOWN,
}
# SpRecord has no words for a declined, a cancelled or a failed call: the nearest status is sent. The status of a
# hang-up depends on whether the call was answered.
STATUSES: dict[Disposition, str] = {
    **{disposition: status for status, disposition in DISPOSITIONS.items()},
    Disposition.REJECTED: "busy",
    Disposition.CANCELLED: "no_answer",
    Disposition.UNAVAILABLE: "error",
    Disposition.INVALID_NUMBER: "error",
    Disposition.FORBIDDEN: "error",
    Disposition.NO_FUNDS: "error",
    Disposition.BLOCKED: "error",
    Disposition.LOST: "not_def",
}

_PARTIES = ("call_id", "call_src", "call_dst", "trunk")
# The payload fields of each event type.
FIELDS: dict[str, tuple[str, ...]] = {
    "startup": (),
    "incoming_call": _PARTIES,
    "outgoing_call": _PARTIES,
    "start_talk": _PARTIES,
    "call_end": ("call_id", "record_id", "duration", "status"),
    "incoming_sms": ("sms_src", "text", "trunk", "date"),
    "answer_elsewhere": ("call_id", "number"),
}

VOCABULARY = Vocabulary(
    names=frozenset(KINDS), fields=frozenset({"device_id", "event_type", "payload"}), result=("payload", "status")
)
