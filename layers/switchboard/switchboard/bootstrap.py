"""The composition root: every use case with its adapters, built when it is first asked for.

Nothing here runs at import. Functions import only this module's callables, and only what a use case needs is
imported with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from switchboard import settings

if TYPE_CHECKING:
    from switchboard.accounts.tokens import Authenticator
    from switchboard.aws.accounts_table import AccountRows, AccountsTable, ExtensionRows, SourceRows, TokenRows
    from switchboard.aws.calls_table import CallsTable
    from switchboard.aws.deliveries_table import DeliveriesTable
    from switchboard.aws.queues import DeliveryQueue
    from switchboard.aws.secrets import Secrets
    from switchboard.aws.subscriptions_table import SubscriptionsTable
    from switchboard.calls.apply_call_event import ApplyCallEvent
    from switchboard.calls.receive import ReceiveCallEvent
    from switchboard.deliveries.deliver import Deliver
    from switchboard.net.targets import VettedTargets


def now() -> datetime:
    """The time, aware and in UTC."""
    return datetime.now(UTC)


@cache
def receive_call_event() -> ReceiveCallEvent:
    """The use case behind the webhooks."""
    from switchboard.accounts.sources import SourceDirectory
    from switchboard.aws.clients import sqs
    from switchboard.aws.queues import EventQueue
    from switchboard.calls.receive import ReceiveCallEvent
    from switchboard.dialects.registry import dialect_named

    queue = EventQueue(sqs(), settings.events_queue_url())
    return ReceiveCallEvent(SourceDirectory(sources(), now), queue, dialect_named, now)


@cache
def apply_call_event() -> ApplyCallEvent:
    """The use case behind the queue of events."""
    from switchboard.calls.apply_call_event import ApplyCallEvent
    from switchboard.deliveries.fan_out import PlanDeliveries
    from switchboard.dialects.registry import dialect_named

    plan = PlanDeliveries(subscriptions(), dialect_named, settings.base_url(), now)
    return ApplyCallEvent(calls(), plan, delivery_queue())


@cache
def deliver() -> Deliver:
    """The use case behind the queue of deliveries."""
    from switchboard.deliveries.deliver import Deliver
    from switchboard.deliveries.retry import RetryRule
    from switchboard.lambdas.logs import delivery_attempted
    from switchboard.net.http import HttpSender
    from switchboard.subscriptions.current import CurrentSubscriptions

    chosen = settings.delivery_settings()
    return Deliver(
        records=deliveries(),
        subscriptions=CurrentSubscriptions(subscriptions()),
        sender=HttpSender(allow_private=chosen.allow_private_targets),
        rule=RetryRule(chosen.schedule, chosen.fast_attempts),
        timeout=chosen.timeout,
        clock=now,
        report=delivery_attempted,
    )


@cache
def authenticator() -> Authenticator:
    """Tells whose a token is."""
    from switchboard.accounts.tokens import Authenticator

    return Authenticator(tokens(), now)


def token_key() -> str:
    """The key that tokens are signed with."""
    return _secrets().read(settings.token_key_secret())


def operator_token() -> str:
    """The operator's token."""
    return _secrets().read(settings.operator_secret())


def accounts() -> AccountRows:
    """The accounts."""
    return _accounts_table().accounts


def tokens() -> TokenRows:
    """The tokens."""
    return _accounts_table().tokens


def sources() -> SourceRows:
    """The sources."""
    return _accounts_table().sources


def extensions() -> ExtensionRows:
    """The extensions."""
    return _accounts_table().extensions


@cache
def subscriptions() -> SubscriptionsTable:
    """The subscriptions, without the counter of their ids."""
    from switchboard.aws.clients import dynamodb
    from switchboard.aws.subscriptions_table import SubscriptionsTable

    return SubscriptionsTable(dynamodb(), settings.subscriptions_table())


@cache
def new_subscriptions() -> SubscriptionsTable:
    """The subscriptions, for those who make new ones."""
    from switchboard.aws.clients import dynamodb
    from switchboard.aws.subscriptions_table import SubscriptionsTable

    return SubscriptionsTable(dynamodb(), settings.subscriptions_table(), _accounts_table())


@cache
def targets() -> VettedTargets:
    """Where new subscriptions may lead."""
    from switchboard.net.guard import Guard
    from switchboard.net.names import Names
    from switchboard.net.targets import VettedTargets

    return VettedTargets(Guard(Names(), allow_private=settings.allow_private_targets()))


@cache
def calls() -> CallsTable:
    """The calls, with the table that deliveries are written to beside them."""
    from switchboard.aws.calls_table import CallsTable
    from switchboard.aws.clients import dynamodb

    return CallsTable(dynamodb(), settings.calls_table(), settings.deliveries_table())


@cache
def kept_calls() -> CallsTable:
    """The calls, for those who only read them."""
    from switchboard.aws.calls_table import CallsTable
    from switchboard.aws.clients import dynamodb

    return CallsTable(dynamodb(), settings.calls_table(), deliveries_table="")


@cache
def deliveries() -> DeliveriesTable:
    """The deliveries."""
    from switchboard.aws.clients import dynamodb
    from switchboard.aws.deliveries_table import DeliveriesTable

    return DeliveriesTable(dynamodb(), settings.deliveries_table())


@cache
def delivery_queue() -> DeliveryQueue:
    """The queue of deliveries."""
    from switchboard.aws.clients import sqs
    from switchboard.aws.queues import DeliveryQueue

    return DeliveryQueue(sqs(), settings.deliveries_queue_url())


def postpone_events(receipts: Sequence[str], seconds: float) -> None:
    """Hide messages of the queue of events."""
    _postpone(settings.events_queue_url(), receipts, seconds)


def postpone_deliveries(receipts: Sequence[str], seconds: float) -> None:
    """Hide messages of the queue of deliveries."""
    _postpone(settings.deliveries_queue_url(), receipts, seconds)


def _postpone(queue_url: str, receipts: Sequence[str], seconds: float) -> None:
    from switchboard.aws.clients import sqs
    from switchboard.aws.visibility import postpone

    postpone(sqs(), queue_url, receipts, seconds)


@cache
def _accounts_table() -> AccountsTable:
    from switchboard.aws.accounts_table import AccountsTable
    from switchboard.aws.clients import dynamodb

    return AccountsTable(dynamodb(), settings.accounts_table())


@cache
def _secrets() -> Secrets:
    from switchboard.aws.clients import secretsmanager
    from switchboard.aws.secrets import Secrets

    return Secrets(secretsmanager())
