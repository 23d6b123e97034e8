"""Events rendered as hooks of the multichannel-number service (call-events-webhook, sections 1.1 to 1.8).

The service sends a hook for each ringing employee, and a missed-call hook beside the end of the call. Other vendors
send one event for several hooks, and none for a leg that stops ringing; these hooks are derived from the call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from switchboard.calls.legs import UnansweredRing, unanswered_rings
from switchboard.calls.narrate import OVER
from switchboard.dialects.callevents.tables import ANSWERED, FIELDS, KINDS, MISSED, OUTGOING, RESULT_CODES, ZONE
from switchboard.dialects.event_with_call import EventWithCall
from switchboard.dialects.model import Rendered
from switchboard.dialects.reading import local_time, text
from switchboard.kernel.call import ENDED_BY, AppliedEvent, Call, CallEvent, Kind, Number
from switchboard.kernel.numbers import digits_of, number_text

OWN = "callevents"
ENDINGS = (Kind.CALL_ENDED, Kind.CALL_MISSED)
STARTS = (Kind.CALL_STARTED, Kind.LEG_STARTED)
LEGS = (Kind.LEG_STARTED, Kind.LEG_ENDED)
HOME = "+7"  # the service writes Russian numbers without this prefix
# Fields that a sender of this dialect gave are sent on unchanged.
AS_TOLD = ("CityNumber", "Caller", "Called", "Redirecting")


@dataclass(frozen=True, slots=True)
class _HookMessage:
    """A hook to send: start and end of the call or leg, and the number for `Called`."""

    name: str
    told: EventWithCall
    started_at: datetime
    ended_at: datetime
    called: Number | None


def render(applied: AppliedEvent, base_url: str) -> tuple[Rendered, ...]:  # noqa: ARG001 - every dialect has the verb
    """Return the hooks for an event in the order of call-events-webhook, section 1; none if no hook fits."""
    event, call = applied.event, applied.call
    if event.dialect == OWN:
        return (_own(event, call),)
    if call is None:
        return ()
    told = EventWithCall(event, call)
    hooks = _outgoing(applied, told) if told.outward else _incoming(applied, told, call)
    return tuple(Rendered((hook.name,), _body(hook), KINDS[hook.name]) for hook in hooks)


def _own(event: CallEvent, call: Call | None) -> Rendered:
    """Return the received hook with missing fields filled in; unchanged if undocumented or without a call."""
    if call is None or event.name not in KINDS:
        return Rendered((event.name,) if event.name else (), event.raw)
    hook = _hook(event.name, EventWithCall(event, call))
    if event.kind is Kind.LEG_ENDED:
        leg = call.legs.get(digits_of(event.extension)) if event.extension else None
        hook = replace(hook, started_at=(leg.rung_at if leg else None) or event.at)
    kept = {name: found for name in AS_TOLD if (found := text(event.raw, name))}
    return Rendered((event.name,), {**event.raw, **_body(hook), **kept})


def _outgoing(applied: AppliedEvent, told: EventWithCall) -> Iterator[_HookMessage]:
    """Yield the hooks of an outgoing call. The dialect has hooks for the start and the end only."""
    if told.event.kind is Kind.CALL_STARTED:
        yield _hook("CreateOutCall", told)
    if _ends(applied):
        yield _hook("EndOutCall", told)


def _incoming(applied: AppliedEvent, told: EventWithCall, call: Call) -> Iterator[_HookMessage]:
    """Yield the hooks of an incoming call. A redirect after the answer is an answer, an earlier redirect is ringing."""
    kind = told.event.kind
    if kind is Kind.CALL_STARTED:
        yield _hook("CreateIncCall", told)
    takes_over = kind is Kind.CALL_REDIRECTED and call.answered
    if not takes_over:
        yield from _begun(applied, told, call)
    if kind is Kind.CALL_ANSWERED or takes_over:
        yield _hook("ChangeIncCall", told)
    yield from _given_up(applied, told, call)
    if _ends(applied):
        yield _hook("EndIncCall", told)
        if not call.answered:
            yield _hook("MissedIncCall", told)


def _ends(applied: AppliedEvent) -> bool:
    """Whether the event is the first end of the call: some vendors send two, an end and a missed call."""
    return applied.event.kind in ENDINGS and applied.outcome in ENDED_BY


def _begun(applied: AppliedEvent, told: EventWithCall, call: Call) -> Iterator[_HookMessage]:
    """Yield a hook for each leg that starts ringing, or rings again, with this event."""
    before = applied.before.told if applied.before else {}
    for key, leg in call.legs.items():
        if leg.rung_at and before.get(key) in (None, OVER) and call.told.get(key) != before.get(key):
            yield _HookMessage("AttemptIncCallBegin", told, leg.rung_at, leg.rung_at, leg.number)


def _given_up(applied: AppliedEvent, told: EventWithCall, call: Call) -> Iterator[_HookMessage]:
    """Yield a hook for each leg that stops ringing with this event."""
    known = unanswered_rings(applied.before) if applied.before else {}
    for key, attempt in unanswered_rings(call).items():
        if attempt.ended_at and not _is_over(known.get(key), attempt.rung_at):
            yield _HookMessage("AttemptIncCallEnd", told, attempt.rung_at, attempt.ended_at, attempt.number)


def _is_over(attempt: UnansweredRing | None, rung_at: datetime) -> bool:
    return attempt is not None and attempt.rung_at == rung_at and attempt.ended_at is not None


def _hook(name: str, told: EventWithCall) -> _HookMessage:
    event, call = told.event, told.call
    started_at = event.at if event.kind in STARTS or call is None else call.known("started_at") or call.first_at
    return _HookMessage(name, told, started_at, event.at, _whom(name, told))


def _whom(name: str, told: EventWithCall) -> Number | None:
    """Return the callee of an outgoing call; for an incoming call the employee who answered or whom the event names."""
    if name in OUTGOING:
        found: Number | None = told.best("callee")
    elif name == "ChangeIncCall" or (name == "EndIncCall" and told.answered):
        found = told.best("extension")
    else:
        found = told.event.extension if told.event.kind in LEGS else None
    return found


def _body(hook: _HookMessage) -> dict[str, Any]:
    return {field: GETTERS[field](hook) for field in FIELDS[hook.name]}


def _number(number: Number | None) -> str:
    """Return ten digits of a Russian number, E.164 with `+` of a foreign one, any other number as received."""
    if number is None:
        return ""
    return number.e164.removeprefix(HOME) if number.e164 else number_text(number)


def _session(hook: _HookMessage) -> str:
    """Return the vendor's own id of its call, the hub's id of another vendor's call."""
    event, call = hook.told.event, hook.told.call
    if event.dialect == OWN or call is None:
        return event.external_id
    return call.external_id if call.dialect == OWN else call.id


