"""Find the calls of a question, and explain each destination of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from switchboard.accounts.activity.ports import SourceActivity
from switchboard.accounts.ports import Sources
from switchboard.calls.ports import CallFilter, Calls
from switchboard.deliveries.attempts import endpoint_of
from switchboard.deliveries.call_file import CallFile, open_call
from switchboard.deliveries.explain.decide import Explanation, Waits, explain_sent, explain_unsent
from switchboard.deliveries.explain.model import (
    Explained,
    ExplainedCall,
    ExplainedLine,
    ExplainedSource,
    Question,
    Window,
)
from switchboard.deliveries.model import DeliveryRecord
from switchboard.deliveries.next_attempt import NextAttempts
from switchboard.deliveries.ports import Deliveries, Endpoints
from switchboard.dialects.model import Renderer
from switchboard.subscriptions.model import Subscription
from switchboard.subscriptions.ports import Subscriptions

MOST_CALLS = 10
AROUND = timedelta(minutes=15)  # before and after a call, for what sources refused


@dataclass(frozen=True, slots=True)
class ExplainCalls:
    """Explains the newest calls of a question, at most ten."""

    calls: Calls
    deliveries: Deliveries
    endpoints: Endpoints
    subscriptions: Subscriptions
    sources: Sources
    activity: SourceActivity
    renderer_named: Callable[[str], Renderer]
    clock: Callable[[], datetime]

    def __call__(self, question: Question) -> Explained:
        """Return the explanation. Raises NotFound for an unknown call."""
        files, more = self._files(question)
        window = _around(files[0]) if question.call else question.window
        listed = sorted(self.subscriptions.of_account(question.account), key=lambda one: one.id)
        waits = Waits(self.clock(), NextAttempts(self.endpoints), self._paused_at, question.suspended)
        found = tuple(ExplainedCall(file.call, tuple(self._lines(file, listed, waits))) for file in files)
        return Explained(window, found, tuple(self._refused(question.account, window)), more=more)

    def _files(self, question: Question) -> tuple[list[CallFile], bool]:
        if question.call:
            return [open_call([question.account], question.call, self.calls, self.deliveries)], False
        wanted = CallFilter(question.number, None, question.window.since, question.window.until)
        page = self.calls.listed(question.account, wanted, MOST_CALLS, None)
        return [
            open_call([question.account], one.id, self.calls, self.deliveries) for one in page.calls
        ], page.cursor is not None

    def _lines(self, file: CallFile, listed: Sequence[Subscription], waits: Waits) -> list[ExplainedLine]:
        sent: dict[int, list[DeliveryRecord]] = {}
        for record in file.deliveries:
            sent.setdefault(record.delivery.subscription_id, []).append(record)
        known = {one.id: one for one in listed}
        lines = [ExplainedLine(one.id, one, self._line(one, sent.get(one.id, []), file, waits)) for one in listed]
        gone = (id_ for id_ in sorted(sent) if id_ not in known)
        return [*lines, *(ExplainedLine(id_, None, explain_sent(sent[id_], waits)) for id_ in gone)]

    def _line(self, one: Subscription, sent: list[DeliveryRecord], file: CallFile, waits: Waits) -> Explanation:
        if sent:
            return explain_sent(sent, waits)
        render = self.renderer_named(one.dialect).render
        return explain_unsent(one, file, lambda applied: render(applied, ""))

    def _paused_at(self, record: DeliveryRecord) -> datetime | None:
        endpoint = self.endpoints.get(endpoint_of(record.delivery))
        return endpoint.paused_at if endpoint else None

    def _refused(self, account: str, window: Window) -> list[ExplainedSource]:
        found = []
        for source in self.sources.of_account(account):
            kept = self.activity.refused(source.id, window.since)
            found.append(ExplainedSource(source, tuple(one for one in kept if window.has(one.at))))
        return found


def _around(file: CallFile) -> Window:
    times = [kept.event.received_at for kept in file.events] or [file.call.first_at]
    return replace(Window(min(times), max(times)), since=min(times) - AROUND, until=max(times) + AROUND)
