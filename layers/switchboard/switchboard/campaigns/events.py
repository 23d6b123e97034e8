"""Followers of dialling: what a campaign comes to is told as events, to accounts where somebody asks for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from cachetools import LRUCache, TTLCache

from switchboard.campaigns.dialling.state import News, What
from switchboard.kernel.call import CallEvent, Direction, Kind
from switchboard.kernel.campaign import OVER, Execution, Subscriber, SubscriberRecord
from switchboard.kernel.news import OF_CAMPAIGNS, OF_SUBSCRIBERS
from switchboard.kernel.news import news as hub_news
from switchboard.kernel.numbers import DEFAULT_REGION, read_number
from switchboard.subscriptions.model import Subscription

ASKED_FOR = 10  # seconds that is remembered which events an account's receivers ask for
APART = timedelta(seconds=5)  # between two tellings of progress
REMEMBERED = 1000
PERCENT = 100
LONGEST_NAME = 200  # characters: an event has room for this and all else

KINDS: dict[What, Kind] = {
    What.STARTED: Kind.CAMPAIGN_STARTED,
    What.WAVE: Kind.CAMPAIGN_PROGRESS,
    What.PAUSED: Kind.CAMPAIGN_PROGRESS,
    What.FINISHED: Kind.CAMPAIGN_FINISHED,
    What.NOTIFIED: Kind.SUBSCRIBER_NOTIFIED,
    What.FAILED: Kind.SUBSCRIBER_FAILED,
}
Asked = Callable[[str], frozenset[Kind]]
"""Which events of campaigns some receiver of an account asks for."""
SubscriberOf = Callable[[Execution, int], Subscriber]
"""Who has a place in an execution's audience."""


class Campaigns(Protocol):
    """Executions as they stand, and what became of their subscribers."""

    def get(self, account: str, id_: str) -> Execution | None: ...
    def records(self, execution: Execution, first: int, count: int, /) -> Sequence[SubscriberRecord]: ...


class Events(Protocol):
    """The queue of events."""

    def send(self, event: CallEvent) -> None: ...


def _progress_told() -> MutableMapping[tuple[str, str], datetime]:
    return LRUCache(REMEMBERED)


@dataclass(frozen=True, slots=True)
class TellEvents:
    """Port Told. Every event has an id of what it tells, so that told again it is the same one.

    Progress is told once for each hundredth of the audience in a wave, and by one worker no oftener than every five
    seconds; waves that begin, and that the hub itself paused, are told at once.
    """

    asked: Asked
    campaigns: Campaigns
    subscriber_of: SubscriberOf
    events: Events
    progress_told: MutableMapping[tuple[str, str], datetime] = field(default_factory=_progress_told)

    def __call__(self, account: str, news: Sequence[News]) -> None:
        """Nothing is read or sent where nobody asks."""
        asked = self.asked(account)
        if not asked:
            return
        by_execution: dict[str, list[News]] = {}
        for one in news:
            by_execution.setdefault(one.execution, []).append(one)
        for id_, some in by_execution.items():
            if any(KINDS[one.what] in asked or Kind.CAMPAIGN_PROGRESS in asked for one in some):
                self._tell(account, id_, some, asked)

    def _tell(self, account: str, id_: str, told: Sequence[News], asked: frozenset[Kind]) -> None:
        execution = self.campaigns.get(account, id_)
        if execution is None:
            return
        for one in told:
            if KINDS[one.what] in asked:
                self.events.send(self._event(execution, one))
        people = [one for one in told if one.subscriber >= 0]
        if people and Kind.CAMPAIGN_PROGRESS in asked and execution.phase not in OVER:
            self._tell_progress(execution, people[-1].at)

    def _event(self, execution: Execution, one: News) -> CallEvent:
        kind = KINDS[one.what]
        if kind in OF_SUBSCRIBERS:
            return self._of_subscriber(execution, kind, one)
        key = f"{one.what}.{one.at.isoformat()}" if kind is Kind.CAMPAIGN_PROGRESS else ""
        return of_campaign(execution, kind, key, one.at)

    def _tell_progress(self, execution: Execution, at: datetime) -> None:
        key = execution.account, execution.id
        if key not in self.progress_told or at >= self.progress_told[key] + APART:
            hundredth = f"{execution.wave}.{percent_of(execution)}"
            self.events.send(of_campaign(execution, Kind.CAMPAIGN_PROGRESS, hundredth, at))
            self.progress_told[key] = at

    def _of_subscriber(self, execution: Execution, kind: Kind, one: News) -> CallEvent:
        found = self.campaigns.records(execution, one.subscriber, 1)
        record = found[0] if found else SubscriberRecord(one.subscriber)
        who = self.subscriber_of(execution, one.subscriber)
        call = record.calls[-1] if record.calls else None
        details = {
            **_about(execution),
            "wave": one.wave,
            "subscriber": one.subscriber,
            "full_name": who.full_name[:LONGEST_NAME],
            "attempts": len(record.calls),
            "digits": call.digits if call else None,
            "reason": record.reason or None,
        }
        event = _event(execution, kind, str(one.subscriber), one.at, details)
        return replace(
            event,
            source=f"{event.source}:{one.subscriber}",
            direction=Direction.OUTGOING,
            callee=read_number(call.number, DEFAULT_REGION) if call else None,
            answered_at=call.answered_at if call else None,
        )


