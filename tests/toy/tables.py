"""Toy's words and the hub's words for them."""

from __future__ import annotations

from switchboard.kernel.call import Direction, Disposition, Kind
from switchboard.subscriptions.vocabulary import Vocabulary

# The zone of a time without one.
ZONE = "UTC"

KINDS: dict[str, Kind] = {
    "ring": Kind.CALL_STARTED,
    "desk": Kind.LEG_STARTED,
    "talk": Kind.CALL_ANSWERED,
    "bye": Kind.CALL_ENDED,
}
# The event name for each kind; Toy has no event for the other kinds.
NAMES: dict[Kind, str] = {**{kind: name for name, kind in KINDS.items()}, Kind.CALL_MISSED: "bye"}

DIRECTIONS: dict[str, Direction] = {"in": Direction.INCOMING, "out": Direction.OUTGOING}
DISPOSITIONS: dict[str, Disposition] = {
    "ok": Disposition.ANSWERED,
    "none": Disposition.NO_ANSWER,
    "busy": Disposition.BUSY,
}
# The result for any other disposition depends on whether the call was answered.
RESULTS: dict[Disposition, str] = {disposition: word for word, disposition in DISPOSITIONS.items()}

_PARTIES = ("event", "call", "at", "way", "from", "to", "desk")
FIELDS: dict[str, tuple[str, ...]] = {
    "ring": _PARTIES,
    "desk": _PARTIES,
    "talk": _PARTIES,
    "bye": (*_PARTIES, "result", "talked"),
}
VOCABULARY = Vocabulary(names=frozenset(KINDS), fields=frozenset(FIELDS["bye"]), result=("result",))
