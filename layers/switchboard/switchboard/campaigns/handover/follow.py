"""Follow an execution at another system: copy its report into the hub's own records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from switchboard.campaigns.dialling.ports import DiallingStore, Ticks
from switchboard.campaigns.dialling.state import Change, DiallingNews, NewsKind
from switchboard.campaigns.handover.mirror import SubscriberMatcher, changed, records_of
from switchboard.campaigns.handover.model import NotYetError, OvertakenError, Reason
from switchboard.campaigns.ports import PAGE, Audiences
from switchboard.dialects.campaign_system import CampaignSystem, ExecutionReport
from switchboard.kernel.campaign import Execution, Phase, SubscriberRecord

AT_ONCE = 50  # records in one transaction
MOST_CONFLICTS = 20  # with the account's conductor
MOST_NEWS = 300
TELLING = 1.0  # seconds that a conductor may need to tell its news
PATIENCE = timedelta(seconds=90)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Follow:
    """Mirrors a report, and ends an execution. Each write is under the optimistic lock of the account's dialler.

    The account's conductor tells the news to the followers of dialling. `pause` sleeps for seconds.
    """

    store: DiallingStore
    audiences: Audiences
    queue: Ticks
    clock: Callable[[], datetime]
    pause: Callable[[float], None]

    def __call__(self, execution: Execution, theirs: str, system: CampaignSystem) -> bool:
        """Mirror the report of execution `theirs`; return whether it is over.

        Raises OvertakenError, and the errors of the other system's client.
        """
        pages = system.report(theirs)
        first = next(pages)
        now = replace(execution, counters=first.counters, wave=first.wave)
        if first.is_active and now == execution:
            return False
        if first.wave > execution.wave:
            execution = replace(execution, wave=first.wave)
            self._write(execution, news=[self._news(NewsKind.WAVE if first.wave > 1 else NewsKind.STARTED, execution)])
        self._mirror(execution, _with_first(first, pages), is_over=not first.is_active)
        # The counters are written last: if the worker dies before, the old counters make the next turn mirror again.
        if first.is_active:
            self._write(now)
        else:
            over = replace(now, phase=Phase.FINISHED, finished_at=self.clock())
            self._write(over, news=[self._news(NewsKind.FINISHED, over)])
        return not first.is_active

    def fail(self, execution: Execution, reason: Reason) -> None:
        """End the execution as failed. Subscribers who are not notified count as failed, so that the sums agree."""
        counters = execution.counters
        ended = replace(
            counters,
            not_yet=0,
            failed=counters.failed + counters.not_yet,
            failed_calls=counters.failed_calls + counters.in_progress,
            in_progress=0,
            talking=0,
        )
        over = replace(execution, phase=Phase.FAILED, reason=reason.value, counters=ended, finished_at=self.clock())
        self._write(over, news=[self._news(NewsKind.FINISHED, over)])

    def _mirror(self, execution: Execution, pages: Iterator[ExecutionReport], *, is_over: bool) -> None:
        until = self.clock() + PATIENCE
        matcher = SubscriberMatcher(self.audiences.whole(execution.account, execution.audience), execution.region)
        for page in pages:
            told = list(records_of(execution, matcher, page.subscribers, is_over=is_over))
            for some in _parts(sorted(told, key=lambda one: one.index), PAGE):
                kept = self.store.records(execution.id, execution.account, [one.index for one in some])
                for few in _parts(changed(some, kept), AT_ONCE):
                    if self.clock() > until:  # the next turn mirrors the rest
                        raise NotYetError(TELLING)
                    fresh = [one for one in few if one.final and not (one.index in kept and kept[one.index].final)]
                    self._write(execution, few, [self._news(_news_kind_of(one), execution, one.index) for one in fresh])

    def _news(self, what: NewsKind, execution: Execution, subscriber: int = -1) -> DiallingNews:
        return DiallingNews(what, execution.id, self.clock(), subscriber, execution.wave)

    def _write(
        self, execution: Execution, records: Sequence[SubscriberRecord] = (), news: Sequence[DiallingNews] = ()
    ) -> None:
        """Write an execution, records and news in one transaction.

        Raises OvertakenError if the execution is over or has a newer part. Raises NotYetError after MOST_CONFLICTS
        conflicts, or while the dialler's row has MOST_NEWS untold news.
        """
        account, id_ = execution.account, execution.id
        for _ in range(MOST_CONFLICTS):
            state = self.store.load(account)
            found = state.executions.get(id_)
            if found is None or found.part > execution.part:
                raise OvertakenError
            if news and len(state.dialler.news) > MOST_NEWS:
                self.queue.tick(account, f"news.{state.dialler.version}")
                self.pause(TELLING)
                continue
            others = {key: one for key, one in state.executions.items() if key != id_}
            over = [execution] if execution.finished_at else []
            active = {**others, id_: execution} if not over else others
            told = (*state.dialler.news, *news)
            dialler = replace(state.dialler, version=state.dialler.version + 1, news=told)
            keyed = {(id_, record.index): record for record in records}
            if self.store.commit(
                state.dialler.version,
                Change(replace(state, dialler=dialler, executions=active), records=keyed, over=over),
            ):
                if news:
                    self.queue.tick(account, f"news.{dialler.version}")
                return
        raise NotYetError(TELLING)


def _news_kind_of(record: SubscriberRecord) -> NewsKind:
    return NewsKind.NOTIFIED if record.notified else NewsKind.FAILED


def _with_first(first: ExecutionReport, rest: Iterator[ExecutionReport]) -> Iterator[ExecutionReport]:
    yield first
    yield from rest


def _parts(entries: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (entries[first : first + size] for first in range(0, len(entries), size))
