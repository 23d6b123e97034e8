"""The JSON of calls in the operator's API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from switchboard.calls.find import FilterOf
from switchboard.calls.ports import CallFilter, KeptEvent
from switchboard.contracts import Body, Moment, read_body
from switchboard.kernel.call import Call, Leg, Number, State
from switchboard.kernel.clocks import Clock
from switchboard.kernel.numbers import digits_of, read_number

NOBODY = "nobody"  # no call is stored under this key
TIMES = ("started_at", "answered_at", "ended_at")
NUMBERS = ("caller", "callee", "line", "extension")
PLAIN = ("direction", "trunk", "disposition", "cause", "recording", "voicemail", "voicemail_type")


class CallQuery(Body):
    """The query string of a list of calls. A time without a zone is in UTC."""

    number: str | None = None
    state: State | None = None
    since: Moment | None = None
    until: Moment | None = None


def read_filter(query: Mapping[str, str], region_of: Callable[[str], str]) -> FilterOf:
    """Return the filter in a query, for each account. Raises Invalid with the wrong field.

    A number may have any usual spelling. `region_of` gives an account's numbering plan of national numbers. A hidden
    caller is nobody: such a number finds no call.
    """
    wanted = read_body(CallQuery, query)

    def of_account(account: str) -> CallFilter:
        number = read_number(wanted.number, region_of(account)) if wanted.number else None
        key = (digits_of(number) or NOBODY) if number else None
        return CallFilter(key, wanted.state, wanted.since, wanted.until)

    return of_account


def call_view(call: Call) -> dict[str, Any]:
    """Return the state of a call. Durations are in seconds; an unknown value is None."""
    return {
        "id": call.id,
        "account": call.account,
        "source": call.source,
        "dialect": call.dialect,
        "external_id": call.external_id,
        "state": call.state,
        **{name: call.known(name) for name in PLAIN},
        "disposition": call.disposition,
        **{name: number_view(call.known(name)) for name in NUMBERS},
        **{name: call.known(name) for name in TIMES},
        "answered": call.answered,
        "duration": call.duration,
        "talk_duration": call.talk_duration,
        "wait_duration": call.wait_duration,
        "legs": [leg_view(leg) for leg in call.legs.values()],
        "first_event_at": call.first_at,
        "last_event_at": call.last_at or call.first_at,
        "events_count": call.version,
    }


def event_view(kept: KeptEvent) -> dict[str, Any]:
    """Return an event as received. `raw` is the vendor's payload without credentials."""
    event = kept.event
    return {
        **timeline_entry(kept),
        "id": event.id,
        "source": event.source,
        "dialect": event.dialect,
        "received_at": event.received_at,
        "clock": clock_view(event.clock),
        "raw": event.raw,
    }


def clock_view(clock: Clock | None) -> dict[str, Any] | None:
    """Return the time as told, the time that counts instead, and the reason; None for an event with a right clock."""
    return {"told": clock.told, "used": clock.used, "reason": clock.reason} if clock else None


def leg_view(leg: Leg) -> dict[str, Any]:
    """Return an extension that took part, with the times of its last ring, first answer and last end."""
    return {
        "extension": number_view(leg.number),
        "rung_at": leg.rung_at,
        "answered_at": leg.answered_at,
        "ended_at": leg.ended_at,
    }


def number_view(number: Number | None) -> dict[str, Any] | None:
    """`{"received", "e164"}`, and `"hidden": true` for a caller whose number is withheld."""
    if number is None:
        return None
    return {"received": number.received, "e164": number.e164, **({} if digits_of(number) else {"hidden": True})}


def timeline_entry(kept: KeptEvent) -> dict[str, Any]:
    event = kept.event
    return {
        "at": event.at,
        "kind": event.kind,
        "name": event.name,
        "outcome": kept.outcome,
        "extension": number_view(event.extension),
    }
