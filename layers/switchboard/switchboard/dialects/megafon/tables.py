"""The PBX's words and the hub's words for them."""

from __future__ import annotations

from switchboard.kernel.call import Direction, Disposition, Kind
from switchboard.subscriptions.vocabulary import Vocabulary

ZONE = "UTC"  # `start` of a history ends with Z
TIME = "%Y%m%dT%H%M%SZ"
TOKEN = "crm_token"  # noqa: S105 - a field's name

EVENT, HISTORY, CONTACT, RATING = "event", "history", "contact", "rating"
INCOMING, ACCEPTED, COMPLETED, CANCELLED = "INCOMING", "ACCEPTED", "COMPLETED", "CANCELLED"
OUTGOING, TRANSFERRED = "OUTGOING", "TRANSFERRED"

# The commands that the PBX posts. A command `event` is named by its type. `contact` is the first word of an incoming
# call: the PBX asks whom to ring. INCOMING and CANCELLED come once for each member of a group. After COMPLETED the PBX
# still sends the history, which alone tells how the call ended.
KINDS: dict[str, Kind] = {
    CONTACT: Kind.CALL_STARTED,
    INCOMING: Kind.LEG_STARTED,
    OUTGOING: Kind.CALL_STARTED,
    ACCEPTED: Kind.CALL_ANSWERED,
    TRANSFERRED: Kind.CALL_REDIRECTED,
    COMPLETED: Kind.LEG_ENDED,
    CANCELLED: Kind.LEG_ENDED,
    HISTORY: Kind.CALL_ENDED,
    RATING: Kind.CUSTOM,
}
# Older PBXs send no `direction`. CANCELLED says that the caller gave up or that another member of the group answered.
DIRECTIONS: dict[str, Direction] = {"in": Direction.INCOMING, "out": Direction.OUTGOING}
IMPLIED: dict[str, Direction] = {
    CONTACT: Direction.INCOMING,
    INCOMING: Direction.INCOMING,
    CANCELLED: Direction.INCOMING,
    OUTGOING: Direction.OUTGOING,
}

# `status` of a history, compared without regard to letter case. The last four are of outgoing calls only.
DISPOSITIONS: dict[str, Disposition] = {
    "success": Disposition.ANSWERED,
    "missed": Disposition.NO_ANSWER,
    "noanswer": Disposition.NO_ANSWER,
    "cancel": Disposition.CANCELLED,
    "busy": Disposition.BUSY,
    "notavailable": Disposition.UNAVAILABLE,
    "notallowed": Disposition.FORBIDDEN,
    "notfound": Disposition.INVALID_NUMBER,
}
SUCCESS, MISSED, CANCEL, NOT_AVAILABLE = "Success", "Missed", "Cancel", "NotAvailable"
# The statuses of an outgoing call that nobody answered. An incoming call without an answer is Missed.
STATUSES: dict[Disposition, str] = {
    Disposition.BUSY: "Busy",
    Disposition.REJECTED: "Busy",
    Disposition.FORBIDDEN: "NotAllowed",
    Disposition.NO_FUNDS: "NotAllowed",
    Disposition.BLOCKED: "NotAllowed",
    Disposition.INVALID_NUMBER: "NotFound",
    Disposition.UNAVAILABLE: NOT_AVAILABLE,
    Disposition.NO_ANSWER: NOT_AVAILABLE,
    Disposition.CONGESTION: NOT_AVAILABLE,
    Disposition.FAILED: NOT_AVAILABLE,
}

VOCABULARY = Vocabulary(
    names=frozenset({EVENT, *KINDS}),
    fields=frozenset(
        {
            "cmd", "type", "direction", "status", "callid", "phone", "user", "ext", "telnum", "groupRealName",
            "diversion", "start", "duration", "link", "rating",
        }
    ),
    result=("status",),
)  # fmt: skip
