"""The answer to a dry run. sp5000-cato has no dry run: names and shape are the hub's. Times are in milliseconds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from switchboard.dialects.cato.render import NO_CHANNELS, SUCCESS
from switchboard.dialects.cato.report import milliseconds
from switchboard.kernel.campaign import Subscriber
from switchboard.kernel.campaign_outcome import DryRun, Forecast


def dry_run_view(found: DryRun) -> dict[str, Any]:
    """Return who would be called and who not, and how long calling takes if everybody or nobody answers.

    Of the called the first are shown, of the skipped some for each reason.
    """
    return {
        "result": SUCCESS if found.can_start else NO_CHANNELS,
        "subscriberCount": found.size,
        "wouldBeCalled": found.called,
        "first": [{"fullName": who.full_name, "number": number} for who, number in found.first],
        "skipped": [
            {
                "reason": reason,
                "count": count,
                "examples": [{"fullName": one.full_name, "phones": list(one.phones)} for one in _some(found, reason)],
            }
            for reason, count in found.skipped.items()
        ],
        "channels": found.limits.channels,
        "callsPerSecond": found.limits.cps,
        "startsAt": milliseconds(found.begins_at),
        "ifAllAnswer": _forecast(found.shortest, found.now),
        "ifNobodyAnswers": _forecast(found.longest, found.now),
    }


def _some(found: DryRun, reason: str) -> Sequence[Subscriber]:
    return found.examples.get(reason, ())


def _forecast(forecast: Forecast | None, now: datetime) -> dict[str, Any] | None:
    if forecast is None:
        return None
    return {
        "calls": forecast.calls,
        "seconds": round((forecast.ends_at - now).total_seconds()),
        "finishesAt": milliseconds(forecast.ends_at),
    }
