"""Report ended calls to CRMs that have not received them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.calls.ports import CallFilter
from switchboard.crm.file_ports import KeptRecordings
from switchboard.crm.files import holds
from switchboard.crm.ports import Connectors, Links
from switchboard.crm.told import recording_of, whole_call_of
from switchboard.deliveries.fan_out import PlanDeliveries, SubscriptionsWithLimits
from switchboard.deliveries.model import DeliveryRecord, DeliveryState
from switchboard.deliveries.ports import Deliveries, DeliveryQueue
from switchboard.deliveries.send_test import OneSubscription
from switchboard.kernel.call import AppliedEvent, Call, Kind, Outcome, State
from switchboard.kernel.communication import Connector
from switchboard.kernel.news import news
from switchboard.recordings.model import Media, RecordingState, recording_id
from switchboard.routing.ports import PastCalls
from switchboard.subscriptions.model import Subscription

LOOKED_BACK = timedelta(hours=48)
AT_ONCE = 100
REGISTER = "register"  # the action of the event that reports a whole call
RECORDED = "recorded"  # whether a message about the recording follows

Plan = Callable[[SubscriptionsWithLimits], PlanDeliveries]


@dataclass(frozen=True, slots=True)
class RegisterMissedCalls:
    """Reports to every connector each call that ended within two days and that the CRM does not have.

    Calls with a pending delivery are skipped, so that a repeated or resumed run adds nothing.
    """

    connectors: Connectors
    calls: PastCalls
    links: Links
    subscriptions: SubscriptionsWithLimits
    deliveries: Deliveries
    queue: DeliveryQueue
    plan: Plan
    recordings: KeptRecordings
    clock: Callable[[], datetime]

    def __call__(self, accounts: Sequence[str], out_of_time: Callable[[], bool]) -> tuple[int, bool]:
        """Return the number of deliveries, and whether time ran out before the end."""
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
        """Whether the CRM has the call, or a delivery is pending."""
        if self.links.registered(call.account, connector.id, call.id):
            return True
        return self._is_on_its_way(whole_call_of(connector.kind), connector.subscription, call)

    def _is_on_its_way(self, message: str, subscription: int, call: Call) -> bool:
        return any(
            record.delivery.subscription_id == subscription
            and record.delivery.event_name == message
            and not record.finished
            for record in self.deliveries.of_call(call.account, call.id)
        )

    def _is_recorded(self, subscription: Subscription, call: Call) -> bool:
        """Whether the call has a recording that the CRM lacks and that no pending delivery brings."""
        recording = self.recordings.get(recording_id(call.account, call.id, Media.RECORDING))
        if recording is None or recording.state is not RecordingState.AVAILABLE:
            return False
        given = self.links.file_of(call.account, str(subscription.id), call.id)
        has = given is not None and (given.told is not None or holds(given, self.clock()))
        return not has and not self._is_on_its_way(recording_of(subscription.dialect), subscription.id, call)

    def _send(self, call: Call, subscription: Subscription) -> int:
        """Deliver the call. The date is part of the event's id, so that a repeat on the same date adds nothing."""
        now = self.clock()
        told = {"action": REGISTER, RECORDED: self._is_recorded(subscription, call)}
        event = news(Kind.CUSTOM, (call.account, call.id), f"{REGISTER}:{now:%Y-%m-%d}", now, told)
        alone = OneSubscription(subscription, self.subscriptions.with_limits(call.account)[1])
        deliveries = self.plan(alone)(AppliedEvent(event, call, Outcome.NOTED, call))
        self.deliveries.write([DeliveryRecord(one, DeliveryState.PENDING) for one in deliveries])
        self.queue.send(deliveries)
        return len(deliveries)
