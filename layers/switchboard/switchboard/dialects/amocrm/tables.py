"""amoCRM's words and the hub's words for them (CallInterface and NoteType of the vendor's own PHP library)."""

from __future__ import annotations

from switchboard.kernel.call import Disposition
from switchboard.subscriptions.vocabulary import Vocabulary

ZONE = "UTC"  # times are in Unix seconds

CALL, RECORDING = "call", "recording"
INBOUND, OUTBOUND = "inbound", "outbound"
NOTES = {INBOUND: "call_in", OUTBOUND: "call_out"}

# `call_status` of a call.
LEFT_A_MESSAGE, CALL_BACK, NOT_IN, TALKED, WRONG_NUMBER, NO_ANSWER, BUSY, UNDEFINED = range(1, 9)
STATUSES: dict[Disposition, int] = {
    Disposition.ANSWERED: TALKED,
    Disposition.NO_ANSWER: NO_ANSWER,
    Disposition.CANCELLED: NO_ANSWER,
    Disposition.REJECTED: NO_ANSWER,
    Disposition.BUSY: BUSY,
    Disposition.INVALID_NUMBER: WRONG_NUMBER,
    Disposition.UNAVAILABLE: NOT_IN,
}

# The fields of a call in `POST /api/v4/calls`; `extension` stands in place of the CRM's user.
CALL_FIELDS = (
    *("direction", "uniq", "duration", "phone", "call_status", "created_at", "request_id"),
    "extension",
)
RECORDING_FIELDS = ("uniq",)
VOCABULARY = Vocabulary(
    names=frozenset({CALL, RECORDING}), fields=frozenset({*CALL_FIELDS, *RECORDING_FIELDS}), result=("call_status",)
)
