"""The summary of an execution: counts by wave, hour and result, and the people who were not reached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from switchboard.kernel.campaign import CallRecord, Execution
from switchboard.kernel.campaign_outcome import NOTIFIED, Reached, SubscriberOutcome, reached_by, result_of

MOST_NAMED = 2000  # people who are listed; more are counted


@dataclass(frozen=True, slots=True)
class NotReached:
    """A person who was not notified, with all numbers and the reason; `calls` were made."""

    full_name: str
    phones: tuple[str, ...]
    reason: str
    calls: int


@dataclass(slots=True)
class CallCount:
    """The number of calls, and the number of calls that notified somebody."""

    calls: int = 0
    notified: int = 0


@dataclass(slots=True)
class CampaignSummary:
    """`by_hour` has hours of the account's zone as text, `by_result` counts calls.

    `by_reach` counts people by the call in which the message got furthest, `by_reason` people who were not notified.
    """

    by_wave: dict[int, CallCount] = field(default_factory=dict)
    by_hour: dict[str, CallCount] = field(default_factory=dict)
    by_result: Counter[str] = field(default_factory=Counter)
    by_reach: Counter[Reached] = field(default_factory=Counter)
    by_reason: Counter[str] = field(default_factory=Counter)
    not_reached: list[NotReached] = field(default_factory=list)
    unnamed: int = 0


def summarise(execution: Execution, outcomes: Iterable[SubscriberOutcome]) -> CampaignSummary:
    """Read all outcomes once, and count."""
    summary, zone = CampaignSummary(), ZoneInfo(execution.timezone)
    for outcome in outcomes:
        for call in outcome.record.calls:
            _count(summary, execution, call, zone)
        reached = (reached_by(execution.settings, call) for call in outcome.record.calls)
        summary.by_reach[max(reached, default=Reached.NOBODY)] += 1
        if not outcome.record.notified:
            _name(summary, outcome)
    return summary


def _count(summary: CampaignSummary, execution: Execution, call: CallRecord, zone: ZoneInfo) -> None:
    result = result_of(execution.settings, call)
    hour = call.started_at.astimezone(zone).strftime("%Y-%m-%d %H:00")
    for counted in (
        summary.by_wave.setdefault(call.wave, CallCount()),
        summary.by_hour.setdefault(hour, CallCount()),
    ):
        counted.calls += 1
        counted.notified += result == NOTIFIED
    summary.by_result[result] += 1


def _name(summary: CampaignSummary, outcome: SubscriberOutcome) -> None:
    subscriber, record = outcome.subscriber, outcome.record
    summary.by_reason[record.reason] += 1
    if len(summary.not_reached) < MOST_NAMED:
        named = NotReached(subscriber.full_name, subscriber.phones, record.reason, len(record.calls))
        summary.not_reached.append(named)
    else:
        summary.unnamed += 1
