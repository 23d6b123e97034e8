"""The activity of sources: events, refused requests, silences."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from switchboard.bootstrap import now
from switchboard.bootstrap.accounts import account_states
from switchboard.bootstrap.adapters import accounts, operations, silences, source_activity, spending

AT_ONCE = 8  # sources whose activity is read at one time

if TYPE_CHECKING:
    from switchboard.accounts.activity.budget import KeepBudgets
    from switchboard.accounts.activity.counting import CountEvents
    from switchboard.accounts.activity.model import Spent
    from switchboard.accounts.activity.refusals import KeepRefusals
    from switchboard.accounts.activity.silence import CheckSilences
    from switchboard.accounts.model import Source


@cache
def keep_refusals() -> KeepRefusals:
    """Return what keeps refused requests. Its rate limit and its counts are those of the container."""
    from switchboard.accounts.activity.refusals import KeepRefusals
    from switchboard.observability.sources import activity_not_written, events_refused

    return KeepRefusals(source_activity(), now, events_refused, activity_not_written)


@cache
def count_events() -> CountEvents:
    """Return the follower that counts the events of sources, in the memory of the container first."""
    from switchboard.accounts.activity.counting import CountEvents
    from switchboard.dialects.registry import by_webhook
    from switchboard.observability.sources import activity_not_written

    return CountEvents(source_activity(), by_webhook(), now, activity_not_written)


@cache
def keep_budgets() -> KeepBudgets:
    """Return what keeps the daily budgets of accounts, in the memory of the container first."""
    from switchboard.accounts.activity.budget import KeepBudgets
    from switchboard.observability.sources import activity_not_written, budget_spent

    return KeepBudgets(spending(), _budget_of, budget_spent, activity_not_written, now)


def _budget_of(account: str) -> Spent:
    from switchboard.accounts.activity.model import DAILY_DELIVERIES, DAILY_EVENTS, Spent

    found = accounts().get(account)
    return Spent(found.daily_events, found.daily_deliveries) if found else Spent(DAILY_EVENTS, DAILY_DELIVERIES)


def activity_of(source: Source) -> dict[str, Any]:
    """Return the view of a source's activity in the last 7 days. A source that has sent events costs one query."""
    from switchboard.accounts.activity.contracts import COUNTED_FOR, activity_view
    from switchboard.accounts.activity.model import hour_of

    at, rows = now(), source_activity()
    hours = rows.hours(source.id, hour_of(at - COUNTED_FOR))
    counted = next((one.counts.last_event_at for one in hours if one.counts.last_event_at), None)
    watch = silences().get(source.id) if source.silent_after else None
    return activity_view(hours, counted or rows.last_event_at(source.id), watch, at)


def activities_of(listed: Sequence[Source], *, wanted: bool) -> list[dict[str, Any]]:
    """Return the field `activity` of several sources, in their order, read side by side; nothing unless wanted."""
    if not wanted:
        return [{} for _ in listed]
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(max_workers=AT_ONCE) as readers:
        return [{"activity": one} for one in readers.map(activity_of, listed)]


@cache
def check_silences() -> CheckSilences:
    """Return the check for sources that have fallen silent."""
    from switchboard.accounts.activity.silence import CheckSilences
    from switchboard.observability.sources import silence_not_checked

    return CheckSilences(
        silences(), source_activity(), operations().tell, silence_not_checked, now, account_states().account
    )
