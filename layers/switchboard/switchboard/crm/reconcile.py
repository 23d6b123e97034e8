"""What a CRM missed: calls that are over and that it has not been told the whole of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from switchboard.calls.model import Call, Happened, Kind, Outcome, State
from switchboard.calls.news import news
from switchboard.calls.ports import CallFilter, Page
from switchboard.crm.file_ports import Recordings
from switchboard.crm.files import holds
from switchboard.crm.model import Connector
from switchboard.crm.ports import Connectors, Links
from switchboard.deliveries.fan_out import PlanDeliveries, Subscriptions
from switchboard.deliveries.model import DeliveryRecord, DeliveryState
from switchboard.deliveries.ports import Deliveries, DeliveryQueue
from switchboard.deliveries.send_test import OneSubscription
from switchboard.recordings.model import Media, RecordingState, recording_id
from switchboard.subscriptions.model import Subscription

LOOKED_BACK = timedelta(hours=48)
AT_ONCE = 100
REGISTER = "register"  # the action of the event by which a call is told whole
RECORDED = "recorded"  # whether there is a recording of it to be told of after that

Plan = Callable[[Subscriptions], PlanDeliveries]


class Calls(Protocol):
    """Calls by time."""

    def listed(self, account: str, wanted: CallFilter, limit: int, cursor: str | None) -> Page: ...


@dataclass(frozen=True, slots=True)
class RegisterMissedCalls:
    """Have every connector told of each call that ended within two days and that it does not have.

    What is on its way is left to it, so that doing it again, or going on where it was cut off, adds nothing. `message`
    is the name of what tells the whole of a call, and `recording` of what tells that there is a recording of it.
    """

    connectors: Connectors
    calls: Calls
    links: Links
    subscriptions: Subscriptions
    deliveries: Deliveries
    queue: DeliveryQueue
    plan: Plan
    recordings: Recordings
    clock: Callable[[], datetime]
    message: str
    recording: str

    def __call__(self, accounts: Sequence[str], out_of_time: Callable[[], bool]) -> tuple[int, bool]:
        """How many were sent, and whether time ran out before the end."""
        sent = 0
        for account in accounts:
            for connector in self.connectors.of_account(account):
                subscription = self._subscription(connector)
                for call in self._missed(connector) if subscription else ():
                    if out_of_time():
                        return sent, True
                    sent += self._send(call, subscription) if subscription else 0
        return sent, False

    def _subscription(self, connector: Connector) -> Subscription | None:
        found, _ = self.subscriptions.with_limits(connector.account)
        return next((one for one in found if one.id == connector.subscription and not one.disabled), None)

    def _missed(self, connector: Connector) -> Iterator[Call]:
        wanted = CallFilter(state=State.ENDED, since=self.clock() - LOOKED_BACK)
        cursor: str | None = None
        while True:
            page = self.calls.listed(connector.account, wanted, AT_ONCE, cursor)
            yield from (one for one in page.calls if not self._has(connector, one))
            cursor = page.cursor
            if cursor is None:
                return

    def _has(self, connector: Connector, call: Call) -> bool:
        """Whether the CRM has it, or will have it without us."""
        if self.links.registered(call.account, connector.id, call.id):
            return True
        return self._is_on_its_way(self.message, connector.subscription, call)

    def _is_on_its_way(self, message: str, subscription: int, call: Call) -> bool:
        return any(
            record.delivery.subscription_id == subscription
            and record.delivery.event_name == message
            and not record.finished
            for record in self.deliveries.of_call(call.account, call.id)
        )

    def _is_recorded(self, subscription: int, call: Call) -> bool:
        """Whether there is a recording that the CRM has not, nor is about to be given."""
        recording = self.recordings.get(recording_id(call.account, call.id, Media.RECORDING))
        if recording is None or recording.state is not RecordingState.AVAILABLE:
            return False
        given = self.links.file_of(call.account, str(subscription), call.id)
        has = given is not None and (given.told is not None or holds(given, self.clock()))
        return not has and not self._is_on_its_way(self.recording, subscription, call)

    def _send(self, call: Call, subscription: Subscription) -> int:
        """The same night it is the same delivery."""
        now = self.clock()
        told = {"action": REGISTER, RECORDED: self._is_recorded(subscription.id, call)}
        event = news(Kind.CUSTOM, (call.account, call.id), f"{REGISTER}:{now:%Y-%m-%d}", now, told)
        alone = OneSubscription(subscription, self.subscriptions.with_limits(call.account)[1])
        deliveries = self.plan(alone)(Happened(event, call, Outcome.NOTED, call))
        self.deliveries.write([DeliveryRecord(one, DeliveryState.PENDING) for one in deliveries])
        self.queue.send(deliveries)
        return len(deliveries)
