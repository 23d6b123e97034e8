"""The report of an execution (sp5000-cato, section 3.6). Times are in milliseconds since 1970."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from switchboard.dialects.cato.groups import subscriber_view
from switchboard.errors import Invalid
from switchboard.kernel.campaign import OVER, CallRecord, CallStep, Execution, Phase
from switchboard.kernel.campaign_outcome import SubscriberOutcome, Waiting, reached_by, result_of

IDS = UUID("6a3f8d0e-0e61-4b11-8a6e-7a1f2d9c4e55")
MOST = 1000  # subscribers of a page
MOST_BYTES = 4_000_000  # of a page: Lambda limits an answer to 6 MB
WAITING = "waiting"
STARTED, DEFINED, CS_DEFINED = "STARTED", "CS_DEFINED", "CS defined"
TURNS: Mapping[str, Phase] = {"pause": Phase.PAUSED, "resume": Phase.RUNNING, "stop": Phase.STOPPING}


def report_view(execution: Execution) -> dict[str, Any]:
    """Return the fifteen documented fields: the progress of an execution."""
    counters = execution.counters
    return {
        "name": execution.name,
        "subscriberCount": counters.total,
        "subscriberNotYetNotified": counters.not_yet,
        "subscriberNotified": counters.notified,
        "subscriberFailed": counters.failed,
        "callsTotal": counters.calls,
        "callsSucceeded": counters.succeeded,
        "callsFailed": counters.failed_calls,
        "callsInProgress": counters.in_progress,
        "callsDelayed": counters.delayed,
        "callsRinging": counters.in_progress - counters.talking,
        "callsTalking": counters.talking,
        "waveCurrent": execution.wave,
        "waveTotal": execution.settings.attempt_count,
        "activePhase": execution.phase not in OVER,
    }


def page_view(  # noqa: PLR0913 - each input of the page by its name
    execution: Execution,
    outcomes: Iterable[SubscriberOutcome],
    first: int,
    limit: int,
    *,
    details: bool,
    waiting: Waiting | None = None,
) -> dict[str, Any]:
    """Return the report with as many subscribers from `first` on as fit, and `cursor` if more follow."""
    shown: list[dict[str, Any]] = []
    size = 0
    for outcome in outcomes:
        view = outcome_view(execution, outcome, details=details)
        size += len(json.dumps(view, ensure_ascii=False).encode())
        if shown and (size > MOST_BYTES or len(shown) >= limit):
            break
        shown.append(view)
    answer = {"id": execution.id, "report": report_view(execution), "subscribers": shown}
    end = first + len(shown)
    more = {"cursor": str(end)} if end < execution.audience.size else {}
    return {**answer, **(_state(execution, waiting) if details else {}), **more}


def execution_view(execution: Execution, waiting: Waiting | None = None) -> dict[str, Any]:
    """Return an execution without its subscribers, for lists and after pause, resume and stop."""
    return {"id": execution.id, "report": report_view(execution), **_state(execution, waiting)}


def outcome_view(execution: Execution, outcome: SubscriberOutcome, *, details: bool) -> dict[str, Any]:
    """Return a subscriber with all calls, grouped by called number."""
    record = outcome.record
    by_number: dict[str, list[CallRecord]] = {number: [] for number in outcome.subscriber.phones}
    for call in record.calls:
        by_number.setdefault(call.number, []).append(call)
    phones = [
        {"number": number, "calls": [call_view(execution, call, details=details) for call in calls]}
        for number, calls in by_number.items()
    ]
    view = {"notified": record.notified, "subscriber": subscriber_view(outcome.subscriber), "phones": phones}
    return {**view, "reason": record.reason, "emailed": record.emailed} if details else view


def call_view(execution: Execution, call: CallRecord, *, details: bool) -> dict[str, Any]:
    """Return a call with its events; `csId` identifies the telephony that placed the call."""
    station = _station(execution, call)
    view = {
        "csId": station,
        "callStart": milliseconds(call.started_at),
        "callRingStart": milliseconds(call.rang_at),
        "callTalkingStart": milliseconds(call.answered_at),
        "callEnd": milliseconds(call.ended_at),
        "success": call.success,
        "delayed": call.delayed,
        "events": [_event_view(step, call, station) for step in _with_station(call.steps)],
    }
    if not details:
        return view
    told = {"wave": call.wave, "disposition": call.disposition, "digits": call.digits}
    reached = reached_by(execution.settings, call)
    return {**view, **told, "result": result_of(execution.settings, call), "reached": reached.word}


def station_of(execution: Execution) -> str:
    """Return the id of an account's telephony, derived from the account."""
    return str(uuid5(IDS, execution.account))


def _station(execution: Execution, call: CallRecord) -> str:
    """Return the telephony's id of a call: another system's own id, else that of the account's telephony."""
    told = (step.data for step in call.steps if step.status == DEFINED and step.data)
    return next(told, None) or station_of(execution)


def _with_station(steps: Sequence[CallStep]) -> Iterator[CallStep]:
    """Yield the steps, with `CS defined` after the first: an account's telephony is known from the start of a call."""
    defined = any(step.status == DEFINED for step in steps)
    for step in steps:
        yield step
        if step.status == STARTED and not defined:
            yield CallStep(step.at, CS_DEFINED, DEFINED)


def milliseconds(at: datetime | None) -> int | None:
    """Return milliseconds since 1970; None for no time."""
    return None if at is None else round(at.timestamp() * 1000)


def page_in(query: Mapping[str, str], most: int = MOST) -> tuple[int, int]:
    """Return index of the first subscriber and page size from `?cursor&limit`. Raises Invalid with the wrong field."""
    return _whole(query, "cursor", 0, 0, 10_000_000), _whole(query, "limit", most, 1, most)


def _whole(query: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = query.get(name) or str(default)
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and least <= int(text) <= most):
        raise Invalid(f"It must be a whole number from {least} to {most}.", name)
    return int(text)


def _state(execution: Execution, waiting: Waiting | None) -> dict[str, Any]:
    """Return the hub's own fields. A running execution that calls nobody is `waiting`, with the reason and the time."""
    wait = {"waitingFor": waiting.reason, "waitingUntil": milliseconds(waiting.until)} if waiting else {}
    return {
        "taskId": execution.task,
        "state": WAITING if waiting else execution.phase.value,
        **wait,
        "reason": execution.reason,
        "startedAt": milliseconds(execution.started_at),
        "finishedAt": milliseconds(execution.finished_at),
        **({"reason": execution.reason} if execution.reason else {}),
    }


def _event_view(step: CallStep, call: CallRecord, station: str) -> dict[str, Any]:
    return {"time": milliseconds(step.at), "name": step.name, "status": step.status, "data": _data(step, call, station)}


def _data(step: CallStep, call: CallRecord, station: str) -> Any:
    """Return `data` of an event: the callee for the first event, the telephony for the second, as in the example."""
    if step.status == STARTED:
        id_ = str(uuid5(IDS, call.id))
        return {"fullName": call.number, "phones": [call.number], "emails": [], "id": id_}
    return station if step.status == DEFINED else step.data


def turn_of(word: Any) -> Phase:
    """Return the phase that an action asks for. Raises Invalid for an unknown action."""
    if not isinstance(word, str) or word not in TURNS:
        raise Invalid(f"It must be one of {', '.join(TURNS)}.", "action")
    return TURNS[word]
