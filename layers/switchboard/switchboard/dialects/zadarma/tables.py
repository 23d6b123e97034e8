"""Zadarma's words and the hub's words for them (zadarma.com/en/support/api, 'Webhooks'; user-api-v1, `lib/Webhook`)."""

from __future__ import annotations

from switchboard.kernel.call import Direction, Disposition, Kind
from switchboard.subscriptions.vocabulary import Vocabulary

# `call_start` has no zone. The vendor's document does not say which one it is: a setting of the source.
ZONE = "Europe/Moscow"
NAME = "zadarma"  # the dialect, and the scheme of its recordings

START, INTERNAL, ANSWER, END = "NOTIFY_START", "NOTIFY_INTERNAL", "NOTIFY_ANSWER", "NOTIFY_END"
OUT_START, OUT_END = "NOTIFY_OUT_START", "NOTIFY_OUT_END"
RECORD, IVR = "NOTIFY_RECORD", "NOTIFY_IVR"

KINDS: dict[str, Kind] = {
    START: Kind.CALL_STARTED,
    INTERNAL: Kind.LEG_STARTED,
    ANSWER: Kind.CALL_ANSWERED,
    END: Kind.CALL_ENDED,
    OUT_START: Kind.CALL_STARTED,
    OUT_END: Kind.CALL_ENDED,
    RECORD: Kind.CUSTOM,
    IVR: Kind.CUSTOM,
}
# An event has one time, the start of its call. It is the time of these events, and a fact of the call elsewhere.
STARTS = (START, OUT_START)
# `NOTIFY_ANSWER` and `NOTIFY_RECORD` are of calls in both directions.
DIRECTIONS: dict[str, Direction] = {
    START: Direction.INCOMING,
    INTERNAL: Direction.INCOMING,
    END: Direction.INCOMING,
    IVR: Direction.INCOMING,
    OUT_START: Direction.OUTGOING,
    OUT_END: Direction.OUTGOING,
}

_END = ("duration", "disposition", "status_code", "is_recorded", "call_id_with_rec")
FIELDS: dict[str, tuple[str, ...]] = {
    START: ("event", "call_start", "pbx_call_id", "caller_id", "called_did"),
    INTERNAL: ("event", "call_start", "pbx_call_id", "caller_id", "called_did", "internal"),
    ANSWER: ("event", "call_start", "pbx_call_id", "caller_id", "destination", "internal"),
    END: ("event", "call_start", "pbx_call_id", "caller_id", "called_did", "internal", *_END),
    OUT_START: ("event", "call_start", "pbx_call_id", "internal", "destination"),
    OUT_END: ("event", "call_start", "pbx_call_id", "caller_id", "internal", "destination", *_END),
}
VOCABULARY = Vocabulary(
    names=frozenset(KINDS),
    fields=frozenset(name for fields in FIELDS.values() for name in fields),
    result=("disposition",),
)

# The fields whose values are signed, in this order. A field that is missing counts as an empty text.
_IN, _OUT = ("caller_id", "called_did", "call_start"), ("internal", "destination", "call_start")
SIGNED: dict[str, tuple[str, ...]] = {
    START: _IN,
    INTERNAL: _IN,
    ANSWER: ("caller_id", "destination", "call_start"),
    END: _IN,
    OUT_START: _OUT,
    OUT_END: _OUT,
    RECORD: ("pbx_call_id", "call_id_with_rec"),
    IVR: _IN,
}

# The fields that make an event the same event: the vendor signs few fields, so a repeat with other values changes
# nothing. An event that is not listed is known by all its fields.
_CALL = ("event", "pbx_call_id", "call_start")
IDENTITY: dict[str, tuple[str, ...]] = {
    START: _CALL,
    INTERNAL: (*_CALL, "internal"),
    ANSWER: (*_CALL, "internal", "destination"),
    END: (*_CALL, "internal"),
    OUT_START: (*_CALL, "internal"),
    OUT_END: (*_CALL, "internal"),
    RECORD: ("event", "pbx_call_id", "call_id_with_rec"),
}

# How a call ended: the word of `disposition`, the hub's word, and the Q.931 cause that the hub sends with the word.
ENDS: tuple[tuple[str, Disposition, str], ...] = (
    ("answered", Disposition.ANSWERED, "16"),
    ("busy", Disposition.BUSY, "17"),
    ("cancel", Disposition.CANCELLED, "16"),
    ("no answer", Disposition.NO_ANSWER, "19"),
    ("failed", Disposition.FAILED, "38"),
    ("call failed", Disposition.FAILED, "38"),  # statistics alone
    ("no money", Disposition.NO_FUNDS, "57"),
    ("no money, no limit", Disposition.NO_FUNDS, "57"),
    ("unallocated number", Disposition.INVALID_NUMBER, "1"),
    ("no limit", Disposition.BLOCKED, "57"),
    ("no day limit", Disposition.BLOCKED, "57"),
    ("line limit", Disposition.BLOCKED, "57"),
)
DISPOSITIONS: dict[str, Disposition] = {word: disposition for word, disposition, _ in ENDS}
# Without a word that is known, `status_code` decides. These causes of Q.931 have one meaning.
CAUSES: dict[str, Disposition] = {
    "1": Disposition.INVALID_NUMBER,
    "17": Disposition.BUSY,
    "18": Disposition.NO_ANSWER,
    "19": Disposition.NO_ANSWER,
    "20": Disposition.UNAVAILABLE,
    "21": Disposition.REJECTED,
    "27": Disposition.UNAVAILABLE,
    "28": Disposition.INVALID_NUMBER,
    "34": Disposition.CONGESTION,
    "38": Disposition.FAILED,
    "42": Disposition.CONGESTION,
}
# A disposition of the hub's that the vendor has no word for is sent as the nearest word, with its own cause.
SENT: dict[Disposition, tuple[str, str]] = {
    **{disposition: (word, cause) for word, disposition, cause in reversed(ENDS)},
    Disposition.REJECTED: ("busy", "21"),
    Disposition.UNAVAILABLE: ("failed", "20"),
    Disposition.CONGESTION: ("failed", "42"),
    Disposition.FORBIDDEN: ("failed", "57"),
}
ANSWERED, MISSED = ("answered", "16"), ("no answer", "19")
