"""The parties of a call in Kontur.CRM's words: its direction, its client, and the two sides of each leg."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.dialects.event_with_call import EventWithCall
from switchboard.kernel.call import Number
from switchboard.kernel.numbers import digits_of, number_text

HIDDEN = "anonymous"  # the user part of RFC 3323 section 4.1.1.3
SHORT, LONGEST_EXTENSION = 6, 15  # digits
INBOUND, OUTBOUND, INTERNAL = "inbound", "outbound", "internal"
SEPARATOR = ">"  # between the two numbers of a note
Sides = dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class InternalPair:
    """The two numbers of a call that is internal if both are users of the CRM. Only a connector knows the users.

    `client` is the number in `clientPhone`, `own` is the other side's.
    """

    own: str
    client: str

    @property
    def note(self) -> str:
        """The pair as the note of a message."""
        return f"{self.own}{SEPARATOR}{self.client}"


def pair_in(note: str) -> InternalPair | None:
    """Return the pair in a message's note, or None without two numbers."""
    own, _, client = note.partition(SEPARATOR)
    return InternalPair(own, client) if client else None


def direction_of(told: EventWithCall) -> str:
    """Return `outbound`, `inbound`, or `internal` for short numbers without a known direction."""
    if told.outward:
        return OUTBOUND
    known = [number for side in ("caller", "callee") if (number := told.best(side))]
    internal = told.best("direction") is None and bool(known) and all(map(_is_short, known))
    return INTERNAL if internal else INBOUND


def own_in(note: str) -> str:
    """Return the account's side in the note of a call's start: the extension of an outgoing call."""
    return note.partition(SEPARATOR)[0]


def client_of(told: EventWithCall) -> Number | None:
    """Return the other party; for an internal call with one known side, that side."""
    caller, callee = told.best("caller"), told.best("callee")
    found: Number | None = callee if told.outward else caller
    return found or (callee if told.best("direction") is None else None)


def pair_of(told: EventWithCall) -> InternalPair | None:
    """Return the numbers of a call with a direction, if both may be extensions."""
    client = client_of(told)
    if direction_of(told) == INTERNAL or client is None or not _may_be_extension(client):
        return None
    sides = ("caller" if told.outward else "callee", "extension")
    known = [number for side in sides if (number := told.best(side)) and _may_be_extension(number)]
    own = next((number for number in known if digits_of(number) != digits_of(client)), None)
    return InternalPair(phone(own), phone(client)) if own else None


def sides_of(told: EventWithCall, number: Number | None) -> Sides:
    """Return the fields `from` and `to` of a leg: a user, given by extension, and a client or another user."""
    if direction_of(told) == INTERNAL:
        return _internal_sides(told, number)
    user, other = _user(number), {"type": "client"}
    is_client = bool(number and pair_of(told) and digits_of(number) == digits_of(client_of(told) or number))
    return {"from": user, "to": other} if told.outward != is_client else {"from": other, "to": user}


def phone(number: Number | None) -> str:
    """Return E.164 without `+`, as in the document's examples, else the number as received."""
    return number_text(number).removeprefix("+") if number else ""


def client_phone(number: Number | None) -> str:
    """Return the client's number; `anonymous` for a hidden one, for which the document has no word."""
    return HIDDEN if number and not digits_of(number) else phone(number)


def _internal_sides(told: EventWithCall, number: Number | None) -> Sides:
    """The leg of the caller goes to the callee. Any other leg comes from the caller."""
    caller, callee = told.best("caller"), told.best("callee")
    if number and caller and digits_of(number) == digits_of(caller):
        return {"from": _user(number), "to": _user(callee)}
    return {"from": _user(caller), "to": _user(number)}


def _user(number: Number | None) -> dict[str, str]:
    return {"type": "user", **({"userId": phone(number)} if number else {})}


def _is_short(number: Number) -> bool:
    return number.e164 is None and 0 < len(digits_of(number)) <= SHORT


def _may_be_extension(number: Number) -> bool:
    return number.e164 is None and 0 < len(digits_of(number)) <= LONGEST_EXTENSION
