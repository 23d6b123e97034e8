"""Events in the words of the multichannel-number service, filled up from the call.

The service tells of every employee that is rung, and of a missed call beside its end; other vendors have one event
where it has several, and none for a leg that is given up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from switchboard.calls.legs import Attempt, attempts
from switchboard.calls.model import Call, CallEvent, Happened, Kind, Number, Outcome
from switchboard.calls.numbers import digits_of
from switchboard.dialects.callevents.tables import ANSWERED, FIELDS, KINDS, MISSED, OUTGOING, RESULT_CODES, ZONE
from switchboard.dialects.event_with_call import EventWithCall
from switchboard.dialects.model import Rendered
from switchboard.dialects.reading import local_time, text

OWN = "callevents"
ENDINGS = (Kind.CALL_ENDED, Kind.CALL_MISSED)
STARTS = (Kind.CALL_STARTED, Kind.LEG_STARTED)
LEGS = (Kind.LEG_STARTED, Kind.LEG_ENDED)
HOME = "+7"  # the country of the service, whose numbers it writes without prefix
# What a sender of this dialect told itself leaves as it came.
AS_TOLD = ("CityNumber", "Caller", "Called", "Redirecting")


@dataclass(frozen=True, slots=True)
class _HookMessage:
    """One hook: when what it tells began and ended, and whom it is about."""

    name: str
    told: EventWithCall
    started_at: datetime
    ended_at: datetime
    called: Number | None


def render(happened: Happened, base_url: str) -> tuple[Rendered, ...]:  # noqa: ARG001 - every dialect has the verb
    """Hooks in the order of the document's first section; nothing for what the service has no hook for."""
    event, call = happened.event, happened.call
    if event.dialect == OWN:
        return (_own(event, call),)
    if call is None:
        return ()
    told = EventWithCall(event, call)
    hooks = _outgoing(happened, told) if told.outward else _incoming(happened, told, call)
    return tuple(Rendered((hook.name,), _body(hook), KINDS[hook.name]) for hook in hooks)


def _own(event: CallEvent, call: Call | None) -> Rendered:
    """The same hook, filled up; one that is not documented, or of no call, unchanged."""
    if call is None or event.name not in KINDS:
        return Rendered((event.name,) if event.name else (), event.raw)
    hook = _hook(event.name, EventWithCall(event, call))
    if event.kind is Kind.LEG_ENDED:
        leg = call.legs.get(digits_of(event.extension)) if event.extension else None
        hook = replace(hook, started_at=(leg.rung_at if leg else None) or event.at)
    kept = {name: found for name in AS_TOLD if (found := text(event.raw, name))}
    return Rendered((event.name,), {**event.raw, **_body(hook), **kept})


def _outgoing(happened: Happened, told: EventWithCall) -> Iterator[_HookMessage]:
    """Of an outgoing call the service tells start and end."""
    if told.event.kind is Kind.CALL_STARTED:
        yield _hook("CreateOutCall", told)
    if _ends(happened):
        yield _hook("EndOutCall", told)


def _incoming(happened: Happened, told: EventWithCall, call: Call) -> Iterator[_HookMessage]:
    """Whoever takes over a conversation answers it; whoever is named before that is rung."""
    kind = told.event.kind
    if kind is Kind.CALL_STARTED:
        yield _hook("CreateIncCall", told)
    takes_over = kind is Kind.CALL_REDIRECTED and call.answered
    if not takes_over:
        yield from _begun(happened, told, call)
    if kind is Kind.CALL_ANSWERED or takes_over:
        yield _hook("ChangeIncCall", told)
    yield from _given_up(happened, told, call)
    if _ends(happened):
        yield _hook("EndIncCall", told)
        if not call.answered:
            yield _hook("MissedIncCall", told)


def _ends(happened: Happened) -> bool:
    """Some vendors tell the end twice; here it is told by whichever comes first."""
    return happened.event.kind in ENDINGS and happened.outcome is Outcome.ADVANCED


def _begun(happened: Happened, told: EventWithCall, call: Call) -> Iterator[_HookMessage]:
    """Employees that are rung now, or again."""
    before = happened.before.legs if happened.before else {}
    for key, leg in call.legs.items():
        known = before[key].rung_at if key in before else None
        if leg.rung_at and (known is None or leg.rung_at > known):
            yield _HookMessage("AttemptIncCallBegin", told, leg.rung_at, leg.rung_at, leg.number)


def _given_up(happened: Happened, told: EventWithCall, call: Call) -> Iterator[_HookMessage]:
    """Employees whose phones stopped ringing with this event."""
    known = attempts(happened.before) if happened.before else {}
    for key, attempt in attempts(call).items():
        if attempt.ended_at and not _is_over(known.get(key), attempt.rung_at):
            yield _HookMessage("AttemptIncCallEnd", told, attempt.rung_at, attempt.ended_at, attempt.number)


def _is_over(attempt: Attempt | None, rung_at: datetime) -> bool:
    return attempt is not None and attempt.rung_at == rung_at and attempt.ended_at is not None


def _hook(name: str, told: EventWithCall) -> _HookMessage:
    event, call = told.event, told.call
    started_at = event.at if event.kind in STARTS or call is None else call.known("started_at") or call.first_at
    return _HookMessage(name, told, started_at, event.at, _whom(name, told))


def _whom(name: str, told: EventWithCall) -> Number | None:
    """Whom an outgoing call is to; of an incoming one the employee who took it, or whom the event itself names."""
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
    """Ten digits of a Russian number; another country's with `+`; what no plan knows as received."""
    if number is None:
        return ""
    return number.e164.removeprefix(HOME) if number.e164 else number.received


def _session(hook: _HookMessage) -> str:
    event, call = hook.told.event, hook.told.call
    return call.id if call and event.dialect != OWN else event.external_id


def _city(hook: _HookMessage) -> str:
    """The account's own number; where only the line's name is known, that."""
    return _number(hook.told.own_number) or hook.told.best("trunk") or ""


def _caller(hook: _HookMessage) -> str:
    """Of an outgoing call the employee, where one is known."""
    employee = hook.told.best("extension") if hook.name in OUTGOING else None
    return _number(employee or hook.told.best("caller"))


def _called(hook: _HookMessage) -> str:
    """The employee or, where nobody is named, the city number; of an outgoing call whom it is to."""
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
