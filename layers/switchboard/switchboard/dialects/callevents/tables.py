"""The words of the multichannel-number service and the hub's words for them (call-events-webhook, section 1)."""

from __future__ import annotations

from switchboard.kernel.call import Disposition, Kind
from switchboard.subscriptions.vocabulary import Vocabulary

ZONE = "Europe/Moscow"

# Sections 1.1 to 1.8. `Called` of a leg is the employee's number; `CityNumber` is the account's own.
KINDS: dict[str, Kind] = {
    "CreateIncCall": Kind.CALL_STARTED,
    "AttemptIncCallBegin": Kind.LEG_STARTED,
    "ChangeIncCall": Kind.CALL_ANSWERED,
    "AttemptIncCallEnd": Kind.LEG_ENDED,
    "EndIncCall": Kind.CALL_ENDED,
    "MissedIncCall": Kind.CALL_MISSED,
    "CreateOutCall": Kind.CALL_STARTED,
    "EndOutCall": Kind.CALL_ENDED,
}
OUTGOING = frozenset({"CreateOutCall", "EndOutCall"})

# 'Примечания': the table of ResultCode.
DISPOSITIONS: dict[str, Disposition] = {
    "200": Disposition.ANSWERED,
    "304": Disposition.NO_ANSWER,
    "603": Disposition.REJECTED,
    "603-S": Disposition.CANCELLED,
    "403": Disposition.FORBIDDEN,
    "404": Disposition.INVALID_NUMBER,
    "486": Disposition.BUSY,
    "484": Disposition.CONGESTION,
    "503": Disposition.CONGESTION,
    "480": Disposition.UNAVAILABLE,
    "402": Disposition.NO_FUNDS,
    "423": Disposition.BLOCKED,
}
# 484 and 503 both mean congestion; 503 is sent, as SIP networks answer. A disposition without a code is sent as 200 or
# 304, depending on whether the call was answered.
RESULT_CODES: dict[Disposition, str] = {
    **{disposition: code for code, disposition in DISPOSITIONS.items()},
    Disposition.CONGESTION: "503",
    Disposition.FAILED: "503",
}
ANSWERED, MISSED = "200", "304"

# The field with the time of the event. `EndOutCall` may lack `EndTime`: the call then ended at the time of receipt, not
# at `StartTime`.
TIMES: dict[Kind, str] = {
    Kind.CALL_STARTED: "StartTime",
    Kind.LEG_STARTED: "StartTime",
    Kind.CALL_ANSWERED: "StartDuration",
    Kind.LEG_ENDED: "EndTime",
    Kind.CALL_ENDED: "EndTime",
    Kind.CALL_MISSED: "EndTime",
}

_PARTIES = ("CityNumber", "Caller", "Called")
_END = ("SessionID", "HookType", "StartTime", "EndTime", "Duration", "ResultCode", *_PARTIES)
# The fields of each hook, optional ones included. `Redirecting` is absent: only the service itself knows its value.
FIELDS: dict[str, tuple[str, ...]] = {
    "CreateIncCall": ("SessionID", "HookType", "StartTime", *_PARTIES),
    "AttemptIncCallBegin": ("SessionID", "HookType", "StartTime", *_PARTIES),
    "ChangeIncCall": ("SessionID", "HookType", "StartDuration", *_PARTIES),
    "AttemptIncCallEnd": ("SessionID", "HookType", "StartTime", "EndTime", *_PARTIES),
    "EndIncCall": _END,
    "MissedIncCall": _END,
    "CreateOutCall": ("SessionID", "HookType", "StartTime", *_PARTIES),
    "EndOutCall": _END,
}

VOCABULARY = Vocabulary(
    names=frozenset(KINDS),
    fields=frozenset({"Redirecting", *(name for fields in FIELDS.values() for name in fields)}),
    result=("ResultCode",),
)
