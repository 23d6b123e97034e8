"""The composition root: every use case with its adapters, built when it is first asked for.

Nothing here runs at import. Functions import only this module's callables, and only what a use case needs is
imported with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from random import random
from typing import TYPE_CHECKING

from switchboard import settings

if TYPE_CHECKING:
    from switchboard.accounts.tokens import Authenticator
    from switchboard.aws.accounts_table import AccountRows, AccountsTable, ExtensionRows, SourceRows, TokenRows
    from switchboard.aws.calls_table import CallsTable
    from switchboard.aws.deliveries_table import DeliveriesTable
    from switchboard.aws.endpoints_table import EndpointsTable
    from switchboard.aws.operational_events import OperationalEvents
    from switchboard.aws.queues import DeliveryQueue, RetryQueue
    from switchboard.aws.secrets import Secrets
    from switchboard.aws.subscriptions_table import SubscriptionsTable
    from switchboard.aws.vault import KmsVault
    from switchboard.aws.workflows import RedeliveryWorkflow
    from switchboard.calls.apply_call_event import ApplyCallEvent
    from switchboard.calls.receive import ReceiveCallEvent
    from switchboard.deliveries.attempts import TryDelivery
    from switchboard.deliveries.deliver import DeliverBatch
    from switchboard.deliveries.endpoint import Endpoint
    from switchboard.deliveries.lanes import Lanes
    from switchboard.deliveries.redeliver import Redeliver
    from switchboard.deliveries.retry import RetryRule
    from switchboard.net.targets import VettedTargets
    from switchboard.subscriptions.current import CurrentSubscriptions
    from switchboard.subscriptions.subscribe import Desk


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


def deliver_batch() -> DeliverBatch:
    """The use case behind the queue of deliveries, new for each batch."""
    from switchboard.deliveries.deliver import DeliverBatch

    return DeliverBatch(deliveries(), endpoints(), try_delivery(), lanes(), now)


@cache
def lanes() -> Lanes:
    """The use cases around lanes that wait."""
    from switchboard.deliveries.lanes import Lanes

    return Lanes(
        endpoints=endpoints(),
        retries=retry_queue(),
        workflows=workflows(),
        try_delivery=try_delivery(),
        rule=retry_rule(),
        operations=operations(),
        lease=settings.lease(),
        clock=now,
    )


@cache
def redeliver() -> Redeliver:
    """The use case behind the workflow of a failing receiver."""
    from switchboard.deliveries.redeliver import Redeliver

    return Redeliver(
        endpoints=endpoints(),
        subscriptions=current_subscriptions(),
        lanes=lanes(),
        rule=retry_rule(),
        operations=operations(),
        disable_after=timedelta(seconds=settings.delivery_settings().disable_after),
        clock=now,
    )


def watch_endpoints(*, at_once: bool) -> list[Endpoint]:
    """Restart the workflows of receivers that are overdue; `at_once` those of all that are in trouble."""
    from switchboard.deliveries.watch import WatchEndpoints

    watch = WatchEndpoints(endpoints(), workflows(), now)
    return watch.start_all() if at_once else watch()


@cache
def try_delivery() -> TryDelivery:
    """One attempt at a delivery."""
    from switchboard.deliveries.attempts import TryDelivery
    from switchboard.lambdas.logs import delivery_attempted
    from switchboard.net.http import HttpSender
    from switchboard.subscriptions.credentials import OpenCredentials

    chosen = settings.delivery_settings()
    return TryDelivery(
        subscriptions=current_subscriptions(),
        credentials=OpenCredentials(vault()),
        sender=HttpSender(allow_private=chosen.allow_private_targets),
        limiter=endpoints(),
        operations=operations(),
        timeout=chosen.timeout,
        clock=now,
        report=delivery_attempted,
    )


@cache
def retry_rule() -> RetryRule:
    """When failed deliveries are tried again."""
    from switchboard.deliveries.retry import RetryRule

    chosen = settings.delivery_settings()
    return RetryRule(chosen.schedule, chosen.fast_attempts, chance=random)


@cache
def current_subscriptions() -> CurrentSubscriptions:
    """Subscriptions as the sender sees them."""
    from switchboard.subscriptions.current import CurrentSubscriptions

    return CurrentSubscriptions(subscriptions())


@cache
def desk() -> Desk:
    """Where subscriptions are made and changed."""
    from switchboard.subscriptions.subscribe import Desk

    return Desk(new_subscriptions(), vault(), targets(), now)


@cache
def vault() -> KmsVault:
    """What seals credentials."""
    from switchboard.aws.clients import kms
    from switchboard.aws.vault import KmsVault

    return KmsVault(kms(), settings.secrets_key())


@cache
def endpoints() -> EndpointsTable:
    """The receivers in trouble."""
    from switchboard.aws.clients import dynamodb
    from switchboard.aws.endpoints_table import EndpointsTable

    return EndpointsTable(dynamodb(), settings.endpoints_table(), deliveries())


@cache
def retry_queue() -> RetryQueue:
    """The queue of lanes to be tried again."""
    from switchboard.aws.clients import sqs
    from switchboard.aws.queues import RetryQueue

    return RetryQueue(sqs(), settings.retries_queue_url())


@cache
def workflows() -> RedeliveryWorkflow:
    """The workflows of failing receivers."""
    from switchboard.aws.clients import stepfunctions
    from switchboard.aws.workflows import RedeliveryWorkflow

    return RedeliveryWorkflow(stepfunctions(), settings.redelivery_workflow())


@cache
def operations() -> OperationalEvents:
    """Who hears of what an operator should know."""
    from switchboard.aws.clients import sns
    from switchboard.aws.operational_events import OperationalEvents
    from switchboard.lambdas.logs import count, operational_event_lost

    return OperationalEvents(sns(), settings.operations_topic(), count, operational_event_lost)


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


def postpone_retries(receipts: Sequence[str], seconds: float) -> None:
    """Hide messages of the queue of retries."""
    _postpone(settings.retries_queue_url(), receipts, seconds)


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
