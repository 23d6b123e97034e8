"""Bitrix24's words and the hub's words for them (api-reference/telephony)."""

from __future__ import annotations

from switchboard.kernel.call import Direction, Disposition
from switchboard.subscriptions.vocabulary import Vocabulary

CALLS = "telephony.externalCall"
REGISTER, SHOW, HIDE, FINISH = f"{CALLS}.register", f"{CALLS}.show", f"{CALLS}.hide", f"{CALLS}.finish"
ATTACH, SEARCH, USERS = f"{CALLS}.attachRecord", f"{CALLS}.searchCrmEntities", "user.get"
# The hub's own name: a call that the portal ordered could not be started. Sent as `finish`.
FAILED = "externalCall.failed"

OUT, IN, CALLBACK = "1", "2", "4"
TYPES: dict[Direction | None, str] = {
    Direction.OUTGOING: OUT,
    Direction.INCOMING: IN,
    Direction.CALLBACK: CALLBACK,
    None: IN,
}

ANSWERED, MISSED, AWAY, OTHER = "200", "304", "480", "OTHER"
# STATUS_CODE of `finish`. The documented codes equal those of the call-events webhook.
CODES = frozenset(
    {ANSWERED, MISSED, "603", "603-S", "403", "404", "486", "484", "503", AWAY, "402", "423", OTHER}
)  # fmt: skip
STATUSES: dict[Disposition, str] = {
    Disposition.ANSWERED: ANSWERED,
    Disposition.NO_ANSWER: MISSED,
    Disposition.BUSY: "486",
    Disposition.CANCELLED: "603-S",
    Disposition.REJECTED: "603",
    Disposition.INVALID_NUMBER: "404",
    Disposition.UNAVAILABLE: AWAY,
    Disposition.CONGESTION: "503",
    Disposition.FORBIDDEN: "403",
    Disposition.NO_FUNDS: "402",
    Disposition.BLOCKED: "423",
    Disposition.FAILED: OTHER,
    Disposition.LOST: OTHER,
}

WHOLE = (
    "EXTERNAL_CALL_ID",
    "PHONE_NUMBER",
    "TYPE",
    "CALL_START_DATE",
    "LINE_NUMBER",
    "USER_PHONE_INNER",
)
VOCABULARY = Vocabulary(
    names=frozenset({REGISTER, SHOW, HIDE, FINISH, ATTACH, FAILED}),
    fields=frozenset({*WHOLE, "SHOW", "DURATION", "STATUS_CODE", "CALL_ID", "USER_ID"}),
    result=("STATUS_CODE",),
)
