"""Tolerant reading of another SP5000 CATO's report (sp5000-cato, section 3.6)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from switchboard.dialects.campaign_system import ExecutionReport, SubscriberReport
from switchboard.dialects.reading import inside, text, whole
from switchboard.errors import ProviderSilent
from switchboard.kernel.call import Disposition
from switchboard.kernel.campaign import CallRecord, CallStep, Counters
from switchboard.kernel.campaign_outcome import Reached

MOST_STEPS, MOST_CALLS = 40, 100  # of a call, of a subscriber: limits of a table row
LONGEST_WORD, LONGEST_DATA = 60, 120
LATEST = 4_102_444_800_000  # milliseconds: the year 2100
SIP_CODE = re.compile(r"SIP_CODE:([3-6]\d\d)\b")
# Final SIP answers and the dispositions that they mean (RFC 3261, section 21).
BY_SIP: Mapping[int, Disposition] = {
    404: Disposition.INVALID_NUMBER,
    408: Disposition.NO_ANSWER,
    410: Disposition.INVALID_NUMBER,
    480: Disposition.UNAVAILABLE,
    484: Disposition.INVALID_NUMBER,
    486: Disposition.BUSY,
    487: Disposition.NO_ANSWER,
    503: Disposition.CONGESTION,
    600: Disposition.BUSY,
    603: Disposition.REJECTED,
    604: Disposition.INVALID_NUMBER,
}
WORDS = {one.value: one for one in Disposition}
COUNTERS: Mapping[str, str] = {
    "total": "subscriberCount",
    "not_yet": "subscriberNotYetNotified",
    "notified": "subscriberNotified",
    "failed": "subscriberFailed",
    "calls": "callsTotal",
    "succeeded": "callsSucceeded",
    "failed_calls": "callsFailed",
    "in_progress": "callsInProgress",
    "talking": "callsTalking",
    "delayed": "callsDelayed",
}


def read_report(body: Mapping[str, Any]) -> ExecutionReport:
    """Return the report. Raises ProviderSilent for a body without a report: such an answer is no answer."""
    found = inside(body, "report")
    if not found:
        raise ProviderSilent("The other system's report cannot be read.")
    return ExecutionReport(
        counters=Counters(**{ours: whole(found, theirs) or 0 for ours, theirs in COUNTERS.items()}),
        wave=whole(found, "waveCurrent") or 0,
        is_active=_truth(found.get("activePhase", True)),
        subscribers=tuple(_told(one) for one in _objects(body.get("subscribers"))),
        cursor=text(body, "cursor") or "",
    )


def _told(body: Mapping[str, Any]) -> SubscriberReport:
    subscriber = inside(body, "subscriber")
    phones = subscriber.get("phones")
    texts = phones if isinstance(phones, list) else [phones]
    calls = [call for phone in _objects(body.get("phones")) for call in _calls(phone)]
    calls.sort(key=lambda call: call.started_at)
    return SubscriberReport(
        full_name=text(subscriber, "fullName") or "",
        phones=tuple(str(one) for one in texts if isinstance(one, str | int) and not isinstance(one, bool)),
        notified=_truth(body.get("notified", False)),
        calls=tuple(calls[:MOST_CALLS]),
    )


def _calls(phone: Mapping[str, Any]) -> Iterable[CallRecord]:
    """Yield the calls to a number. Each wave calls a number once: the n-th call is of wave n unless `wave` is given."""
    number = _short(phone, "number")
    for turn, body in enumerate(_objects(phone.get("calls")), 1):
        started = _moment(body, "callStart")
        if started is not None:
            yield _call(body, number, started, whole(body, "wave") or turn)


def _call(body: Mapping[str, Any], number: str, started: datetime, wave: int) -> CallRecord:
    call = CallRecord(
        id="",
        number=number,
        wave=wave,
        started_at=started,
        rang_at=_moment(body, "callRingStart"),
        answered_at=_moment(body, "callTalkingStart"),
        ended_at=_moment(body, "callEnd"),
        success=_truth(body.get("success", False)),
        delayed=_truth(body.get("delayed", False)),
        digits=_short(body, "digits"),
        steps=tuple(_step(one, started) for one in _objects(body.get("events"))[:MOST_STEPS]),
        heard=_short(body, "reached") == Reached.HEARD.word,
    )
    return replace(call, disposition=_short(body, "disposition") or disposition_of(call))


def disposition_of(call: CallRecord) -> str:
    """Return a call's disposition, derived from its times and the data of its events.

    The document has no field for the disposition. An event's data is a final SIP code, as in the document's example, or
    the disposition itself, as the hub's own server writes.
    """
    if call.ended_at is None:
        return ""
    if call.success or call.answered_at:
        return Disposition.ANSWERED.value
    told = [step.data for step in call.steps if step.data]
    known = [found for data in told if (found := WORDS.get(data) or _by_sip(data))]
    if known:
        return known[-1].value
    codes = any(SIP_CODE.search(data) for data in told)
    return (Disposition.NO_ANSWER if call.rang_at and not codes else Disposition.FAILED).value


def _by_sip(data: str) -> Disposition | None:
    found = SIP_CODE.search(data)
    return BY_SIP.get(int(found[1])) if found else None


def _step(body: Mapping[str, Any], started: datetime) -> CallStep:
    name, status = _short(body, "name"), _short(body, "status")
    return CallStep(_moment(body, "time") or started, name, status, _data(body.get("data")))


def _data(value: Any) -> str | None:
    if value is None:
        return None
    return _clean(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))[:LONGEST_DATA]


def _short(body: Mapping[str, Any], name: str) -> str:
    return _clean(text(body, name) or "")[:LONGEST_WORD]


def _clean(word: str) -> str:
    """Replace lone surrogates, which UTF-8 cannot encode."""
    return word if word.isascii() else word.encode("utf-8", "replace").decode()


def _moment(body: Mapping[str, Any], name: str) -> datetime | None:
    """Return a time from milliseconds since 1970 (sp5000-cato, section 3.6); None for 0 or another type."""
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < LATEST:
        return None
    return datetime.fromtimestamp(value / 1000, UTC)


def _truth(value: Any) -> bool:
    return value.strip().lower() == "true" if isinstance(value, str) else bool(value)


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
