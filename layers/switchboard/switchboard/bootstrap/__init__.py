"""The composition root: every use case with its adapters, built when it is first asked for.

Nothing here runs at import. Functions import only this module's callables, and only what a use case needs is
imported with it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from random import random
from typing import TYPE_CHECKING

from switchboard import settings
from switchboard.stores import (
    accounts,
    accounts_table,
    calls,
    commands,
    deliveries,
    delivery_queue,
    endpoints,
    event_queue,
    extensions,
    kept_calls,
    new_subscriptions,
    operations,
    postpone_deliveries,
    postpone_events,
    postpone_retries,
    retry_queue,
    secrets,
    sources,
    subscriptions,
    targets,
    tokens,
    vault,
    workflows,
)

if TYPE_CHECKING:
    from switchboard.accounts.model import Token
    from switchboard.accounts.tokens import Authenticator, TokenForm
    from switchboard.deliveries.attempts import TryDelivery
    from switchboard.deliveries.deliver import DeliverBatch
    from switchboard.deliveries.endpoint import Endpoint
    from switchboard.deliveries.lanes import Lanes
    from switchboard.deliveries.ports import Exchange
    from switchboard.deliveries.redeliver import Redeliver
    from switchboard.deliveries.retry import RetryRule
    from switchboard.dialects.registry import ServedApi
    from switchboard.intake.apply_call_event import ApplyCallEvent
    from switchboard.intake.receive_call_event import ReceiveCallEvent
    from switchboard.streams.append import AppendToStream
    from switchboard.subscriptions.current import CachedSubscriptions
    from switchboard.subscriptions.subscribe import SubscriptionManager

__all__ = [
    "accounts",
    "accounts_table",
    "apply_call_events",
    "authenticator",
    "calls",
    "commands",
    "current_subscriptions",
    "deliver_batch",
    "deliveries",
    "delivery_queue",
    "desk",
    "endpoints",
    "event_queue",
    "extensions",
    "kept_calls",
    "lanes",
    "new_subscriptions",
    "now",
    "operations",
    "operator_token",
    "postpone_deliveries",
    "postpone_events",
    "postpone_retries",
    "receive_call_event",
    "redeliver",
    "retry_queue",
    "retry_rule",
    "secrets",
    "sources",
    "subscriptions",
    "targets",
    "token_forms",
    "token_key",
    "tokens",
    "try_delivery",
    "vault",
    "watch_endpoints",
    "workflows",
]


def now() -> datetime:
    """The time, aware and in UTC."""
    return datetime.now(UTC)


@cache
def receive_call_event() -> ReceiveCallEvent:
    """The use case behind the webhooks."""
    from switchboard.accounts.sources import CachedSources
    from switchboard.dialects.registry import dialect_named
    from switchboard.intake.receive_call_event import ReceiveCallEvent

    return ReceiveCallEvent(CachedSources(sources(), now), event_queue(), dialect_named, now)


def apply_call_events() -> tuple[ApplyCallEvent, AppendToStream]:
    """The use case behind the queue of events, new for each batch, and the follower that is finished with it."""
    from switchboard.bootstrap.correlation import correlate
    from switchboard.bootstrap.inbound import ask_for_redirect
    from switchboard.bootstrap.recordings import expect_recording
    from switchboard.bootstrap.streams import append_to_stream
    from switchboard.deliveries.fan_out import PlanDeliveries
    from switchboard.dialects.registry import renderer_named
    from switchboard.intake.apply_call_event import ApplyCallEvent

    plan = PlanDeliveries(subscriptions(), renderer_named, settings.base_url(), now)
    stream = append_to_stream()
    followers = (correlate(), expect_recording(), stream, ask_for_redirect())
    return ApplyCallEvent(calls(), plan, delivery_queue(), followers), stream


def deliver_batch() -> DeliverBatch:
    """The use case behind the queue of deliveries, new for each batch."""
    from switchboard.deliveries.deliver import DeliverBatch
    from switchboard.deliveries.drain import DrainLane

    drain_lane = DrainLane(endpoints(), delivery_queue(), lanes())
    return DeliverBatch(deliveries(), endpoints(), try_delivery(), lanes(), drain_lane, now)


@cache
def lanes() -> Lanes:
    """The use cases around lanes that wait."""
    from switchboard.bootstrap.laps import tell_stop
    from switchboard.deliveries.lanes import Lanes

    return Lanes(
        endpoints=endpoints(),
        retries=retry_queue(),
        workflows=workflows(),
        try_delivery=try_delivery(),
        rule=retry_rule(),
        operations=operations(),
        clock=now,
        stopped=tell_stop,
    )


@cache
def redeliver() -> Redeliver:
    """The use case behind the workflow of a failing receiver."""
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

    watch = WatchEndpoints(endpoints(), delivery_queue(), workflows(), now)
    return watch.start_all() if at_once else watch()


@cache
def try_delivery() -> TryDelivery:
    """One attempt at a delivery."""
    from switchboard.deliveries.attempts import TryDelivery
    from switchboard.net.http import HttpSender
    from switchboard.observability.logs import delivery_attempted
    from switchboard.subscriptions.credentials import CredentialOpener

    chosen = settings.delivery_settings()
    return TryDelivery(
        subscriptions=current_subscriptions(),
        credentials=CredentialOpener(vault()),
        sender=HttpSender(allow_private=chosen.allow_private_targets),
        limiter=endpoints(),
        operations=operations(),
        timeout=chosen.timeout,
        clock=now,
        report=delivery_attempted,
        exchange=_exchange,
    )


def _exchange(dialect: str) -> Exchange:
    """What a dialect's messages are completed with, and its answers read by."""
    from importlib import import_module

    from switchboard.deliveries.attempts import plain
    from switchboard.dialects.registry import DIALECTS

    if dialect not in DIALECTS or not DIALECTS[dialect].exchange:
        return plain(dialect)
    found: Exchange = import_module("switchboard.bootstrap.crm").exchange()
    return found


@cache
def retry_rule() -> RetryRule:
    """When failed deliveries are tried again."""
    from switchboard.deliveries.retry import RetryRule

    chosen = settings.delivery_settings()
    return RetryRule(chosen.schedule, chosen.fast_attempts, chance=random)


@cache
def current_subscriptions() -> CachedSubscriptions:
    """Subscriptions as the sender sees them."""
    from switchboard.subscriptions.current import CachedSubscriptions

    return CachedSubscriptions(subscriptions())


@cache
def desk() -> SubscriptionManager:
    """Where subscriptions are made and changed."""
    from switchboard.subscriptions.subscribe import SubscriptionManager

    return SubscriptionManager(new_subscriptions(), vault(), targets(), now)


@cache
def authenticator() -> Authenticator:
    """Tells whose a token is."""
    from switchboard.accounts.tokens import Authenticator

    return Authenticator(tokens(), now)


def token_forms() -> dict[str, TokenForm]:
    """What the tokens of each served API are."""
    from switchboard.accounts.tokens import TokenForm
    from switchboard.dialects.registry import apis, part_of
    from switchboard.dialects.roles import TokenModule

    def form(name: str, api: ServedApi) -> TokenForm:
        def write(token: Token) -> str:
            return part_of(name, "tokens", TokenModule).write_token(token, token_key())

        return TokenForm(api.workspaces, write if api.signed_tokens else None)

    return {name: form(name, api) for name, api in apis().items()}


def token_key() -> str:
    """The key that tokens are signed with."""
    return secrets().read(settings.token_key_secret())


def operator_token() -> str:
    """The operator's token."""
    return secrets().read(settings.operator_secret())
