"""Deliveries: attempts, lanes, and receivers in trouble."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from random import random
from typing import TYPE_CHECKING

from switchboard import settings
from switchboard.bootstrap import now
from switchboard.bootstrap.accounts import account_states
from switchboard.bootstrap.adapters import (
    deliveries,
    delivery_queue,
    endpoints,
    operations,
    redelivery_workflow,
    retry_queue,
    subscriptions,
)
from switchboard.bootstrap.laps import tell_stop
from switchboard.bootstrap.network import guard
from switchboard.bootstrap.subscriptions import credential_opener, current_subscriptions

if TYPE_CHECKING:
    from switchboard.deliveries.attempts import TryDelivery
    from switchboard.deliveries.deliver import DeliverBatch
    from switchboard.deliveries.endpoint import Endpoint
    from switchboard.deliveries.lanes import Lanes
    from switchboard.deliveries.ports import Exchange
    from switchboard.deliveries.redeliver import Redeliver
    from switchboard.deliveries.retry import RetryRule
    from switchboard.deliveries.send_test import SendTest


def deliver_batch() -> DeliverBatch:
    """Return the worker of the queue of deliveries, new for each batch."""
    from switchboard.deliveries.deliver import DeliverBatch
    from switchboard.deliveries.drain import DrainLane

    drain_lane = DrainLane(endpoints(), delivery_queue(), lanes())
    return DeliverBatch(deliveries(), endpoints(), try_delivery(), lanes(), drain_lane, now)


@cache
def lanes() -> Lanes:
    """Return what parks, tries and frees lanes."""
    from switchboard.deliveries.lanes import Lanes

    return Lanes(
        endpoints=endpoints(),
        retries=retry_queue(),
        workflows=redelivery_workflow(),
        try_delivery=try_delivery(),
        rule=retry_rule(),
        operations=operations(),
        clock=now,
        stopped=tell_stop,
        suspensions=account_states(),
    )


@cache
def redeliver() -> Redeliver:
    """Return the turns of the workflow of a failing receiver."""
    from switchboard.deliveries.redeliver import Redeliver

    return Redeliver(
        endpoints=endpoints(),
        subscriptions=current_subscriptions(),
        queue=delivery_queue(),
        lanes=lanes(),
        rule=retry_rule(),
        operations=operations(),
        disable_after=timedelta(seconds=settings.delivery_settings().disable_after),
        clock=now,
    )


def watch_endpoints(*, at_once: bool) -> list[Endpoint]:
    """Restart the workflows of receivers that are overdue; `at_once` those of all that are in trouble."""
    from switchboard.deliveries.watch import WatchEndpoints

    watch = WatchEndpoints(endpoints(), delivery_queue(), redelivery_workflow(), now)
    return watch.start_all() if at_once else watch()


@cache
def try_delivery() -> TryDelivery:
    """Return what makes one attempt at a delivery."""
    from switchboard.deliveries.attempts import TryDelivery
    from switchboard.net.http import HttpSender
    from switchboard.observability.logs import delivery_attempted

    chosen = settings.delivery_settings()
    return TryDelivery(
        subscriptions=current_subscriptions(),
        credentials=credential_opener(),
        sender=HttpSender(allow_private=chosen.allow_private_targets, guard=guard()),
        limiter=endpoints(),
        operations=operations(),
        timeout=chosen.timeout,
        clock=now,
        report=delivery_attempted,
        exchange=_exchange,
    )


def _exchange(dialect: str) -> Exchange:
    """Return what completes a dialect's messages and reads the answers. A CRM's is loaded for its dialect alone."""
    from switchboard.deliveries.attempts import plain
    from switchboard.dialects.registry import DIALECTS, Exchanging

    kind = DIALECTS[dialect].exchange if dialect in DIALECTS else Exchanging.NONE
    if kind is Exchanging.REST:
        from switchboard.bootstrap.rest_crm import rest_exchange

        return rest_exchange(dialect)
    if kind is Exchanging.CALLBACKS:
        from switchboard.bootstrap.crm import exchange

        return exchange(dialect)
    return plain(dialect)


@cache
def retry_rule() -> RetryRule:
    """Return the times at which failed deliveries are tried again."""
    from switchboard.deliveries.retry import RetryRule

    chosen = settings.delivery_settings()
    final_after = timedelta(seconds=chosen.final_after)
    return RetryRule(chosen.schedule, chosen.fast_attempts, chance=random, final_after=final_after)


@cache
def send_test() -> SendTest:
    """Return what sends a sample event to a destination."""
    from switchboard.accounts.digests import new_id
    from switchboard.deliveries.send_test import SendTest
    from switchboard.dialects.registry import renderer_named

    return SendTest(
        subscriptions=subscriptions(),
        renderer_named=renderer_named,
        base_url=settings.base_url(),
        deliveries=deliveries(),
        queue=delivery_queue(),
        clock=now,
        new_id=new_id,
    )
