"""Follower of dialling: sends events of campaigns, if a receiver of the account subscribes to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from switchboard.campaigns.dialling.state import DiallingNews, NewsKind
from switchboard.kernel.call import CallEvent, Direction, Kind, Number
from switchboard.kernel.campaign import OVER, Execution, Subscriber, SubscriberRecord
from switchboard.kernel.news import OF_CAMPAIGNS, OF_SUBSCRIBERS
from switchboard.kernel.news import news as hub_news
from switchboard.kernel.numbers import number_and_extension, read_number
from switchboard.kernel.plain_text import plain_text
from switchboard.kernel.remembered import Remembered
from switchboard.subscriptions.model import Subscription

ASKED_FOR = 10  # seconds that an account's subscribed kinds are cached
APART = timedelta(seconds=5)  # between two events of progress
REMEMBERED = 1000
PERCENT = 100
LONGEST_NAME = 200  # characters: the size of an event is bounded

KINDS: dict[NewsKind, Kind] = {
    NewsKind.STARTED: Kind.CAMPAIGN_STARTED,
    NewsKind.WAVE: Kind.CAMPAIGN_PROGRESS,
    NewsKind.PAUSED: Kind.CAMPAIGN_PROGRESS,
    NewsKind.FINISHED: Kind.CAMPAIGN_FINISHED,
    NewsKind.NOTIFIED: Kind.SUBSCRIBER_NOTIFIED,
    NewsKind.FAILED: Kind.SUBSCRIBER_FAILED,
}
SubscribedKinds = Callable[[str], frozenset[Kind]]
"""Returns the kinds of campaign events that receivers of an account subscribe to."""
SubscriberOf = Callable[[Execution, int], Subscriber]
"""Returns the subscriber at an index of an execution's audience."""


class ExecutionReader(Protocol):
    """Reads executions and the records of their subscribers."""

    def get(self, account: str, id_: str) -> Execution | None: ...
    def records(self, execution: Execution, first: int, count: int, /) -> Sequence[SubscriberRecord]: ...


class EventSender(Protocol):
    """The queue of events."""

    def send(self, event: CallEvent) -> None: ...


def _progress_told() -> MutableMapping[tuple[str, str], datetime]:
    return Remembered(REMEMBERED)


@dataclass(frozen=True, slots=True)
class SendCampaignEvents:
    """Port DiallingFollower. An event's id is derived from its content, so a repeat has the same id.

    Progress is sent once for each percent of a wave, by one worker at most every five seconds. A new wave, or a pause
    by the hub itself, is sent at once.
    """

    asked: SubscribedKinds
    campaigns: ExecutionReader
    subscriber_of: SubscriberOf
    events: EventSender
    region_of: Callable[[str], str]
    progress_told: MutableMapping[tuple[str, str], datetime] = field(default_factory=_progress_told)

    def __call__(self, account: str, news: Sequence[DiallingNews]) -> None:
        """Send the events for the news. Without a subscribed receiver nothing is read or sent."""
        asked = self.asked(account)
        if not asked:
            return
        by_execution: dict[str, list[DiallingNews]] = {}
        for one in news:
            by_execution.setdefault(one.execution, []).append(one)
        for id_, some in by_execution.items():
            if any(KINDS[one.what] in asked or Kind.CAMPAIGN_PROGRESS in asked for one in some):
                self._tell(account, id_, some, asked)

    def _tell(self, account: str, id_: str, told: Sequence[DiallingNews], asked: frozenset[Kind]) -> None:
        execution = self.campaigns.get(account, id_)
        if execution is None:
            return
        for one in told:
            if KINDS[one.what] in asked:
                self.events.send(self._event(execution, one))
        people = [one for one in told if one.subscriber >= 0]
        if people and Kind.CAMPAIGN_PROGRESS in asked and execution.phase not in OVER:
            self._tell_progress(execution, people[-1].at)

    def _event(self, execution: Execution, one: DiallingNews) -> CallEvent:
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

    def _of_subscriber(self, execution: Execution, kind: Kind, one: DiallingNews) -> CallEvent:
        found = self.campaigns.records(execution, one.subscriber, 1)
        record = found[0] if found else SubscriberRecord(one.subscriber)
        who = self.subscriber_of(execution, one.subscriber)
        call = record.calls[-1] if record.calls else None
        details = {
            **_about(execution),
            "wave": one.wave,
            "subscriber": one.subscriber,
            "full_name": plain_text(who.full_name)[:LONGEST_NAME],
            "attempts": len(record.calls),
            "digits": call.digits if call else None,
            "reason": record.reason or None,
        }
        event = _event(execution, kind, str(one.subscriber), one.at, details)
        return replace(
            event,
            source=f"{event.source}:{one.subscriber}",
            direction=Direction.OUTGOING,
            callee=self._callee(execution, call.number) if call else None,
            answered_at=call.answered_at if call else None,
        )

    def _callee(self, execution: Execution, phone: str) -> Number | None:
        return read_number(number_and_extension(phone)[0], self.region_of(execution.account))


def of_campaign(execution: Execution, kind: Kind, key: str, at: datetime) -> CallEvent:
    """Return an event about an execution in its current state."""
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
    """The percentage of subscribers with a result in this wave."""
    counters = execution.counters
    return PERCENT * (counters.total - counters.not_yet) // counters.total if counters.total else PERCENT


def _about(execution: Execution) -> dict[str, Any]:
    return {"execution_id": execution.id, "task_id": execution.task, "task_name": plain_text(execution.name)}


def _event(execution: Execution, kind: Kind, key: str, at: datetime, details: Mapping[str, Any]) -> CallEvent:
    """Return an event without a call. The events of one execution have one order."""
    event = hub_news(kind, (execution.account, execution.id), key, at, details)
    return replace(event, call_id="", source=f"campaign:{execution.id}")


class SubscriptionReader(Protocol):
    """Reads an account's subscriptions."""

    def of_account(self, account: str) -> list[Subscription]: ...


def _answers() -> Remembered[str, frozenset[Kind]]:
    return Remembered(REMEMBERED, ASKED_FOR)


@dataclass(frozen=True, slots=True)
class FindSubscribedKinds:
    """Finds the campaign events that an account's receivers subscribe to, in dialects with such events.

    `has_word` tells whether a dialect (by name) has an event of a name.
    """

    subscriptions: SubscriptionReader
    has_word: Callable[[str, str], bool]
    answers: MutableMapping[str, frozenset[Kind]] = field(default_factory=_answers)

    def __call__(self, account: str) -> frozenset[Kind]:
        """Return the subscribed kinds, cached for ASKED_FOR seconds; a new receiver may miss events until then."""
        found = self.answers.get(account)
        if found is None:
            every = [one for one in self.subscriptions.of_account(account) if not one.disabled]
            found = self.answers[account] = frozenset(
                kind for kind in OF_CAMPAIGNS | OF_SUBSCRIBERS if any(self._asks(one, kind.value) for one in every)
            )
        return found

    def _asks(self, subscription: Subscription, name: str) -> bool:
        return self.has_word(subscription.dialect, name) and subscription.asks_for(name, (name,))