def _city(hook: _HookMessage) -> str:
    """Return the account's number, else the trunk's name."""
    return _number(hook.told.own_number) or hook.told.best("trunk") or ""


def _caller(hook: _HookMessage) -> str:
    """Return the caller; for an outgoing call the employee if known."""
    employee = hook.told.best("extension") if hook.name in OUTGOING else None
    return _number(employee or hook.told.best("caller"))


def _called(hook: _HookMessage) -> str:
    """Return the employee, or the city number if no employee is known; for an outgoing call the callee."""
    if hook.called is None and hook.name not in OUTGOING:
        return _number(hook.told.own_number or hook.told.best("callee")) or _city(hook)
    return _number(hook.called)


def _result(hook: _HookMessage) -> str:
    if hook.told.event.dialect == OWN and hook.told.event.cause:
        return hook.told.event.cause
    return RESULT_CODES.get(hook.told.best("disposition"), ANSWERED if hook.told.answered else MISSED)


def _talked(hook: _HookMessage) -> int:
    return (hook.told.call.talk_duration if hook.told.call else None) or 0


GETTERS: dict[str, Callable[[_HookMessage], Any]] = {
    "SessionID": _session,
    "HookType": lambda hook: hook.name,
    "StartTime": lambda hook: local_time(hook.started_at, ZONE),
    "StartDuration": lambda hook: local_time(hook.told.event.at, ZONE),
    "EndTime": lambda hook: local_time(hook.ended_at, ZONE),
    "CityNumber": _city,
    "Caller": _caller,
    "Called": _called,
    "Duration": _talked,
    "ResultCode": _result,
}
