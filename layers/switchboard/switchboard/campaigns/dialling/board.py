"""An account's dialling in memory during one turn: the loaded state, and the changes to be written."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from switchboard.campaigns.dialling.bounds import MOST_WEIGHT, weight_of
from switchboard.campaigns.dialling.people import People
from switchboard.campaigns.dialling.state import Change, DailyCount, DiallingNews, DiallingState, Line, NewsKind
from switchboard.campaigns.dialling.windows import may_begin
from switchboard.kernel.campaign import Execution, Limits, Phase, SubscriberRecord

MOST_ROWS = 90  # a DynamoDB transaction writes at most 100
SECOND = timedelta(seconds=1)


class Board:
    """The state with the turn's changes. `more` means: the turn was cut short, and another turn can continue."""

    def __init__(self, state: DiallingState, people: People, now: datetime, quota: Limits | None = None) -> None:
        self._before, self._quota = state, quota
        self.people, self.now = people, now
        self.dialler = replace(state.dialler, news=())
        self.executions: dict[str, Execution] = dict(state.executions)
        self.lines: dict[int, Line] = dict(state.lines)
        self.records: dict[tuple[str, int], SubscriberRecord] = {}
        self.more = False
        self.counted: dict[str, DailyCount] = {}
        self.uncounted: dict[str, DailyCount] = {}
        self._touched: set[int] = set()
        self._over: list[Execution] = []
        self._weight = 0

    @property
    def limits(self) -> Limits:
        """The account's limits, within the quota of its telephony; no channels unless the operator has set limits."""
        limits = self.dialler.limits or Limits()
        return limits.within(self._quota) if self._quota else limits

    @property
    def has_room(self) -> bool:
        """Whether the transaction has room for one more call to end or begin."""
        executions = len(self.executions) + len(self._over)  # each may end in this transaction
        counts = len(self.counted) + len(self.uncounted)
        rows = 1 + len(self._touched) + len(self.records) + executions + counts + (self.limits.daily > 0)
        return rows < MOST_ROWS and self._weight < MOST_WEIGHT

    def record(self, execution: Execution, index: int, *, kept: bool) -> SubscriberRecord:
        """Return a subscriber's record. `kept` means: the table may have a row, so read the table."""
        found = self.records.get((execution.id, index))
        if found is None:
            found = self.people.record(execution, index) if kept else SubscriberRecord(index)
        return found

    def put_record(self, execution: Execution, record: SubscriberRecord) -> None:
        """Add a subscriber's record to the change."""
        key = execution.id, record.index
        self._weight += weight_of(record) - (weight_of(self.records[key]) if key in self.records else 0)
        self.records[key] = record

    def put_line(self, line: Line) -> None:
        """Add a changed or newly claimed line to the change."""
        self.lines[line.channel] = line
        self._touched.add(line.channel)

    def free_line(self, line: Line) -> None:
        """Remove the call from its line."""
        del self.lines[line.channel]
        self._touched.add(line.channel)
        self.confirm_order(line.channel)

    def count_call(self, line: Line) -> None:
        """Count a claimed call for the daily cap of its telephone, in the same transaction as the claim."""
        if line.counted:
            self.counted[line.telephone] = DailyCount(line.counted, line.telephone, line.call, self.limits.daily)

    def uncount_call(self, line: Line) -> None:
        """Take back the count of a call that was not placed. Another turn may call the telephone again."""
        if line.counted:
            self.uncounted[line.telephone] = DailyCount(line.counted, line.telephone, line.call)
            self.more = True

    def confirm_order(self, channel: int) -> None:
        """Remove the channel from the unplaced: the result of the order for its call is known."""
        if channel in self.dialler.unplaced:
            left = tuple(one for one in self.dialler.unplaced if one != channel)
            self.dialler = replace(self.dialler, unplaced=left)

    def change_execution(self, execution: Execution, **fields: Any) -> Execution:
        """Set fields of an execution; return the changed execution."""
        changed = replace(execution, **fields)
        self.executions[execution.id] = changed
        return changed

    def count(self, execution: Execution, **steps: int) -> Execution:
        """Add steps to counters of an execution; return the changed execution."""
        current = self.executions[execution.id]
        counters = current.counters
        moved = {name: getattr(counters, name) + step for name, step in steps.items()}
        return self.change_execution(current, counters=replace(counters, **moved))

    def end_execution(self, execution: Execution, phase: Phase) -> None:
        """Move an execution from the active to the finished ones, in its last phase."""
        del self.executions[execution.id]
        self._over.append(replace(execution, phase=phase, finished_at=self.now))
        self.add_news(NewsKind.FINISHED, execution)

    def add_news(self, what: NewsKind, execution: Execution, subscriber: int = -1) -> None:
        """Add news for followers, who are told after the commit."""
        news = DiallingNews(what, execution.id, self.now, subscriber, execution.wave)
        self.dialler = replace(self.dialler, news=(*self.dialler.news, news))

    def running(self, execution: Execution) -> int:
        """The number of an execution's calls in progress."""
        return sum(1 for line in self.lines.values() if line.execution == execution.id)

    def line_of(self, call: str) -> Line | None:
        """The line with this call; None if no line has the call."""
        return next((line for line in self.lines.values() if line.call == call), None)

    def may_begin(self, execution: Execution, at: datetime) -> bool:
        """Whether calls of an execution may begin at a moment: the execution runs, and its window is open."""
        return execution.phase is Phase.RUNNING and may_begin(execution.settings.window, execution.timezone, at)

    def change(self) -> Change | None:
        """Return the change to write, of the next version; None if nothing has changed."""
        before = self._before.dialler
        same = self.executions == self._before.executions and replace(self.dialler, news=before.news) == before
        if same and not (self._touched or self.records or self._over or self.dialler.news or before.news):
            return None
        dialler = replace(self.dialler, version=before.version + 1, turned_at=self.now)
        return Change(
            after=DiallingState(dialler, dict(self.executions), dict(self.lines)),
            lines=[self.lines[channel] for channel in sorted(self._touched) if channel in self.lines],
            freed=[
                channel
                for channel in sorted(self._touched)
                if channel not in self.lines and channel in self._before.lines
            ],
            records=dict(self.records),
            over=list(self._over),
            counted=list(self.counted.values()),
            uncounted=list(self.uncounted.values()),
        )
