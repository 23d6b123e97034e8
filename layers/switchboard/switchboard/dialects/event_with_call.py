"""An event together with its call, for dialects that fill missing fields of the event from the call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from switchboard.kernel.call import Call, CallEvent, Direction, Number
from switchboard.kernel.numbers import digits_of

# A callback rings an employee first, and then calls out.
OUTWARD = (Direction.OUTGOING, Direction.CALLBACK)


@dataclass(frozen=True, slots=True)
class EventWithCall:
    """An event and its call; `call` is None for an event that belongs to no call."""

    event: CallEvent
    call: Call | None

    def best(self, name: str) -> Any:
        """Return the event's value of a field, else the call's value, else None."""
        own = getattr(self.event, name)
        best = own if own is not None or self.call is None else self.call.known(name)
        return self.call.agreed(best) if name == "disposition" and self.call else best

    @property
    def outward(self) -> bool:
        """Whether the account's side is the caller: the call is outgoing or a callback."""
        return self.best("direction") in OUTWARD

    @property
    def answered(self) -> bool:
        """Whether the call was answered; False for an event without a call."""
        return bool(self.call and self.call.answered)

    @property
    def own_number(self) -> Number | None:
        """Return the account's number: the line, else the number on its side of the call unless an employee's."""
        line: Number | None = self.best("line")
        side: Number | None = self.best("caller" if self.outward else "callee")
        return line or (None if side and self._is_employee(side) else side)

    def _is_employee(self, number: Number) -> bool:
        extension: Number | None = self.best("extension")
        known = set(self.call.legs) if self.call else set()
        return digits_of(number) in known | ({digits_of(extension)} if extension else set())
