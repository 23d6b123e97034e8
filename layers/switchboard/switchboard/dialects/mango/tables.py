"""Mango's words and the hub's words for them (VPBX API, 'Уведомления' and 'Коды результатов')."""

from __future__ import annotations

from switchboard.kernel.call import Direction, Disposition, Kind
from switchboard.subscriptions.vocabulary import Vocabulary

# Times are Unix time, which has no zone.
ZONE = "UTC"

APPEARED, CONNECTED, ON_HOLD, DISCONNECTED = "Appeared", "Connected", "OnHold", "Disconnected"
IVR, QUEUE, ABONENT = "ivr", "queue", "abonent"
CALL, SUMMARY, RECORDING, ADDED, DTMF = "call", "summary", "recording", "record/added", "dtmf"

# The kind of a leg's event says which leg: `legs.kind_of` decides among the legs of a call.
KINDS: dict[str, Kind] = {
    "call.Appeared": Kind.CALL_STARTED,
    "call.Connected": Kind.CALL_ANSWERED,
    "call.OnHold": Kind.CUSTOM,
    "call.Disconnected": Kind.LEG_ENDED,
    SUMMARY: Kind.CALL_ENDED,
    RECORDING: Kind.CUSTOM,
    ADDED: Kind.CUSTOM,
    DTMF: Kind.CUSTOM,
}
# Known events that tell nothing of a call's state. The names of `result/...` begin with the prefix.
OTHERS = frozenset({"record/tagged", "sms", "recognized/offline"})
RESULT = "result"

# A field that only one event has, for a body without the event's path.
SHAPES: dict[str, str] = {
    "call_state": CALL,
    "entry_result": SUMMARY,
    "recording_state": RECORDING,
    "dtmf": DTMF,
    "recording_id": ADDED,
    "result": RESULT,
}

DIRECTIONS: dict[str, Direction] = {"1": Direction.INCOMING, "2": Direction.OUTGOING}
# Mango calls the employee first, and then the client, as these features do for a client.
CALLBACKS = frozenset({"CallbackWidget", "MissGroupCallCallback", "MissInIvrCallCallback"})

# `disconnect_reason` of a call without a talk. A code that is not listed counts as its class, see `disposition_of`.
DISPOSITIONS: dict[int, Disposition] = {
    1000: Disposition.NO_ANSWER,
    1100: Disposition.NO_ANSWER,
    1110: Disposition.CANCELLED,
    1111: Disposition.NO_ANSWER,
    1120: Disposition.REJECTED,
    1121: Disposition.BUSY,
    1122: Disposition.REJECTED,
    1123: Disposition.REJECTED,
    1130: Disposition.CONGESTION,
    1131: Disposition.UNAVAILABLE,
    1132: Disposition.INVALID_NUMBER,
    1133: Disposition.INVALID_NUMBER,
    1134: Disposition.FAILED,
    1140: Disposition.FORBIDDEN,
    1150: Disposition.FORBIDDEN,
    1160: Disposition.NO_ANSWER,
    1170: Disposition.NO_ANSWER,
    1171: Disposition.FAILED,
    1180: Disposition.CANCELLED,
    1190: Disposition.UNAVAILABLE,
    2110: Disposition.BLOCKED,
    2120: Disposition.BLOCKED,
    2130: Disposition.BLOCKED,
    2140: Disposition.BLOCKED,
    2200: Disposition.NO_FUNDS,
    2210: Disposition.NO_FUNDS,
    2220: Disposition.NO_FUNDS,
    2230: Disposition.NO_FUNDS,
    2240: Disposition.NO_FUNDS,
    2250: Disposition.NO_FUNDS,
    2300: Disposition.FORBIDDEN,
    3200: Disposition.INVALID_NUMBER,
    3330: Disposition.INVALID_NUMBER,
    4200: Disposition.UNAVAILABLE,
    5000: Disposition.CONGESTION,
}
COMPLETED, KEPT = "Completed", "1000"  # a recording that is over, and its code if the file is kept


def disposition_of(code: str | None) -> Disposition | None:
    """Return the disposition of a call without a talk by its reason; UNKNOWN for a code of no known class.

    An unknown code counts as its class: the last digit becomes 0, then the digit before ('Коды результатов').
    """
    if not code:
        return None
    if not (code.isdecimal() and code.isascii()):
        return Disposition.UNKNOWN
    number = int(code)
    classes = (number, number // 10 * 10, number // 100 * 100, number // 1000 * 1000)
    return next((DISPOSITIONS[one] for one in classes if one in DISPOSITIONS), Disposition.UNKNOWN)


VOCABULARY = Vocabulary(
    names=frozenset(KINDS),
    fields=frozenset({"entry_id", "call_id", "call_state", "from", "to", "disconnect_reason"}),
    result=("disconnect_reason",),
)
