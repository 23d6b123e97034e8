"""What there is to tell: an event, and the call that fills it up where the event itself says less."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from switchboard.calls.model import Call, CallEvent, Direction, Number
from switchboard.calls.numbers import digits_of

# A call back rings an employee first, and then goes out.
OUTWARD = (Direction.OUTGOING, Direction.CALLBACK)


@dataclass(frozen=True, slots=True)
class EventWithCall:
    """An event and its call, None for an event of no call."""

    event: CallEvent
    call: Call | None

    def best(self, name: str) -> Any:
        """The event's own word, else what is known of the call."""
        own = getattr(self.event, name)
        return own if own is not None or self.call is None else self.call.known(name)

    @property
    def outward(self) -> bool:
        """Whether the call goes out, so that the account's own side is that of the caller."""
        return self.best("direction") in OUTWARD

    @property
    def answered(self) -> bool:
        """Whether anybody talked."""
        return bool(self.call and self.call.answered)

    @property
    def own_number(self) -> Number | None:
        """The account's number: the line, else its side of the call, unless an employee stands there."""
        line: Number | None = self.best("line")
        side: Number | None = self.best("caller" if self.outward else "callee")
        return line or (None if side and self._is_employee(side) else side)

    def _is_employee(self, number: Number) -> bool:
        extension: Number | None = self.best("extension")
        known = set(self.call.legs) if self.call else set()
        return digits_of(number) in known | ({digits_of(extension)} if extension else set())