def of_campaign(execution: Execution, kind: Kind, key: str, at: datetime) -> CallEvent:
    """An event of an execution as it stands."""
    details = {
        **_about(execution),
        "phase": execution.phase.value,
        "wave": execution.wave,
        "waves": execution.settings.attempt_count,
        "percent": percent_of(execution),
        "reason": execution.reason or None,
        "counters": asdict(execution.counters),
    }
    event = _event(execution, kind, key, at, details)
    return replace(event, started_at=execution.started_at, ended_at=execution.finished_at)


def percent_of(execution: Execution) -> int:
    """Of how many subscribers in a hundred it is known what became of them in this wave."""
    counters = execution.counters
    return PERCENT * (counters.total - counters.not_yet) // counters.total if counters.total else PERCENT


def _about(execution: Execution) -> dict[str, Any]:
    return {"execution_id": execution.id, "task_id": execution.task, "task_name": execution.name}


def _event(execution: Execution, kind: Kind, key: str, at: datetime, details: Mapping[str, Any]) -> CallEvent:
    """An event of no call, in an order of its own: that of the execution."""
    event = hub_news(kind, (execution.account, execution.id), key, at, details)
    return replace(event, call_id="", source=f"campaign:{execution.id}")


class Subscriptions(Protocol):
    """The subscriptions of an account."""

    def of_account(self, account: str) -> list[Subscription]: ...


def _answers() -> TTLCache[str, frozenset[Kind]]:
    return TTLCache(REMEMBERED, ASKED_FOR)


@dataclass(frozen=True, slots=True)
class AskedEvents:
    """Which events of campaigns an account's receivers ask for, in dialects that have words for them.

    `has_word` tells whether a dialect (by name) has a message of a name.
    """

    subscriptions: Subscriptions
    has_word: Callable[[str, str], bool]
    answers: MutableMapping[str, frozenset[Kind]] = field(default_factory=_answers)

    def __call__(self, account: str) -> frozenset[Kind]:
        """Remembered for some seconds: a receiver that is new hears of what comes after them."""
        found = self.answers.get(account)
        if found is None:
            every = [one for one in self.subscriptions.of_account(account) if not one.disabled]
            found = self.answers[account] = frozenset(
                kind for kind in OF_CAMPAIGNS | OF_SUBSCRIBERS if any(self._asks(one, kind.value) for one in every)
            )
        return found

    def _asks(self, subscription: Subscription, name: str) -> bool:
        return self.has_word(subscription.dialect, name) and subscription.asks_for(name, (name,))
